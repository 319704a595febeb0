"""The filter of events that commands, pages, the API, feeds, alerts and notebooks share."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from sqlite_utils import Database

from storage.db.connection import snapshot, temporary_tables_allowed
from storage.events.ledger import EVENT_ROWS, Event, event_of
from storage.search.parser import Query
from storage.search.selection import matching_articles_sql
from storage.timezone import day_end, day_start

Condition = tuple[str, list[object]]  # SQL, and its values
MAX_LOOKED_UP_ARTICLES = 20_000  # of more, the events are read in order and tested


@dataclass(frozen=True, slots=True)
class FoundArticles:
    """The articles that match a query, in the temporary table `found_articles`."""

    number: int

    @property
    def many(self) -> bool:
        """Whether so many match that events are tested one by one."""
        return self.number > MAX_LOOKED_UP_ARTICLES

    def condition(self, column: str) -> str:
        """Return SQL: the article is one of them. `column` holds its id."""
        # The unary "+" keeps SQLite from looking up the rows of each article.
        return f"{'+' if self.many else ''}{column} IN (SELECT article FROM temp.found_articles)"


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Conditions on an event; all must hold. None means no condition.

    Attributes:
        provinces: slugs of former provinces
        classes: of edits; no other kind has one
        first_day, last_day: when the event was observed, in Vietnam
        min_priority: 0 to 1, applied to edits only: other kinds have no priority
        query: must match any revision of the event's article; never matches events of a site
        historical: also events of the past, which captures taken in late show
        found: the articles that match `query`, set by `query_run_once`
    """

    sites: frozenset[str] | None = None
    provinces: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    classes: frozenset[str] | None = None
    first_day: date | None = None
    last_day: date | None = None
    min_priority: float = 0.0
    query: Query | None = None
    historical: bool = False
    run: int | None = None
    found: FoundArticles | None = None


def matching_events(
    db: Database,
    event_filter: EventFilter,
    *,
    since: int = 0,
    upto: int | None = None,
    newest_first: bool = False,
) -> Iterator[Event]:
    """Yield the matching events with ids in (since, upto], in order of id.

    Raise QueryError if the query names a site that does not exist.
    """
    condition, values = event_condition(db, event_filter)
    if upto is not None:
        condition, values = f"events.id <= ? AND {condition}", [upto, *values]
    # The unary "+" keeps SQLite from reading the whole ledger by id for a few days of it.
    dated = event_filter.first_day is not None or event_filter.last_day is not None
    rows = db.execute(
        f"{EVENT_ROWS} WHERE {'+' if dated else ''}events.id > ? AND {condition} "
        f"ORDER BY events.id {'DESC' if newest_first else 'ASC'}",
        [since, *values],
    )
    yield from map(event_of, rows)


@contextmanager
def query_run_once(db: Database, event_filter: EventFilter) -> Iterator[EventFilter]:
    """Yield the filter for several statements, which share the result of its query.

    Raise QueryError if the query names a site that does not exist.
    """
    if event_filter.query is None:
        yield event_filter
        return
    sql, values = matching_articles_sql(db, event_filter.query)
    with temporary_tables_allowed(db), snapshot(db):
        db.execute("CREATE TEMP TABLE found_articles (article INTEGER PRIMARY KEY)")
        db.execute(f"INSERT OR IGNORE INTO temp.found_articles {sql}", values)
        (number,) = db.execute("SELECT count(*) FROM temp.found_articles").fetchone()
        try:
            yield replace(event_filter, found=FoundArticles(number))
        finally:
            db.execute("DROP TABLE temp.found_articles")


def articles_condition(db: Database, event_filter: EventFilter, column: str) -> Iterator[Condition]:
    """Yield SQL for the query, if there is one: the article matches. `column` holds its id.

    Raise QueryError if the query names a site that does not exist.
    """
    if event_filter.found is not None:
        yield event_filter.found.condition(column), []
    elif event_filter.query is not None:
        sql, values = matching_articles_sql(db, event_filter.query)
        yield f"{column} IN ({sql})", values


def event_condition(db: Database, event_filter: EventFilter) -> tuple[str, list[object]]:
    """Return SQL over events, with its values; only used parts, so that an index can answer it.

    Raise QueryError if the query names a site that does not exist.
    """
    return all_of([
        *_among("events.site", event_filter.sites),
        *_in_provinces(event_filter.provinces),
        *_among("kind", event_filter.kinds),
        *_among("json_extract(detail, '$.class')", event_filter.classes),
        *in_days("events.observed_at", event_filter),
        *_of_one_event(event_filter),
        *articles_condition(db, event_filter, "events.article"),
    ])  # fmt: skip


def all_of(conditions: Sequence[Condition]) -> Condition:
    values = [value for _, more in conditions for value in more]
    return " AND ".join(condition for condition, _ in conditions) or "1", values


def _among(column: str, names: frozenset[str] | None) -> Iterator[Condition]:
    if names is None:
        return
    if len(names) == 1:  # so that an index has the rows in order
        yield f"{column} = ?", [*names]
    else:
        yield f"{column} IN (SELECT value FROM json_each(?))", [json.dumps(sorted(names))]


def _in_provinces(provinces: frozenset[str] | None) -> Iterator[Condition]:
    if provinces is not None:
        yield (
            "events.site IN (SELECT name FROM sites WHERE province IN "
            "(SELECT value FROM json_each(?)))",
            [json.dumps(sorted(provinces))],
        )


def in_days(column: str, event_filter: EventFilter) -> Iterator[Condition]:
    """Yield SQL: a time is within the days of the filter. `column` holds it."""
    if event_filter.first_day is not None:
        yield f"{column} >= ?", [day_start(event_filter.first_day)]
    if event_filter.last_day is not None:
        yield f"{column} < ?", [day_end(event_filter.last_day)]


def _of_one_event(event_filter: EventFilter) -> Iterator[Condition]:
    if not event_filter.historical:
        yield "json_extract(detail, '$.historical') IS NULL", []
    if event_filter.run is not None:
        yield "events.run = ?", [event_filter.run]
    if event_filter.min_priority > 0:
        yield "coalesce(json_extract(detail, '$.priority'), 1) >= ?", [event_filter.min_priority]
