"""Changes: the events that a filter chooses, with totals, a chart and downloads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from crawlers.event_filter import EDIT_CLASSES
from storage.db.connection import Database
from storage.events.filtered_counts import DayCounts, event_counts, totals
from storage.events.filters import EventFilter, query_run_once
from storage.events.ledger import EVENT_KINDS
from storage.events.listing import (
    ORDERS,
    Order,
    Position,
    event_positions,
    first_positions,
    sortable,
)
from storage.messages import label
from storage.runs.sites import site_provinces, site_titles
from tinwatch.reports.table_files import WRITERS, TableFormat
from tinwatch.web.components.active_filters import active_filters
from tinwatch.web.components.event_export import COLUMNS, event_rows
from tinwatch.web.components.event_list import PAGE_EVENTS, event_lines
from tinwatch.web.components.event_query import EventQuery, position_after
from tinwatch.web.components.figures import is_counted_later
from tinwatch.web.components.province_label import province_choices
from tinwatch.web.components.time_chart import TimeChart, time_chart
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.rendering import attachment, here, language, render

router = APIRouter(include_in_schema=False)
MAX_DOWNLOADED = 20_000  # events


class SortedQuery(EventQuery):
    """The filter, and the order of the list."""

    sort: Order = "newest"


class ChangesQuery(SortedQuery):
    """The filter, the order, the last event of the page before, and whether to count at once."""

    after: str = ""
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the events that a filter chooses. `counts`: None if they are counted later."""

    positions: list[Position]
    following: Position | None
    counts: DayCounts | None


def listing(
    db: Database, chosen: EventFilter, order: Order, after: Position | None, *, complete: bool
) -> Listing:
    """Return the page after a position. Raise QueryError for an unknown site in the text."""
    limit = PAGE_EVENTS + 1
    found: list[Position] | None = None
    counts: DayCounts | None = None
    if is_counted_later(db, chosen.query, complete=complete):
        found = first_positions(db, chosen, order, limit=limit, after=after)
    if found is None:
        with query_run_once(db, chosen) as once:
            found = event_positions(db, once, order, limit=limit, after=after)
            counts = event_counts(db, sortable(once, order))
    following = found[PAGE_EVENTS - 1] if len(found) > PAGE_EVENTS else None
    return Listing(found[:PAGE_EVENTS], following, counts)


@router.get("/changes")
def changes(
    request: Request, db: ReadDatabase, query: Annotated[ChangesQuery, Query()]
) -> Response:
    chosen = query.event_filter(db)
    after = position_after(query.after, query.sort)
    page = listing(db, chosen, query.sort, after, complete=query.complete)
    counts = page.counts or {}
    titles = site_titles(db)
    return render(
        request,
        "changes.html",
        query=query,
        lines=event_lines(db, [position.event for position in page.positions], excerpts=True),
        following_position=page.following,
        counted=page.counts is not None,
        totals=totals(counts),
        chart=events_chart(request, chosen, counts),
        active=active_filters(request, titles),
        max_downloaded=MAX_DOWNLOADED,
        titles=titles,
        **province_choices(),
        kinds=EVENT_KINDS,
        classes=EDIT_CLASSES,
        orders=ORDERS,
    )


def events_chart(request: Request, chosen: EventFilter, counts: DayCounts) -> TimeChart | None:
    """Return the chart of a list: a row for each kind, whose bars link to their events."""
    found = totals(counts)
    kinds = [str(kind) for kind in EVENT_KINDS if found[kind]]
    locale = language(request)

    def link(kind: str, first: str, last: str) -> str:
        return here(request, {"kind": kind, "from": first, "to": last, "after": None})

    return time_chart(
        {kind: {day: kinds[kind] for day, kinds in counts.items()} for kind in kinds},
        {kind: label("event_kind", kind, locale) for kind in kinds},
        link,
        first=_within(chosen.first_day, counts),
        last=_within(chosen.last_day, counts),
    )


def _within(day: date | None, counts: DayCounts) -> date | None:
    """Return a bound of the filter, unless it lies years away from every event."""
    if day is None or not counts:
        return None
    nearest = min(abs((date.fromisoformat(each) - day).days) for each in counts)
    return day if nearest <= 366 else None


@router.get("/changes.{suffix}")
def download(
    db: ReadDatabase, suffix: TableFormat, query: Annotated[SortedQuery, Query()]
) -> Response:
    """The events of the list as a file, in its order."""
    chosen = query.event_filter(db)
    with query_run_once(db, chosen) as once:
        found = event_positions(db, once, query.sort, limit=MAX_DOWNLOADED)
    media_type, write = WRITERS[suffix]
    content = write(COLUMNS, event_rows(db, found, site_provinces(db)))
    return attachment(content, media_type, f"changes.{suffix}")
