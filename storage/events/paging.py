"""Paged lists of events for the dashboard: windows of ids, counts by site and kind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from storage.events.ledger import NOT_CORRECTED, Event, event_of
from storage.messages.reasons_input import InputReason
from storage.messages.reasons_lookups import NotFound
from storage.reasons import Reason

MAX_COUNTED_WINDOW_IDS = 10_000  # of a wider window, the events outside it are counted
_AMONG_SITES = "site IN (SELECT value FROM json_each(:sites))"
MAX_RANKED_EDITS = 5000  # newest edits of a window that are sorted by priority


@dataclass(frozen=True, slots=True)
class Window:
    """Events with ids in (since, upto], optionally only of some runs, one site or several.

    `historical`: also events of the past, which captures taken in late show.
    """

    since: int
    upto: int
    runs: tuple[int, ...] | None = None
    site: str = ""
    sites: tuple[str, ...] | None = None
    historical: bool = True

    @property
    def where(self) -> str:
        """Return the SQL condition, without unused parts so that a covering index can answer it."""
        conditions = ["id > :since", "id <= :upto"]
        if self.site:
            conditions.append("site = :site")
        if self.sites is not None:
            conditions.append(_AMONG_SITES)
        if self.runs is not None:
            # The unary "+" keeps SQLite from using the index on run: the id range is smaller.
            conditions.append("+run IN (SELECT value FROM json_each(:runs))")
        if not self.historical:
            conditions.append("json_extract(detail, '$.historical') IS NULL")
        return " AND ".join(conditions)

    def values(self, **more: Any) -> dict[str, Any]:
        runs = None if self.runs is None else json.dumps(self.runs)
        return {
            "since": self.since, "upto": self.upto, "site": self.site, "runs": runs,
            "sites": None if self.sites is None else json.dumps(self.sites), **more,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class TitledEvent:
    """An event with the current title, status and first words (lead or body) of its article."""

    event: Event
    title: str | None
    status: str | None
    opening: str | None


def window_of_batch(
    db: Database, batch: str, site: str = "", sites: tuple[str, ...] | None = None
) -> Window:
    """Return the window of events of the present that the runs of a batch published.

    Raise KeyError.
    """
    runs = tuple(r[0] for r in db.execute("SELECT id FROM runs WHERE batch = ?", [batch]))
    if not runs:
        raise NotFound(Reason(InputReason.NO_BATCH, batch=batch))
    bounds = db.execute(
        "SELECT min(first), max(last) FROM (SELECT "
        "(SELECT id FROM events WHERE run = value ORDER BY id LIMIT 1) AS first, "
        "(SELECT id FROM events WHERE run = value ORDER BY id DESC LIMIT 1) AS last "
        "FROM json_each(?))",
        [json.dumps(runs)],
    ).fetchone()
    first, last = bounds if bounds[0] is not None else (1, 0)
    return Window(first - 1, last, runs, site, sites, historical=False)


def counts(db: Database, window: Window) -> dict[tuple[str, str], int]:
    """Return (site, kind) -> number of events."""
    if window.runs is None and window.upto - window.since > MAX_COUNTED_WINDOW_IDS:
        site = "AND site = :site" if window.site else ""
        among = f" AND {_AMONG_SITES}" if window.sites is not None else ""
        past = "" if window.historical else _WITHOUT_THE_PAST.format(site=site + among)
        query = _COUNTS_OF_WIDE_WINDOW.format(site=site + among, past=past)
    else:
        query = f"SELECT site, kind, count(*) FROM events WHERE {window.where} GROUP BY site, kind"
    return {(site, kind): number for site, kind, number in db.execute(query, window.values())}


# Subtract the events outside the window from the stored totals, in one statement so that the result
# is consistent.
_COUNTS_OF_WIDE_WINDOW = """
SELECT site, kind, sum(number) AS inside FROM (
  SELECT site, kind, events AS number FROM event_counts WHERE 1 {site}
  UNION ALL SELECT site, kind, -1 FROM events WHERE id <= :since {site}
  UNION ALL SELECT site, kind, -1 FROM events WHERE id > :upto {site}
  {past}
) GROUP BY site, kind HAVING inside > 0
"""
_WITHOUT_THE_PAST = """
  UNION ALL SELECT site, kind, -1 FROM events INDEXED BY events_historical
  WHERE json_extract(detail, '$.historical') IS NOT NULL AND id > :since AND id <= :upto {site}
"""


def event_ids(db: Database, window: Window, kind: str, *, limit: int, offset: int = 0) -> list[int]:
    """Return ids of events of one kind: edits by priority, other kinds newest first.

    Only the newest MAX_RANKED_EDITS edits are ranked.
    """
    newest = f"SELECT id FROM events WHERE kind = :kind AND {window.where} ORDER BY id DESC"
    if kind == "edited":
        newest = (
            f"SELECT id FROM events WHERE id IN ({newest} LIMIT {MAX_RANKED_EDITS}) "
            "ORDER BY coalesce(json_extract(detail, '$.priority'), 0) DESC, id DESC"
        )
    rows = db.execute(
        f"{newest} LIMIT :limit OFFSET :offset",
        window.values(kind=kind, limit=limit, offset=offset),
    )
    return [row[0] for row in rows]


def titled_events(db: Database, ids: list[int]) -> list[TitledEvent]:
    """Return these events in this order."""
    rows = db.execute(
        "SELECT events.id, events.run, events.site, events.article, kind, events.observed_at, "
        "summary, detail, url, json_extract(record, '$.title'), status, "
        "coalesce(json_extract(record, '$.lead'), json_extract(record, '$.body[0].text')) "
        "FROM events LEFT JOIN articles ON articles.id = events.article "
        "LEFT JOIN revisions ON revisions.article = articles.id AND number = revision "
        "WHERE events.id IN (SELECT value FROM json_each(?))",
        [json.dumps(ids)],
    )
    by_id = {row[0]: TitledEvent(event_of(row[:-3]), *row[-3:]) for row in rows}
    return [by_id[number] for number in ids if number in by_id]


@dataclass(frozen=True, slots=True)
class BatchName:
    """The name of a batch and the time of its newest run (UTC text)."""

    name: str
    at: str


def newest_batches(db: Database, limit: int) -> list[BatchName]:
    """Return the newest batches of crawls and replays, without imports of the past."""
    rows = db.execute(
        "SELECT batch, (SELECT coalesce(clock, started_at) FROM runs WHERE id = last) FROM "
        "(SELECT batch, max(id) AS last FROM runs WHERE kind <> 'import' "
        "GROUP BY batch ORDER BY last DESC LIMIT ?)",
        [limit],
    )
    return [BatchName(*row) for row in rows]


def newest_events_of_site(db: Database, site: str, limit: int) -> list[int]:
    """Return ids of the last observed events of a site, newest first."""
    rows = db.execute(
        "SELECT id FROM events WHERE site = ? ORDER BY observed_at DESC, id DESC LIMIT ?",
        [site, limit],
    )
    return [row[0] for row in rows]


def newest_edit_to(db: Database, article: int, revision: int) -> list[int]:
    """Return the id of the published edit to this revision that holds, or an empty list."""
    rows = db.execute(
        "SELECT id FROM events WHERE article = :article AND kind = 'edited' "
        f"AND json_extract(detail, '$.to_revision') = :revision AND {NOT_CORRECTED} "
        "ORDER BY id DESC LIMIT 1",
        {"article": article, "revision": revision},
    )
    return [row[0] for row in rows]


def reviewable_events(db: Database, article: int, limit: int) -> list[int]:
    """Return ids of the article's edits and takedowns that hold or were reviewed, newest first."""
    rows = db.execute(
        "SELECT id FROM events WHERE article = :article AND kind IN ('edited', 'removed') "
        f"AND ({NOT_CORRECTED} OR id IN (SELECT event FROM reviews)) "
        "ORDER BY observed_at DESC, id DESC LIMIT :limit",
        {"article": article, "limit": limit},
    )
    return [row[0] for row in rows]
