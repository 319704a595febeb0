"""The review queue: unreviewed edits and takedowns, by priority."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from storage.events.reviews import MAX_NAME_CHARS, MAX_NOTE_CHARS, Mark, add_review, review_queue
from storage.messages.reasons_input import InputError
from storage.messages.reasons_lookups import NotFound
from storage.reasons import gettext_noop
from storage.runs.sites import site_titles
from tinwatch.web.addresses import own_path
from tinwatch.web.components.event_list import event_lines
from tinwatch.web.components.parameters import MAX_ID, PageNumber
from tinwatch.web.connections import ReadDatabase, WriteDatabase
from tinwatch.web.error_pages import bad_request, not_found, reason_of
from tinwatch.web.rendering import REVIEWER_COOKIE, YEAR_SECONDS, render

router = APIRouter(include_in_schema=False)
PAGE_EVENTS = 25


@router.get("/review")
def review(
    request: Request,
    db: ReadDatabase,
    mark: Literal["", "important", "noise", "checked"] = "",
    site: str = "",
    page: PageNumber = 1,
) -> Response:
    ids = review_queue(db, mark, site, limit=PAGE_EVENTS + 1, offset=(page - 1) * PAGE_EVENTS)
    return render(
        request,
        "review.html",
        lines=event_lines(db, ids[:PAGE_EVENTS]),
        mark=mark,
        site=site,
        titles=site_titles(db),
        page=page,
        more=len(ids) > PAGE_EVENTS,
    )


@router.post("/review")
def mark_event(
    request: Request,
    db: WriteDatabase,
    event: Annotated[int, Form(ge=1, le=MAX_ID)],
    mark: Annotated[Mark, Form()],
    name: Annotated[str, Form(max_length=MAX_NAME_CHARS)],
    note: Annotated[str, Form(max_length=MAX_NOTE_CHARS)] = "",
    back: Annotated[str, Form()] = "/review",
) -> Response:
    """Add a review and redirect to the page of the form."""
    captures = request.app.state.home.captures
    try:
        add_review(db, captures, event, mark, note, name, datetime.now(UTC))
    except NotFound as error:
        raise not_found(gettext_noop("No such event.")) from error
    except InputError as error:
        raise bad_request(reason_of(error)) from error
    response = RedirectResponse(own_path(request, back), 303)
    response.set_cookie(
        REVIEWER_COOKIE, quote(name.strip()), max_age=YEAR_SECONDS, httponly=True, samesite="lax"
    )
    return response
