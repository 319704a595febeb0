"""Search: hits, their number over time, downloads, and saved searches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field

from crawlers.article_filter import parse_article_query
from storage.db.connection import Database, temporary_tables_allowed
from storage.exports.registry import FORMATS
from storage.exports.selection import select_articles
from storage.home import Home
from storage.messages.reasons_lookups import NotFound
from storage.reasons import Reason, gettext_noop
from storage.runs.sites import site_titles
from storage.search.counts import UNITS, Unit, count_up_to
from storage.search.parser import Query as ParsedQuery
from storage.search.parser import QueryError
from storage.search.rank import Hit, find
from storage.search.saved_searches import delete_search, save_search, saved_searches
from tinwatch.reports.query_counts import COLUMNS, QueryCounts, count_queries
from tinwatch.reports.table_files import WRITERS, TableFormat
from tinwatch.web.addresses import redirect
from tinwatch.web.components.figures import is_counted_later
from tinwatch.web.components.province_label import province_choices
from tinwatch.web.components.search_chart import counts_chart, left_out
from tinwatch.web.connections import ReadDatabase, WriteDatabase
from tinwatch.web.error_pages import bad_request, not_found
from tinwatch.web.rendering import attachment, render

router = APIRouter(include_in_schema=False)
PAGE_HITS = 20
MAX_PAGE = 50
MAX_COUNTED = 10_000  # hits; the exact number of more is slow, and only the chart has it
MAX_DOWNLOADED = 20_000  # articles
DOWNLOADS = ("csv", "xlsx", "ris", "csl-json", "bibtex")  # of the registry of exports
SPOOLED_BYTES = 8 * 2**20  # of a download that are held in memory


class SearchQuery(BaseModel, extra="forbid"):
    """What is searched, and how it is shown; any other parameter is refused by name."""

    q: str = ""
    site: list[str] = []
    province: list[str] = []
    former_province: list[str] = []
    status: Literal["", "live", "suspect", "removed", "moved"] = ""
    first: str = Field("", alias="from")
    last: str = Field("", alias="to")
    order: Literal["rank", "newest"] = "rank"
    page: int = 1
    view: Literal["hits", "chart"] = "hits"
    by: Unit = "week"
    group: Literal["", "site", "province"] = ""
    compare: str = ""
    complete: bool = False
    lang: str = ""

    def text(self, words: str | None = None) -> str:
        """Return the whole query in the query language, of `words` instead of `q` if given."""
        filters: dict[str, list[str]] = {
            "site": self.site, "province": self.province,
            "former-province": self.former_province, "status": [self.status], "from": [self.first],
            "to": [self.last],
        }  # fmt: skip
        return combined_query(self.q if words is None else words, **filters)

    def queries(self) -> dict[str, ParsedQuery]:
        """Return what is counted: words -> query. Raise QueryError."""
        words = [self.q, self.compare] if self.compare.strip() else [self.q]
        return {each: parse_article_query(self.text(each)) for each in words}


@router.get("/search")
def search(request: Request, db: ReadDatabase, query: Annotated[SearchQuery, Query()]) -> Response:
    if not 1 <= query.page <= MAX_PAGE:
        raise bad_request(gettext_noop("A search has pages 1 to 50. Narrow the query to see more."))
    hint: Reason | None = None
    found: dict[str, Any] = {"hits": [], "more": False, "number": 0, "chart": None, "left_out": 0,
                             "counted": True}  # fmt: skip
    text = query.text()
    titles = site_titles(db)
    if text:
        try:
            if query.q.strip():
                parse_article_query(query.q)  # its hint refers to what the user typed
            found |= (
                _chart(request, db, query, titles) if query.view == "chart" else _hits(db, query)
            )
        except QueryError as error:
            hint = error.reason
    return render(
        request,
        "search.html",
        400 if hint else 200,
        query=query,
        text=text,
        hint=hint,
        titles=titles,
        **province_choices(),
        units=UNITS,
        downloads=[FORMATS[name] for name in DOWNLOADS if name in FORMATS],
        max_counted=MAX_COUNTED,
        saved=saved_searches(db),
        **found,
    )


def _hits(db: Database, query: SearchQuery) -> dict[str, Any]:
    parsed = parse_article_query(query.text())
    skipped = (query.page - 1) * PAGE_HITS
    hits: list[Hit] = find(db, parsed, limit=PAGE_HITS + 1, offset=skipped, order=query.order)
    return {
        "hits": hits[:PAGE_HITS],
        "more": len(hits) > PAGE_HITS,
        "number": count_up_to(db, parsed, MAX_COUNTED + 1),
    }


def _chart(
    request: Request, db: Database, query: SearchQuery, titles: dict[str, str]
) -> dict[str, Any]:
    queries = query.queries()
    if any(is_counted_later(db, each, complete=query.complete) for each in queries.values()):
        number = count_up_to(db, next(iter(queries.values())), MAX_COUNTED + 1)
        return {"number": number, "counted": False}
    counted = _counted(db, query)
    return {
        "number": next(iter(counted.counts.values())).total(),
        "chart": counts_chart(request, counted, titles, query.by, query.group or None),
        "left_out": left_out(counted),
    }


def _counted(db: Database, query: SearchQuery) -> QueryCounts:
    return count_queries(db, query.queries(), query.by, query.group or None)


def combined_query(q: str, **filters: Sequence[str]) -> str:
    """Combine the typed query and the form's filters, of which one value each must match."""
    terms = []
    for name, written in filters.items():
        values = [f'"{value.strip()}"' for value in written if value.strip()]
        if values:
            choice = " OR ".join(values)
            terms.append(f"{name}:({choice})" if len(values) > 1 else f"{name}:{choice}")
    if not q.strip():
        return " ".join(terms)
    return " ".join([f"({q.strip()})" if terms else q.strip(), *terms])


@router.get("/search/counts.{suffix}")
def counts_file(
    db: ReadDatabase, suffix: TableFormat, query: Annotated[SearchQuery, Query()]
) -> Response:
    """The numbers of the chart, with every group."""
    rows = _counted(db, query).rows()
    media_type, write = WRITERS[suffix]
    return attachment(write(COLUMNS, rows), media_type, f"counts.{suffix}")


@router.get("/search/hits/{format_name}")
def hits_file(
    request: Request,
    db: ReadDatabase,
    format_name: Literal["csv", "xlsx", "ris", "csl-json", "bibtex"],
    query: Annotated[SearchQuery, Query()],
) -> Response:
    """All hits in an export format, by article."""
    if format_name not in FORMATS:
        raise not_found(gettext_noop("No page at this address."))
    form = FORMATS[format_name]
    home: Home = request.app.state.home
    output = SpooledTemporaryFile(max_size=SPOOLED_BYTES)  # noqa: SIM115 -- the answer closes it
    parsed = parse_article_query(query.text())
    if count_up_to(db, parsed, MAX_DOWNLOADED + 1) > MAX_DOWNLOADED:
        message = gettext_noop("More than {number} hits: use tinwatch export.")
        raise bad_request(message, number=MAX_DOWNLOADED)
    with (
        temporary_tables_allowed(db),
        select_articles(db, home.captures, query=parsed) as chosen,
    ):
        form.writer()(chosen, output)
    output.seek(0)
    headers = {"content-disposition": f'attachment; filename="hits{form.suffix}"'}
    return StreamingResponse(
        _chunks(output), media_type="application/octet-stream", headers=headers
    )


def _chunks(file: Any) -> Iterator[bytes]:
    with file:
        while chunk := file.read(2**16):
            yield chunk


@router.post("/searches")
def save(
    request: Request,
    db: WriteDatabase,
    name: Annotated[str, Form()],
    q: Annotated[str, Form()],
) -> Response:
    save_search(db, name.strip(), q, datetime.now(UTC))
    return redirect(request, f"/search?{urlencode({'q': q})}#saved")


@router.post("/searches/{name}/delete")
def delete(request: Request, db: WriteDatabase, name: str) -> Response:
    try:
        delete_search(db, name)
    except NotFound as error:
        raise not_found(gettext_noop("No such saved search.")) from error
    return redirect(request, "/search#saved")
