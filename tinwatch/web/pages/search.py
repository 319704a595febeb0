"""Search with highlighted hits, and saved searches."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from storage.messages.reasons_input import InputError
from storage.messages.reasons_lookups import NotFound
from storage.reasons import Reason, gettext_noop
from storage.runs.sites import site_titles
from storage.search.parser import QueryError, parse_query
from storage.search.rank import Hit, find
from storage.search.saved_searches import delete_search, save_search, saved_searches
from tinwatch.web.addresses import redirect
from tinwatch.web.connections import ReadDatabase, WriteDatabase
from tinwatch.web.error_pages import bad_request, not_found, reason_of
from tinwatch.web.rendering import render

router = APIRouter(include_in_schema=False)
PAGE_HITS = 20
MAX_PAGE = 50


@router.get("/search")
def search(
    request: Request,
    db: ReadDatabase,
    q: str = "",
    site: str = "",
    status: Literal["", "live", "suspect", "removed", "moved"] = "",
    since: str = "",
    until: str = "",
    order: Literal["rank", "newest"] = "rank",
    page: int = 1,
) -> Response:
    if not 1 <= page <= MAX_PAGE:
        raise bad_request(gettext_noop("A search has pages 1 to 50. Narrow the query to see more."))
    query = combined_query(q, site=site, status=status, **{"from": since, "to": until})
    hits: list[Hit] = []
    hint: Reason | None = None
    if query:
        try:
            if q.strip():
                parse_query(q)  # its hint refers to what the user typed
            parsed = parse_query(query)
            hits = find(db, parsed, limit=PAGE_HITS + 1, offset=(page - 1) * PAGE_HITS, order=order)
        except QueryError as error:
            hint = error.reason
    return render(
        request,
        "search.html",
        400 if hint else 200,
        query=query,
        api=urlencode({"q": query}),
        hint=hint,
        hits=hits[:PAGE_HITS],
        more=len(hits) > PAGE_HITS,
        page=page,
        site=site,
        chosen_status=status,
        since=since,
        until=until,
        order=order,
        titles=site_titles(db),
        saved=saved_searches(db),
    )


def combined_query(q: str, **filters: str) -> str:
    """Combine the typed query and the form's filters."""
    terms = [f'{name}:"{value.strip()}"' for name, value in filters.items() if value.strip()]
    if not q.strip():
        return " ".join(terms)
    return " ".join([f"({q.strip()})" if terms else q.strip(), *terms])


@router.post("/searches")
def save(
    request: Request,
    db: WriteDatabase,
    name: Annotated[str, Form()],
    q: Annotated[str, Form()],
) -> Response:
    try:
        save_search(db, name.strip(), q, datetime.now(UTC))
    except InputError as error:  # includes QueryError
        raise bad_request(reason_of(error)) from error
    return redirect(request, f"/search?{urlencode({'q': q})}#saved")


@router.post("/searches/{name}/delete")
def delete(request: Request, db: WriteDatabase, name: str) -> Response:
    try:
        delete_search(db, name)
    except NotFound as error:
        raise not_found(gettext_noop("No such saved search.")) from error
    return redirect(request, "/search#saved")
