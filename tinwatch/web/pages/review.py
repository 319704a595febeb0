"""The review queue: an inbox of edits and takedowns, by priority."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from crawlers.event_filter import EDIT_CLASSES
from storage.db.connection import Database
from storage.events.filters import EventFilter, query_run_once
from storage.events.listing import Position
from storage.events.review_queue import (
    first_in_review_queue,
    review_counts,
    review_queue,
)
from storage.events.reviews import MAX_NAME_CHARS, MAX_NOTE_CHARS, WITHDRAWN, Mark, add_review
from storage.messages.reasons_lookups import NotFound
from storage.reasons import gettext_noop
from storage.runs.sites import site_titles
from tinwatch.web.addresses import own_path
from tinwatch.web.components.active_filters import active_filters
from tinwatch.web.components.event_list import event_lines
from tinwatch.web.components.event_query import EventQuery, position_after
from tinwatch.web.components.figures import is_counted_later
from tinwatch.web.components.parameters import MAX_ID
from tinwatch.web.components.province_label import province_choices
from tinwatch.web.connections import ReadDatabase, WriteDatabase
from tinwatch.web.error_pages import not_found
from tinwatch.web.rendering import REVIEWER_COOKIE, here, render, set_preference

router = APIRouter(include_in_schema=False)
PAGE_EVENTS = 25
EventId = Annotated[int, Field(ge=1, le=MAX_ID)]
Name = Annotated[str, Form(max_length=MAX_NAME_CHARS)]


class ReviewQuery(EventQuery):
    """The filter, the list, the last event of the page before, and what was marked just now.

    `complete`: whether to count at once.
    """

    mark: Literal["", "important", "noise", "checked"] = ""
    past: Annotated[bool, Field(description="Also unreviewed events of the past.")] = False
    after: str = ""
    undo: list[EventId] = []
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the review queue.

    Attributes:
        counts: events by mark, None if they are counted later
        of_the_past: how many of those that are not reviewed are not shown for that
    """

    positions: list[Position]
    counts: dict[str, int] | None = None
    of_the_past: int = 0


def review_page(
    db: Database, chosen: EventFilter, query: ReviewQuery, after: Position | None
) -> Queue:
    """Return the page after a position. Raise QueryError for an unknown site in the text."""
    limit, past = PAGE_EVENTS + 1, query.past or bool(query.mark)
    if is_counted_later(db, chosen.query, complete=query.complete):
        shown = replace(chosen, historical=past)
        first = first_in_review_queue(db, query.mark, shown, limit=limit, after=after)
        if first is not None:
            return Queue(first)
    with query_run_once(db, chosen) as once:
        shown = replace(once, historical=past)
        found = review_queue(db, query.mark, shown, limit=limit, after=after)
        counts = review_counts(db, once)
        recent = review_counts(db, replace(once, historical=False))[""]
    if query.past:
        return Queue(found, counts)
    return Queue(found, counts | {"": recent}, 0 if query.mark else counts[""] - recent)


@router.get("/review")
def review(request: Request, db: ReadDatabase, query: Annotated[ReviewQuery, Query()]) -> Response:
    chosen = query.event_filter(db, historical=True)
    after = position_after(query.after, "priority")
    page = review_page(db, chosen, query, after)
    shown = [each.event for each in page.positions[:PAGE_EVENTS]]
    titles = site_titles(db)
    return render(
        request,
        "review.html",
        query=query,
        lines=event_lines(db, shown, excerpts=True),
        following_position=_following(page.positions),
        counts=page.counts,
        of_the_past=page.of_the_past,
        titles=titles,
        **province_choices(),
        classes=EDIT_CLASSES,
        active=active_filters(request, titles),
        here=lambda *named, **changed: here(request, {"undo": None} | dict(named) | changed),
    )


def _following(found: list[Position]) -> Position | None:
    return found[PAGE_EVENTS - 1] if len(found) > PAGE_EVENTS else None


@router.post("/review")
def mark_event(
    request: Request,
    db: WriteDatabase,
    event: Annotated[int, Form(ge=1, le=MAX_ID)],
    mark: Annotated[Mark, Form()],
    name: Name,
    note: Annotated[str, Form(max_length=MAX_NOTE_CHARS)] = "",
    back: Annotated[str, Form()] = "/review",
) -> Response:
    """Add a review and redirect to the page of the form."""
    _add(request, db, [event], mark, name, note)
    return _remember(request, name, RedirectResponse(own_path(request, back), 303))


@router.post("/review/marks")
def mark_events(
    request: Request,
    db: WriteDatabase,
    name: Name = "",
    event: Annotated[list[EventId], Form()] = [],  # noqa: B006
    mark: Annotated[Literal["important", "noise", "checked", "withdrawn"] | None, Form()] = None,
    one: Annotated[str, Form(pattern=r"^((important|noise|checked):\d{1,18})?$")] = "",
    back: Annotated[str, Form()] = "/review",
) -> Response:
    """Mark the chosen events, or the `one` whose button was pressed ("noise:12").

    With neither, only the name is remembered. The page that follows offers to undo the marks.
    """
    marked = list(event)
    chosen: str | None = mark
    if one:
        chosen, _, number = one.partition(":")
        marked = [int(number)]
    address = own_path(request, back)
    if chosen and marked:
        _add(request, db, marked, chosen, name, "")
        if chosen != WITHDRAWN:
            joint = "&" if "?" in address else "?"
            address += joint + urlencode([("undo", each) for each in marked])
    return _remember(request, name, RedirectResponse(address, 303))


def _add(
    request: Request, db: Database, events: list[int], mark: str, name: str, note: str
) -> None:
    captures = request.app.state.home.captures
    try:
        for event in events:
            add_review(db, captures, event, mark, note, name, datetime.now(UTC))
    except NotFound as error:
        raise not_found(gettext_noop("No such event.")) from error


def _remember(request: Request, name: str, response: Response) -> Response:
    if name.strip():
        set_preference(request, response, REVIEWER_COOKIE, quote(name.strip()))
    return response
