"""Takedowns: removed, suspect and restored articles."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from storage.db.connection import Database
from storage.events.filtered_counts import event_counts, totals
from storage.events.filters import EventFilter, query_run_once
from storage.events.listing import Position, event_positions
from storage.events.suspect_list import SuspectSummary, count_suspects, suspect_page
from storage.models import EventKind
from storage.reasons import gettext_noop
from storage.runs.sites import site_titles
from tinwatch.web.components.active_filters import active_filters
from tinwatch.web.components.event_list import PAGE_EVENTS, event_lines
from tinwatch.web.components.event_query import PeriodQuery, position_after
from tinwatch.web.components.province_label import province_choices
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import bad_request
from tinwatch.web.rendering import render

router = APIRouter(include_in_schema=False)
KINDS = frozenset(map(str, (EventKind.REMOVED, EventKind.RESTORED)))


class TakedownsQuery(PeriodQuery):
    """The filter, the list, and the last line of the page before."""

    show: Literal["removed", "suspect", "restored"] = "removed"
    past: Annotated[bool, Field(description="Also what only captures of the past show.")] = True
    after: str = ""


@router.get("/takedowns")
def takedowns(
    request: Request, db: ReadDatabase, query: Annotated[TakedownsQuery, Query()]
) -> Response:
    chosen = replace(query.event_filter(db, historical=query.past), kinds=KINDS)
    suspects: list[SuspectSummary] = []
    positions: list[Position] = []
    with query_run_once(db, chosen) as once:
        if query.show == "suspect":
            suspects = _suspects(db, once, query.after)
        else:
            one_kind = replace(once, kinds=frozenset({query.show}))
            after = position_after(query.after, "newest")
            positions = event_positions(db, one_kind, "newest", limit=PAGE_EVENTS + 1, after=after)
        counts = {**totals(event_counts(db, once)), "suspect": count_suspects(db, once)}
    titles = site_titles(db)
    return render(
        request,
        "takedowns.html",
        query=query,
        show=query.show,
        titles=titles,
        **province_choices(),
        counts=counts,
        lines=event_lines(db, [each.event for each in positions[:PAGE_EVENTS]]),
        suspects=suspects[:PAGE_EVENTS],
        following_position=_following(positions, suspects),
        active=active_filters(request, titles),
    )


def _suspects(db: Database, chosen: EventFilter, after: str) -> list[SuspectSummary]:
    if after and not (after.isascii() and after.isdecimal() and len(after) < 19):
        message = gettext_noop("Invalid value for {name}: {why}")
        raise bad_request(message, name="after", why=after)
    return suspect_page(db, chosen, limit=PAGE_EVENTS + 1, before=int(after) if after else None)


def _following(positions: list[Position], suspects: list[SuspectSummary]) -> str:
    """Return `after` of the next page, or an empty string if there is none."""
    if len(positions) > PAGE_EVENTS:
        return str(positions[PAGE_EVENTS - 1])
    return str(suspects[PAGE_EVENTS - 1].article) if len(suspects) > PAGE_EVENTS else ""
