"""The review queue: edits and takedowns by their newest mark, highest priority first."""

from __future__ import annotations

from collections import Counter

from sqlite_utils import Database

from storage.events.filtered_counts import count_events
from storage.events.filters import EventFilter, event_condition
from storage.events.listing import Position, event_positions, first_positions, sortable
from storage.events.reviews import MARKS, WITHDRAWN

_NEWEST_MARK = "(SELECT mark FROM reviews WHERE event = events.id ORDER BY id DESC LIMIT 1)"
_UNREVIEWED = f"coalesce({_NEWEST_MARK}, '{WITHDRAWN}') = '{WITHDRAWN}'"


def review_queue(
    db: Database,
    mark: str,
    event_filter: EventFilter,
    *,
    limit: int,
    after: Position | None = None,
) -> list[Position]:
    """Return events whose newest mark is `mark`, or unreviewed ones if `mark` is empty.

    Raise QueryError if the query names a site that does not exist.
    """
    condition = _marked(mark)
    return event_positions(
        db, event_filter, "priority", limit=limit, after=after, condition=condition
    )


def first_in_review_queue(
    db: Database,
    mark: str,
    event_filter: EventFilter,
    *,
    limit: int,
    after: Position | None = None,
) -> list[Position] | None:
    """Return what `review_queue` returns, or None if few of the next events match the query."""
    condition = _marked(mark)
    return first_positions(
        db, event_filter, "priority", limit=limit, after=after, condition=condition
    )


def _marked(mark: str) -> str:
    """Return SQL over events."""
    if not mark:
        return _UNREVIEWED
    assert mark in MARKS
    return f"id IN (SELECT event FROM reviews) AND {_NEWEST_MARK} = '{mark}'"


def review_counts(db: Database, event_filter: EventFilter) -> dict[str, int]:
    """Return the number of events of each mark, and of unreviewed ones as ""."""
    chosen = sortable(event_filter, "priority")
    where, values = event_condition(db, chosen)
    rows = db.execute(
        f"SELECT {_NEWEST_MARK} AS newest, count(*) FROM (SELECT DISTINCT event FROM reviews) "
        f"CROSS JOIN events ON events.id = event WHERE {where} GROUP BY newest",
        values,
    )
    marked: Counter[str] = Counter(dict(rows.fetchall()))
    marked.pop(WITHDRAWN, None)
    unreviewed = count_events(db, chosen) - marked.total()
    return {"": unreviewed, **{mark: marked[mark] for mark in MARKS}}
