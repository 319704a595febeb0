"""Events that wait for a verdict or for a person: looked at and restated before anybody read them.

Only what waits may be changed; the ledger itself is final (storage/events/ledger.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

COLUMNS = "id, run, site, article, kind, observed_at, summary, detail"


@dataclass(frozen=True, slots=True)
class HeldEvent:
    """One event that waits. `article` is null for an event of the site."""

    id: int
    run: int
    site: str
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


def held_of_runs(db: Database, runs: Sequence[int], kinds: Sequence[str]) -> list[HeldEvent]:
    """The waiting events of these runs and kinds, in the order in which they were observed."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM held_events WHERE run IN (SELECT value FROM json_each(?)) "
        "AND kind IN (SELECT value FROM json_each(?)) ORDER BY observed_at, article, id",
        [json.dumps(list(runs)), json.dumps(list(kinds))],
    )
    return [_held(row) for row in rows]


def held_articles(db: Database, kind: str) -> set[int]:
    """The articles of which an event of this kind waits."""
    return {a for (a,) in db.execute("SELECT article FROM held_events WHERE kind = ?", [kind])}


def held_edit_targets(db: Database, article: int) -> set[int]:
    """The numbers of the revisions to which the article's waiting edits lead."""
    rows = db.execute(
        "SELECT json_extract(detail, '$.to_revision') FROM held_events "
        "WHERE article = ? AND kind = 'edited'",
        [article],
    )
    return {number for (number,) in rows}


def held_counts(db: Database) -> dict[str, int]:
    """Site -> how many of its events wait, of the sites that have any."""
    return dict(db.execute("SELECT site, count(*) FROM held_events GROUP BY site").fetchall())


def restate(
    db: Database, held: int, summary: str, detail: dict[str, Any], kind: str | None = None
) -> None:
    """What a waiting event says by today's reading; with `kind` it becomes an event of that."""
    db.execute(
        "UPDATE held_events SET kind = coalesce(?, kind), summary = ?, detail = ? WHERE id = ?",
        [kind, summary, json.dumps(detail, ensure_ascii=False), held],
    )


def drop_held(db: Database, held: int) -> None:
    db.execute("DELETE FROM held_events WHERE id = ?", [held])
