"""Numbers of the events that a filter chooses, by day and kind.

Without conditions on single events they come from `event_days`, which triggers keep; edits of a
class or priority from an index that has both.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlite_utils import Database

from storage.events.filters import EventFilter, event_condition
from storage.events.listing import filtered_sites
from storage.models import EventKind
from storage.timezone import local_day

_HOUR_CHARS = len("2025-03-10T18")  # an offset of whole hours leads to the day in Vietnam
# What sites did to articles that were there before.
CHANGE_KINDS = (EventKind.EDITED, EventKind.REMOVED, EventKind.RESTORED, EventKind.MOVED)
DayCounts = dict[str, Counter[str]]  # day (2025-03-10) -> kind -> number


def event_counts(db: Database, event_filter: EventFilter) -> DayCounts:
    """Return the number of events of each kind by the day on which they were observed.

    Raise QueryError if the query names a site that does not exist.
    """
    if event_filter.run is not None or event_filter.query or not event_filter.historical:
        return _counted(db, event_filter)
    has_edits = event_filter.kinds is None or EventKind.EDITED in event_filter.kinds
    if event_filter.classes is None and not (event_filter.min_priority and has_edits):
        return _kept(db, event_filter)
    edits = _edits(db, event_filter) if has_edits else {}
    if event_filter.classes is not None:
        return edits
    others = _kept(db, event_filter, without=EventKind.EDITED)
    days = sorted({*others, *edits})
    return {day: others.get(day, Counter()) + edits.get(day, Counter()) for day in days}


def count_events(db: Database, event_filter: EventFilter) -> int:
    """Return the number of events. Raise QueryError as `event_counts`.

    Those of the past are subtracted: they have an index of their own.
    """
    every = replace(event_filter, historical=True)
    number = totals(event_counts(db, every)).total()
    if event_filter.historical:
        return number
    where, values = event_condition(db, every)
    (past,) = db.execute(
        "SELECT count(*) FROM events INDEXED BY events_historical "
        f"WHERE json_extract(detail, '$.historical') IS NOT NULL AND {where}",
        values,
    ).fetchone()
    return number - int(past)


def totals(counts: DayCounts) -> Counter[str]:
    """Return kind -> number over all days."""
    total: Counter[str] = Counter()
    for kinds in counts.values():
        total.update(kinds)
    return total


def changes_by_site(db: Database, first: date, last: date) -> dict[str, int]:
    """Return site -> number of events of CHANGE_KINDS on these days, for sites with any."""
    rows = db.execute(
        "SELECT site, sum(events) FROM sites CROSS JOIN event_days "
        "ON site = name AND day BETWEEN ? AND ? "
        "WHERE event_days.kind IN (SELECT value FROM json_each(?)) GROUP BY site",
        [first.isoformat(), last.isoformat(), json.dumps(CHANGE_KINDS)],
    )
    return dict(rows.fetchall())


def last_event_day(db: Database) -> date | None:
    """Return the newest day with an event, or None without events."""
    row = db.execute(
        "SELECT max((SELECT max(day) FROM event_days WHERE site = name)) FROM sites"
    ).fetchone()
    return date.fromisoformat(row[0]) if row[0] else None


def _kept(db: Database, event_filter: EventFilter, without: str = "") -> DayCounts:
    kinds = event_filter.kinds
    rows = db.execute(
        "SELECT day, kind, sum(events) FROM json_each(:sites) CROSS JOIN event_days "
        "ON site = value AND day BETWEEN :first AND :last "
        "WHERE kind <> :without "
        "AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds))) "
        "GROUP BY day, kind ORDER BY day",
        {
            "sites": json.dumps(filtered_sites(db, event_filter)),
            "first": _iso(event_filter.first_day, "0"),
            "last": _iso(event_filter.last_day, "9999"),
            "without": without,
            "kinds": None if kinds is None else json.dumps(sorted(kinds)),
        },
    )
    return _by_day(rows)


def _edits(db: Database, event_filter: EventFilter) -> DayCounts:
    # The literal kind lets SQLite use the partial index, which has all that is read.
    where, values = event_condition(db, replace(event_filter, kinds=None))
    condition = f"INDEXED BY events_edits WHERE kind = 'edited' AND {where}"
    return _grouped(db, condition, values, kind=f"'{EventKind.EDITED}'")


def _counted(db: Database, event_filter: EventFilter) -> DayCounts:
    where, values = event_condition(db, event_filter)
    return _grouped(db, f"WHERE {where}", values)


def _grouped(db: Database, condition: str, values: list[object], kind: str = "kind") -> DayCounts:
    # One text of all hours and kinds: GROUP BY, which sorts the events, takes five times as long.
    (found,) = db.execute(
        f"SELECT group_concat(substr(observed_at, 1, {_HOUR_CHARS}) || {kind}) "
        f"FROM events {condition}",
        values,
    ).fetchone()
    counts: DayCounts = {}
    for hour_and_kind, number in sorted(Counter(found.split(",") if found else ()).items()):
        hour, kind = hour_and_kind[:_HOUR_CHARS], hour_and_kind[_HOUR_CHARS:]
        counts.setdefault(local_day(f"{hour}:00Z"), Counter())[kind] += number
    return counts


def _iso(day: date | None, default: str) -> str:
    return day.isoformat() if day else default


def _by_day(rows: Iterable[tuple[str, str, int]]) -> DayCounts:
    counts: DayCounts = {}
    for day, kind, number in rows:
        counts.setdefault(day, Counter())[kind] = number
    return counts
