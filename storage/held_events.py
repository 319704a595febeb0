"""Events that wait for a verdict or for a person: looked at and restated before anybody read them.

Only what waits may be changed; the ledger itself is final (storage/events.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

COLUMNS = "id, run, article, kind, observed_at, summary, detail"


@dataclass(frozen=True, slots=True)
class HeldEvent:
    """One event that waits. `article` is null for an event of the site."""

    id: int
    run: int
    article: int | None
    kind: str
    observed_at: str
    summary: str
    detail: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "article": self.article,
            "observed_at": self.observed_at,
            "summary": self.summary,
            **self.detail,
        }


def held_of_run(db: Database, run: int) -> list[HeldEvent]:
    """A run's waiting events, in the order in which they would be published."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM held_events WHERE run = ? "
        "ORDER BY article IS NULL DESC, article, id",
        [run],
    )
    return [_held(row) for row in rows]


def held_of_site(db: Database, site: str) -> list[HeldEvent]:
    """A site's waiting events, in the order in which they were found."""
    rows = db.execute(f"SELECT {COLUMNS} FROM held_events WHERE site = ? ORDER BY id", [site])
    return [_held(row) for row in rows]


def _held(row: tuple[Any, ...]) -> HeldEvent:
    return HeldEvent(*(*row[:-1], json.loads(row[-1])))


def restate(db: Database, held: int, summary: str, detail: dict[str, Any]) -> None:
    """What a waiting event says by today's reading."""
    db.execute(
        "UPDATE held_events SET summary = ?, detail = ? WHERE id = ?",
        [summary, json.dumps(detail, ensure_ascii=False), held],
    )


def drop_held(db: Database, held: int) -> None:
    db.execute("DELETE FROM held_events WHERE id = ?", [held])
