"""Pending events: events that wait for the verdict on their run or for an operator.

Only pending events may be changed; the ledger is append-only (storage/events/ledger.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from storage.reasons import Reason

COLUMNS = "id, run, site, article, kind, observed_at, summary, detail"


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """A pending event. `article` is None for an event of the site."""

    id: int
    run: int
    site: str
    article: int | None
    kind: str
    observed_at: str
    summary: str
    detail: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "article": self.article,
            "observed_at": self.observed_at,
            "summary": self.summary,
            **self.detail,
        }


def pending_events_of_run(db: Database, run: int) -> list[PendingEvent]:
    """Return a run's pending events in the order in which they would be published."""
    return _select(db, "run = ? ORDER BY article IS NULL DESC, article, id", run)


def pending_events_of_site(db: Database, site: str) -> list[PendingEvent]:
    """Return a site's pending events in the order in which they were added."""
    return _select(db, "site = ? ORDER BY id", site)


def pending_events_of_article(db: Database, article: int) -> list[PendingEvent]:
    """Return an article's pending events in the order in which they were added."""
    return _select(db, "article = ? ORDER BY id", article)


def _select(db: Database, condition: str, *values: str | int) -> list[PendingEvent]:
    rows = db.execute(f"SELECT {COLUMNS} FROM pending_events WHERE {condition}", values)
    return [_pending_event(row) for row in rows]


def _pending_event(row: Sequence[Any]) -> PendingEvent:
    return PendingEvent(*(*row[:-1], json.loads(row[-1])))


def pending_events_of_runs(
    db: Database, runs: Sequence[int], kinds: Sequence[str]
) -> list[PendingEvent]:
    """Return pending events of these runs and kinds, ordered by time of observation."""
    return _select(
        db,
        "run IN (SELECT value FROM json_each(?)) AND kind IN (SELECT value FROM json_each(?)) "
        "ORDER BY observed_at, article, id",
        json.dumps(list(runs)), json.dumps(list(kinds)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """A pending event in a list.

    Attributes:
        title: current title of its article, None for an event of the site
        verdict, reason: of its run; None before the health gate has evaluated the run
    """

    event: PendingEvent
    title: str | None
    verdict: str | None
    reason: Reason | None


def pending_page(
    db: Database, sites: Sequence[str], *, limit: int, before: int | None = None
) -> list[WaitingEvent]:
    """Return pending events, newest first, of these sites (all if empty), with ids below `before`.

    The number of events that a site has is that of `pending_counts`.
    """
    columns = ", ".join(f"pending_events.{name}" for name in COLUMNS.split(", "))
    rows = db.execute(
        f"SELECT {columns}, json_extract(record, '$.title'), verdict, reason FROM pending_events "
        "JOIN runs ON runs.id = pending_events.run "
        "LEFT JOIN articles ON articles.id = pending_events.article "
        "LEFT JOIN revisions ON revisions.article = articles.id AND number = revision "
        "WHERE (:before IS NULL OR pending_events.id < :before) AND (:sites = '[]' "
        "OR pending_events.site IN (SELECT value FROM json_each(:sites))) "
        "ORDER BY pending_events.id DESC LIMIT :limit",
        {"before": before, "sites": json.dumps(list(sites)), "limit": limit},
    )
    return [
        WaitingEvent(
            _pending_event(row), title, verdict, Reason.from_json(reason) if reason else None
        )
        for *row, title, verdict, reason in rows
    ]


def articles_with_pending(db: Database, kind: str) -> set[int]:
    """Return the articles with a pending event of this kind."""
    return {a for (a,) in db.execute("SELECT article FROM pending_events WHERE kind = ?", [kind])}


def pending_edit_targets(db: Database, article: int) -> set[int]:
    """Return the target revision numbers of the article's pending edits."""
    rows = db.execute(
        "SELECT json_extract(detail, '$.to_revision') FROM pending_events "
        "WHERE article = ? AND kind = 'edited'",
        [article],
    )
    return {number for (number,) in rows}


def pending_counts(db: Database) -> dict[str, int]:
    """Return site -> number of pending events, for sites that have any."""
    return dict(db.execute("SELECT site, count(*) FROM pending_events GROUP BY site").fetchall())


def update_pending_event(
    db: Database, event: int, summary: str, detail: dict[str, Any], kind: str | None = None
) -> None:
    """Replace the content of a pending event and, if `kind` is given, its kind."""
    db.execute(
        "UPDATE pending_events SET kind = coalesce(?, kind), summary = ?, detail = ? WHERE id = ?",
        [kind, summary, json.dumps(detail, ensure_ascii=False), event],
    )


def delete_pending_event(db: Database, event: int) -> None:
    db.execute("DELETE FROM pending_events WHERE id = ?", [event])
