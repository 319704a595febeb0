"""Events as a page lists them: of a window of ids, counted by site and kind, some at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from storage.events.ledger import Event, event_of

WIDE = 10_000  # ids; of a window of more, what lies outside of it is counted
WEIGHED = 5000  # edits of a window that are put in order of priority, the newest ones


@dataclass(frozen=True, slots=True)
class Window:
    """Events with an id above `since`, up to and with `upto`; of these runs alone where given."""

    since: int
    upto: int
    runs: tuple[int, ...] | None = None
    site: str = ""

    @property
    def where(self) -> str:
        """What is not asked for is not said: an index answers without reading the events."""
        said = ["id > :since", "id <= :upto"]
        if self.site:
            said.append("site = :site")
        if self.runs is not None:
            # "+" keeps the planner from looking up each run: the ids bound what is read.
            said.append("+run IN (SELECT value FROM json_each(:runs))")
        return " AND ".join(said)

    def values(self, **more: Any) -> dict[str, Any]:
        runs = None if self.runs is None else json.dumps(self.runs)
        return {
            "since": self.since, "upto": self.upto, "site": self.site, "runs": runs, **more,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Titled:
    """An event with the newest title of its article and what became of it."""

    event: Event
    title: str | None
    status: str | None


def newest_event(db: Database) -> int:
    return int(db.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])


def window_of_night(db: Database, night: str, site: str = "") -> Window:
    """The events that the runs of a night published, whenever they did. Raises KeyError."""
    runs = tuple(r[0] for r in db.execute("SELECT id FROM runs WHERE night = ?", [night]))
    if not runs:
        raise KeyError(f"no night {night!r}")
    bounds = db.execute(
        "SELECT min(first), max(last) FROM (SELECT "
        "(SELECT id FROM events WHERE run = value ORDER BY id LIMIT 1) AS first, "
        "(SELECT id FROM events WHERE run = value ORDER BY id DESC LIMIT 1) AS last "
        "FROM json_each(?))",
        [json.dumps(runs)],
    ).fetchone()
    first, last = bounds if bounds[0] is not None else (1, 0)
    return Window(first - 1, last, runs, site)


def counts(db: Database, window: Window) -> dict[tuple[str, str], int]:
    """(site, kind) -> how many."""
    if window.runs is None and window.upto - window.since > WIDE:
        query = _COUNTS_OF_WIDE.format(site="AND site = :site" if window.site else "")
    else:
        query = f"SELECT site, kind, count(*) FROM events WHERE {window.where} GROUP BY site, kind"
    return {(site, kind): number for site, kind, number in db.execute(query, window.values())}


# From the kept counts is taken what lies outside: one statement, so all of it is of one moment.
_COUNTS_OF_WIDE = """
SELECT site, kind, sum(number) AS inside FROM (
  SELECT site, kind, events AS number FROM event_counts WHERE 1 {site}
  UNION ALL SELECT site, kind, -1 FROM events WHERE id <= :since {site}
  UNION ALL SELECT site, kind, -1 FROM events WHERE id > :upto {site}
) GROUP BY site, kind HAVING inside > 0
"""


def event_ids(db: Database, window: Window, kind: str, *, most: int, skip: int = 0) -> list[int]:
    """Ids of one kind: edits by priority (among the newest WEIGHED), any other newest first."""
    chosen = f"SELECT id FROM events WHERE kind = :kind AND {window.where} ORDER BY id DESC"
    if kind == "edited":
        chosen = (
            f"SELECT id FROM events WHERE id IN ({chosen} LIMIT {WEIGHED}) "
            "ORDER BY coalesce(json_extract(detail, '$.priority'), 0) DESC, id DESC"
        )
    rows = db.execute(
        f"{chosen} LIMIT :most OFFSET :skip", window.values(kind=kind, most=most, skip=skip)
    )
    return [row[0] for row in rows]


def titled_events(db: Database, ids: list[int]) -> list[Titled]:
    """These events in this order."""
    rows = db.execute(
        "SELECT events.id, events.run, events.site, events.article, kind, events.observed_at, "
        "summary, detail, url, json_extract(record, '$.title'), status FROM events "
        "LEFT JOIN articles ON articles.id = events.article "
        "LEFT JOIN revisions ON revisions.article = articles.id AND number = revision "
        "WHERE events.id IN (SELECT value FROM json_each(?))",
        [json.dumps(ids)],
    )
    found = {row[0]: Titled(event_of(row[:-2]), row[-2], row[-1]) for row in rows}
    return [found[number] for number in ids if number in found]


@dataclass(frozen=True, slots=True)
class NightName:
    """`at` is when its runs observed, UTC text."""

    name: str
    at: str


def newest_nights(db: Database, most: int) -> list[NightName]:
    rows = db.execute(
        "SELECT night, (SELECT coalesce(clock, started_at) FROM runs WHERE id = last) FROM "
        "(SELECT night, max(id) AS last FROM runs GROUP BY night ORDER BY last DESC LIMIT ?)",
        [most],
    )
    return [NightName(*row) for row in rows]


def newest_events_of_site(db: Database, site: str, most: int) -> list[int]:
    """Ids of the events that were observed last at a site, newest first."""
    rows = db.execute(
        "SELECT id FROM events WHERE site = ? ORDER BY observed_at DESC, id DESC LIMIT ?",
        [site, most],
    )
    return [row[0] for row in rows]


def edits_to(db: Database, article: int, revision: int) -> list[int]:
    """Id of the newest published edit that leads to this revision; empty if there is none."""
    rows = db.execute(
        "SELECT id FROM events WHERE article = ? AND kind = 'edited' "
        "AND json_extract(detail, '$.to_revision') = ? ORDER BY id DESC LIMIT 1",
        [article, revision],
    )
    return [row[0] for row in rows]


def reviewable_events(db: Database, article: int, most: int) -> list[int]:
    """Ids of the article's edits and takedowns, newest first."""
    rows = db.execute(
        "SELECT id FROM events WHERE article = ? AND kind IN ('edited', 'removed') "
        "ORDER BY id DESC LIMIT ?",
        [article, most],
    )
    return [row[0] for row in rows]
