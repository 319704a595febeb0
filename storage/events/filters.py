"""Which events are wanted: one choice for feeds, subscriptions and whoever else asks for some."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from storage.events.ledger import EVENT_ROWS, Event, event_of
from storage.provinces.lookup import IN_PROVINCES, sql_provinces
from storage.search.parser import Query
from storage.search.selection import holds


@dataclass(frozen=True, slots=True)
class EventChoice:
    """None chooses all. What is stated must all hold.

    provinces: slugs of former provinces. least_priority: from 0 to 1, for edits, which alone have
    a priority; other kinds are not asked for one. query: of what any version of the article says;
    an event of a site has no text, so it holds for none.
    """

    sites: frozenset[str] | None = None
    provinces: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    least_priority: float = 0.0
    query: Query | None = None


def chosen_events(
    db: Database,
    choice: EventChoice,
    *,
    since: int = 0,
    upto: int | None = None,
    newest_first: bool = False,
) -> Iterator[Event]:
    """The events of a choice with ids above `since`, up to and with `upto`, in order of id.

    Raises QueryError where the query names a site that does not exist.
    """
    rows = db.execute(
        f"{EVENT_ROWS} WHERE events.id > :since AND (:upto IS NULL OR events.id <= :upto) "
        "AND (:sites IS NULL OR events.site IN (SELECT value FROM json_each(:sites))) "
        "AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds))) "
        "AND coalesce(json_extract(detail, '$.priority'), 1) >= :least_priority "
        f"AND {IN_PROVINCES.format(site='events.site')} "
        f"ORDER BY events.id {'DESC' if newest_first else 'ASC'}",
        {"since": since, "upto": upto, "sites": _sql(choice.sites), "kinds": _sql(choice.kinds),
         "least_priority": choice.least_priority, "provinces": sql_provinces(choice.provinces)},
    )  # fmt: skip
    for row in rows:
        event = event_of(row)
        if choice.query is None or _says(db, choice.query, event):
            yield event


def _says(db: Database, query: Query, event: Event) -> bool:
    return event.article is not None and holds(db, query, event.article)


def _sql(names: Iterable[str] | None) -> str | None:
    return None if names is None else json.dumps(sorted(names))
