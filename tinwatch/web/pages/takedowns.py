"""Takedowns: removed, suspect and restored articles."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from storage.db.connection import Database
from storage.events.filtered_counts import event_counts, totals
from storage.events.filters import EventFilter, query_run_once
from storage.events.listing import Position, event_positions, first_positions
from storage.events.suspect_list import (
    SuspectSummary,
    count_suspects,
    first_suspects,
    suspect_page,
)
from storage.models import EventKind
from storage.reasons import gettext_noop
from storage.runs.sites import site_titles
from tinwatch.web.components.active_filters import active_filters
from tinwatch.web.components.event_list import PAGE_EVENTS, event_lines
from tinwatch.web.components.event_query import PeriodQuery, position_after
from tinwatch.web.components.figures import is_counted_later
from tinwatch.web.components.province_label import province_choices
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import bad_request
from tinwatch.web.rendering import render

router = APIRouter(include_in_schema=False)
KINDS = frozenset(map(str, (EventKind.REMOVED, EventKind.RESTORED)))


class TakedownsQuery(PeriodQuery):
    """The filter, the list, the last line of the page before, and whether to count at once."""

    show: Literal["removed", "suspect", "restored"] = "removed"
    past: Annotated[bool, Field(description="Also what only captures of the past show.")] = True
    after: str = ""
    complete: bool = False


@dataclass(frozen=True, slots=True)
class TakedownList:
    """A page of takedowns or of suspects. `counts`: by list, None if they are counted later."""

    positions: list[Position] = field(default_factory=list)
    suspects: list[SuspectSummary] = field(default_factory=list)
    counts: dict[str, int] | None = None


def takedown_list(db: Database, chosen: EventFilter, query: TakedownsQuery) -> TakedownList:
    """Return the page after `query.after`. Raise QueryError for an unknown site in the text."""
    if is_counted_later(db, chosen.query, complete=query.complete):
        first = _first(db, chosen, query)
        if first is not None:
            return first
    limit = PAGE_EVENTS + 1
    positions: list[Position] = []
    suspects: list[SuspectSummary] = []
    with query_run_once(db, chosen) as once:
        if query.show == "suspect":
            suspects = suspect_page(db, once, limit=limit, before=_before(query.after))
        else:
            one_kind, after = _one_kind(once, query)
            positions = event_positions(db, one_kind, "newest", limit=limit, after=after)
        counts = {**totals(event_counts(db, once)), "suspect": count_suspects(db, once)}
    return TakedownList(positions, suspects, counts)


def _first(db: Database, chosen: EventFilter, query: TakedownsQuery) -> TakedownList | None:
    limit = PAGE_EVENTS + 1
    if query.show == "suspect":
        suspects = first_suspects(db, chosen, limit=limit, before=_before(query.after))
        return None if suspects is None else TakedownList(suspects=suspects)
    one_kind, after = _one_kind(chosen, query)
    positions = first_positions(db, one_kind, "newest", limit=limit, after=after)
    return None if positions is None else TakedownList(positions)


def _one_kind(chosen: EventFilter, query: TakedownsQuery) -> tuple[EventFilter, Position | None]:
    one_kind = replace(chosen, kinds=frozenset({query.show}))
    return one_kind, position_after(query.after, "newest")


@router.get("/takedowns")
def takedowns(
    request: Request, db: ReadDatabase, query: Annotated[TakedownsQuery, Query()]
) -> Response:
    chosen = replace(query.event_filter(db, historical=query.past), kinds=KINDS)
    page = takedown_list(db, chosen, query)
    titles = site_titles(db)
    return render(
        request,
        "takedowns.html",
        query=query,
        show=query.show,
        titles=titles,
        **province_choices(),
        counts=page.counts,
        lines=event_lines(db, [each.event for each in page.positions[:PAGE_EVENTS]]),
        suspects=page.suspects[:PAGE_EVENTS],
        following_position=_following(page.positions, page.suspects),
        active=active_filters(request, titles),
    )


def _before(after: str) -> int | None:
    if after and not (after.isascii() and after.isdecimal() and len(after) < 19):
        message = gettext_noop("Invalid value for {name}: {why}")
        raise bad_request(message, name="after", why=after)
    return int(after) if after else None


def _following(positions: list[Position], suspects: list[SuspectSummary]) -> str:
    """Return `after` of the next page, or an empty string if there is none."""
    if len(positions) > PAGE_EVENTS:
        return str(positions[PAGE_EVENTS - 1])
    return str(suspects[PAGE_EVENTS - 1].article) if len(suspects) > PAGE_EVENTS else ""
