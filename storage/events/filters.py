"""Filtering of events, for feeds and alert subscriptions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from storage.events.ledger import EVENT_ROWS, Event, event_of
from storage.provinces.lookup import IN_PROVINCES, sql_provinces
from storage.search.parser import Query
from storage.search.selection import article_matches


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Conditions on an event; all must hold. None means no condition.

    Attributes:
        provinces: slugs of former provinces
        min_priority: 0 to 1, applied to edits only: other kinds have no priority
        query: must match any revision of the event's article; never matches events of a site
        historical: also events of the past, which captures taken in late show
    """

    sites: frozenset[str] | None = None
    provinces: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    min_priority: float = 0.0
    query: Query | None = None
    historical: bool = False


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
    rows = db.execute(
        f"{EVENT_ROWS} WHERE events.id > :since AND (:upto IS NULL OR events.id <= :upto) "
        "AND (:sites IS NULL OR events.site IN (SELECT value FROM json_each(:sites))) "
        "AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds))) "
        "AND coalesce(json_extract(detail, '$.priority'), 1) >= :min_priority "
        "AND (:historical OR json_extract(detail, '$.historical') IS NULL) "
        f"AND {IN_PROVINCES.format(site='events.site')} "
        f"ORDER BY events.id {'DESC' if newest_first else 'ASC'}",
        {
            "since": since,
            "upto": upto,
            "sites": _json_array(event_filter.sites),
            "kinds": _json_array(event_filter.kinds),
            "min_priority": event_filter.min_priority,
            "historical": event_filter.historical,
            "provinces": sql_provinces(event_filter.provinces),
        },
    )
    for row in rows:
        event = event_of(row)
        if event_filter.query is None or _article_matches(db, event_filter.query, event):
            yield event


def _article_matches(db: Database, query: Query, event: Event) -> bool:
    return event.article is not None and article_matches(db, query, event.article)


def _json_array(names: Iterable[str] | None) -> str | None:
    return None if names is None else json.dumps(sorted(names))
