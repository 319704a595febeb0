"""The review queue: edits and takedowns that nobody looked at yet, the weightiest first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from storage.events.reviews import LONGEST_NAME, LONGEST_NOTE, Mark, add_review, queue
from storage.reasons import gettext_noop
from storage.runs.sites import site_titles
from tinwatch.web.auth import own_path
from tinwatch.web.components.event_list import lines
from tinwatch.web.components.parameters import LARGEST, PageNumber
from tinwatch.web.connections import ReadDatabase, WriteDatabase
from tinwatch.web.error_pages import bad_request, not_found, reason_of
from tinwatch.web.rendering import REVIEWER_COOKIE, YEAR_SECONDS, render

router = APIRouter(include_in_schema=False)
SHOWN = 25


@router.get("/review")
def review(
    request: Request,
    db: ReadDatabase,
    mark: Literal["", "important", "noise", "checked"] = "",
    site: str = "",
    page: PageNumber = 1,
) -> Response:
    ids = queue(db, mark, site, most=SHOWN + 1, skip=(page - 1) * SHOWN)
    return render(
        request,
        "review.html",
        lines=lines(db, ids[:SHOWN]),
        mark=mark,
        site=site,
        titles=site_titles(db),
        page=page,
        more=len(ids) > SHOWN,
    )


@router.post("/review")
def mark_event(
    request: Request,
    db: WriteDatabase,
    event: Annotated[int, Form(ge=1, le=LARGEST)],
    mark: Annotated[Mark, Form()],
    name: Annotated[str, Form(max_length=LONGEST_NAME)],
    note: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
    back: Annotated[str, Form()] = "/review",
) -> Response:
    """Adds a review, and goes back to the page that the form stood on."""
    captures = request.app.state.home.captures
    try:
        add_review(db, captures, event, mark, note, name, datetime.now(UTC))
    except KeyError as error:
        raise not_found(gettext_noop("No such event.")) from error
    except ValueError as error:
        raise bad_request(reason_of(error)) from error
    answer = RedirectResponse(own_path(back), 303)
    answer.set_cookie(
        REVIEWER_COOKIE, quote(name.strip()), max_age=YEAR_SECONDS, httponly=True, samesite="lax"
    )
    return answer
