"""Paged and sorted lists of the events that a filter chooses, each page read from an index.

A page continues after the last event of the page before, whatever was published meanwhile.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar, get_args

from sqlite_utils import Database

from storage.events.filters import EventFilter, event_condition
from storage.events.reviews import REVIEWED_KINDS, WEIGHT
from storage.models import EventKind
from storage.runs.sites import site_names
from storage.search.query_ast import Query
from storage.search.rank import FIRST_TESTED, MAX_TESTED_REVISIONS, TESTED_GROWTH
from storage.search.selection import matching_among

Line = TypeVar("Line")
Order = Literal["newest", "oldest", "priority"]
ORDERS: tuple[str, ...] = get_args(Order)
_SORT_KEYS = {"newest": "observed_at", "oldest": "observed_at", "priority": WEIGHT}
_REVIEWED = f"kind IN ({', '.join(repr(str(kind)) for kind in REVIEWED_KINDS)})"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """The place of an event in a sorted list. `key`: what the list is sorted by."""

    key: str | float
    event: int

    def __str__(self) -> str:
        return f"{self.key}~{self.event}"

    @classmethod
    def parse(cls, text: str, order: Order) -> Position:
        """Return the position that `str` wrote. Raise ValueError."""
        key, _, event = text.partition("~")
        if not event.isascii() or not event.isdigit() or len(event) > 18:
            raise ValueError(text)
        return cls(float(key) if order == "priority" else key, int(event))


def sortable(event_filter: EventFilter, order: Order) -> EventFilter:
    """Return the filter of the events that have this order: a priority only edits and takedowns."""
    if order != "priority":
        return event_filter
    return replace(event_filter, kinds=_only(event_filter.kinds, *REVIEWED_KINDS))


def _only(kinds: frozenset[str] | None, *allowed: EventKind) -> frozenset[str]:
    names = frozenset(map(str, allowed))
    return names if kinds is None else names & kinds


def event_positions(
    db: Database,
    event_filter: EventFilter,
    order: Order,
    *,
    limit: int,
    after: Position | None = None,
    condition: str = "1",
) -> list[Position]:
    """Return up to `limit` events in this order, after a position of the same order.

    Args:
        condition: SQL over events that must hold as well

    Raise QueryError if the query names a site that does not exist.
    """
    wanted = sortable(event_filter, order)
    if wanted.classes is not None:
        wanted = replace(wanted, kinds=_only(wanted.kinds, EventKind.EDITED))
    descending = order != "oldest"
    streams = [
        _read(db, stream, order, after, limit, condition) for stream in _streams(db, wanted, order)
    ]
    merged = heapq.merge(*streams, reverse=descending)
    return [position for position, _ in zip(merged, range(limit), strict=False)]


def first_positions(
    db: Database,
    event_filter: EventFilter,
    order: Order,
    *,
    limit: int,
    after: Position | None = None,
    condition: str = "1",
) -> list[Position] | None:
    """Return what `event_positions` returns, or None if few of the next events match the query.

    Raise QueryError as above.
    """
    query = event_filter.query
    if query is None:
        return event_positions(
            db, event_filter, order, limit=limit, after=after, condition=condition
        )
    unfiltered = replace(event_filter, query=None)

    def next_ones(number: int) -> list[tuple[Position, int | None]]:
        positions = event_positions(
            db, unfiltered, order, limit=number, after=after, condition=condition
        )
        article_of = _articles_of(db, positions)
        return [(each, article_of[each.event]) for each in positions]

    return first_matching(db, query, next_ones, limit)


def first_matching(
    db: Database,
    query: Query,
    next_ones: Callable[[int], list[tuple[Line, int | None]]],
    limit: int,
) -> list[Line] | None:
    """Return the first `limit` lines whose article matches, or None if few of the next ones do.

    The next lines are tested, more and more of them, as for hits by date: so the articles that
    match a common word need not all be found. Raise QueryError as above.

    Args:
        next_ones: returns the first lines without the query, with their articles
    """
    number = FIRST_TESTED * limit
    while number <= MAX_TESTED_REVISIONS:
        lines = next_ones(number)
        articles = {article for _, article in lines if article is not None}
        matching = matching_among(db, query, articles)
        found = [line for line, article in lines if article in matching]
        if len(found) >= limit or len(lines) < number:
            return found[:limit]
        number *= TESTED_GROWTH
    return None


def _articles_of(db: Database, positions: list[Position]) -> dict[int, int | None]:
    """Return event -> article, None for an event of a site."""
    rows = db.execute(
        "SELECT id, article FROM events WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps([each.event for each in positions])],
    )
    return dict(rows.fetchall())


@dataclass(frozen=True, slots=True)
class _Stream:
    """Events that one index has in order, or that are few enough to be sorted.

    Attributes:
        literal: a condition in the words of a partial index
    """

    event_filter: EventFilter
    index: str | None
    literal: str = "1"


def _streams(db: Database, wanted: EventFilter, order: Order) -> Iterator[_Stream]:
    if wanted.kinds == frozenset():
        return
    tested = wanted.query is None or (wanted.found is not None and wanted.found.many)
    if wanted.run is not None or not tested:
        yield _Stream(wanted, None)
    elif wanted.classes is not None and order != "priority":
        for site in filtered_sites(db, wanted):  # the index has class and priority
            one = replace(wanted, sites=frozenset({site}), provinces=None, kinds=None)
            yield _Stream(one, "events_edits", "kind = 'edited'")
    elif wanted.sites is not None or wanted.provinces is not None:
        for site in filtered_sites(db, wanted):
            one = replace(wanted, sites=frozenset({site}), provinces=None)
            yield _Stream(one, "events_site_observed")
    elif order == "priority" and wanted.first_day is None and wanted.last_day is None:
        yield _Stream(wanted, "events_weight", _REVIEWED)
    elif wanted.kinds is not None:
        for kind in sorted(wanted.kinds):
            yield _Stream(replace(wanted, kinds=frozenset({kind})), "events_kind_observed")
    else:
        yield _Stream(wanted, "events_observed")


def filtered_sites(db: Database, event_filter: EventFilter) -> Sequence[str]:
    """Return the sites that the filter chooses, by name."""
    names = site_names(db, event_filter.provinces)
    chosen = event_filter.sites
    return names if chosen is None else [name for name in names if name in chosen]


def _read(
    db: Database,
    stream: _Stream,
    order: Order,
    after: Position | None,
    limit: int,
    condition: str,
) -> list[Position]:
    key = _SORT_KEYS[order]
    where, values = event_condition(db, stream.event_filter)
    direction, compare = ("ASC", ">") if order == "oldest" else ("DESC", "<")
    if after is not None:
        where += f" AND ({key}, id) {compare} (?, ?)"
        values = [*values, after.key, after.event]
    index = f"INDEXED BY {stream.index}" if stream.index else ""
    rows = db.execute(
        f"SELECT {key}, id FROM events {index} "
        f"WHERE {stream.literal} AND {where} AND {condition} "
        f"ORDER BY {key} {direction}, id {direction} LIMIT ?",
        [*values, limit],
    )
    return [Position(*row) for row in rows]
