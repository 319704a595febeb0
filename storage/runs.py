"""Runs: one crawl of one site, from its start to the verdict of its health gate."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.database import transaction, utc_text


@dataclass(frozen=True, slots=True)
class Run:
    id: int
    site: str
    kind: str
    night: str
    started_at: str
    ended_at: str | None
    clock: str | None
    state: str
    swept: bool
    verdict: str | None
    reason: str | None
    stats: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What the database says about a site, copied from its module at each run."""

    name: str
    title: str
    province: str
    kind: str
    platform: str
    status: str
    reader: str


def register_site(db: Database, site: SiteFacts) -> None:
    with transaction(db):
        db.execute(
            "INSERT INTO sites VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
            "title = excluded.title, province = excluded.province, kind = excluded.kind, "
            "platform = excluded.platform, status = excluded.status, reader = excluded.reader",
            [site.name, site.title, site.province, site.kind, site.platform, site.status,
             site.reader],
        )  # fmt: skip


def start_run(
    db: Database, site: str, kind: str, now: datetime, clock: datetime | None, night: str = ""
) -> int:
    """Begins a run and takes over what broken runs of the site left behind; returns its id.

    The caller holds the site's lock, so a run that is still "running" has no living owner. What
    it found waits under the new run; articles that it stored are no known ground until the new
    run ends, so that the listings are read past them; its failed checks are not counted. What a
    failed run found waits under the new run as well: it was read, only not enough of it.
    """
    with transaction(db):
        started = utc_text(now)
        cursor = db.execute(
            "INSERT INTO runs (site, kind, night, started_at, clock, state) "
            "VALUES (?, ?, ?, ?, ?, 'running')",
            [site, kind, night or now.isoformat(), started, utc_text(clock) if clock else None],
        )
        run = int(cursor.lastrowid or 0)
        dead = "SELECT id FROM runs WHERE site = ? AND state = 'running' AND id <> ?"
        for (left,) in db.execute(dead, [site, run]).fetchall():
            db.execute("UPDATE runs SET state = 'interrupted' WHERE id = ?", [left])
            db.execute("UPDATE held_events SET run = ? WHERE run = ?", [run, left])
            db.execute("UPDATE articles SET first_run = ? WHERE first_run = ?", [run, left])
            db.execute("DELETE FROM checks WHERE run = ? AND settled = 0", [left])
        db.execute(
            "UPDATE held_events SET run = :run WHERE run IN "
            "(SELECT id FROM runs WHERE site = :site AND verdict = 'failed')",
            {"run": run, "site": site},
        )
    return run


def finish_run(
    db: Database, run: int, now: datetime, stats: dict[str, Any], *, swept: bool
) -> None:
    with transaction(db):
        db.execute(
            "UPDATE runs SET state = 'finished', ended_at = ?, swept = ?, stats = ? WHERE id = ?",
            [utc_text(now), int(swept), json.dumps(stats, ensure_ascii=False), run],
        )


def judge_run(db: Database, run: int, verdict: str, reason: str | None) -> None:
    db.execute("UPDATE runs SET verdict = ?, reason = ? WHERE id = ?", [verdict, reason, run])


def get_run(db: Database, run: int) -> Run:
    """Raises KeyError for an id that is no run."""
    rows = list(db.query("SELECT * FROM runs WHERE id = ?", [run]))
    if not rows:
        raise KeyError(f"no run {run}")
    return _run(rows[0])


def _run(row: dict[str, Any]) -> Run:
    return Run(**{**row, "swept": bool(row["swept"]), "stats": json.loads(row["stats"])})


def latest_night(db: Database) -> str | None:
    row = db.execute("SELECT night FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return row[0] if row else None


def night_runs(db: Database, night: str) -> list[int]:
    rows = db.execute("SELECT id FROM runs WHERE night = ? ORDER BY site, id", [night])
    return [row[0] for row in rows]


def list_runs(db: Database, site: str | None = None, most: int = 50) -> list[Run]:
    """The newest runs, newest first."""
    rows = db.query(
        "SELECT * FROM runs WHERE :site IS NULL OR site = :site ORDER BY id DESC LIMIT :most",
        {"site": site, "most": most},
    )
    return [_run(row) for row in rows]


def unjudged_runs(db: Database, sites: list[str]) -> list[int]:
    """Finished runs of these sites on which no verdict was given, oldest first."""
    marks = ",".join("?" * len(sites))
    rows = db.execute(
        f"SELECT id FROM runs WHERE state = 'finished' AND verdict IS NULL AND site IN ({marks}) "
        "ORDER BY id",
        sites,
    )
    return [row[0] for row in rows]


def was_out(db: Database, site: str) -> bool:
    """Whether a site was last seen in an outage; runs of ours that failed say nothing of it."""
    row = db.execute(
        "SELECT verdict FROM runs WHERE site = ? AND verdict IN ('passed', 'outage') "
        "AND kind <> 'import' ORDER BY id DESC LIMIT 1",
        [site],
    ).fetchone()
    return row is not None and row[0] == "outage"
