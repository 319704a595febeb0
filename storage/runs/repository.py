"""Runs: one crawl of one site, from its start to the verdict of the health gate."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from storage.db.checksums import insert_row, set_checksums, update_row
from storage.db.connection import transaction, utc_text
from storage.db.site_filter import IN_SITES, sql_sites
from storage.messages.reasons_lookups import LookupReason, NotFound
from storage.provinces.lookup import IN_PROVINCES, sql_provinces
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.verdicts import VerdictStatus


class RunKind(StrEnum):
    """Where the pages of a run come from."""

    CRAWL = "crawl"  # from the site
    REPLAY = "replay"  # from WARC files
    IMPORT = "import"  # from files that a person saved


class RunState(StrEnum):
    """How far a run is."""

    RUNNING = "running"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"  # its process was killed; the site's next run takes over


@dataclass(frozen=True, slots=True)
class Run:
    """A row of `runs`; docs/schema.md explains the columns. Times are UTC text."""

    id: int
    site: str
    kind: RunKind
    batch: str
    started_at: str
    ended_at: str | None
    clock: str | None
    state: RunState
    listings_complete: bool
    verdict: VerdictStatus | None
    reason: Reason | None
    stats: RunStats

    @property
    def moment(self) -> str:
        """When the run visited the site; in a replay, the time of its files. UTC text."""
        return self.clock or self.started_at


def start_run(
    db: Database,
    site: str,
    kind: RunKind,
    now: datetime,
    clock: datetime | None,
    batch: str = "",
    number: int | None = None,
) -> int:
    """Start a run, take over what broken runs of the site left, and return the run's id.

    The caller holds the site's lock, so every other run in the state "running" was interrupted.
    The new run takes over its pending events and the articles that it found. These are no known
    frontier until the new run ends, so listings are read beyond them. Its failed checks are
    deleted. The new run also takes over the pending events of failed runs: they were read, but
    too little was read for a verdict. `number`: the id to give the run in a rebuilt database.
    """
    with transaction(db):
        run = insert_row(db, "runs", {
            "id": number, "site": site, "kind": kind, "batch": batch or now.isoformat(),
            "started_at": utc_text(now), "ended_at": None,
            "clock": utc_text(clock) if clock else None, "state": RunState.RUNNING,
            "listings_complete": 0, "verdict": None, "reason": None, "stats": "{}",
        })  # fmt: skip
        interrupted = "SELECT id FROM runs WHERE site = ? AND state = 'running' AND id <> ?"
        for (other,) in db.execute(interrupted, [site, run]).fetchall():
            update_row(db, "runs", other, "state = 'interrupted'", [])
            db.execute("UPDATE pending_events SET run = ? WHERE run = ?", [run, other])
            db.execute("UPDATE articles SET first_run = ? WHERE first_run = ?", [run, other])
            set_checksums(db, "articles", "first_run = ?", [run])
            db.execute("DELETE FROM failed_checks WHERE run = ? AND settled = 0", [other])
        db.execute(
            "UPDATE pending_events SET run = :run WHERE run IN "
            "(SELECT id FROM runs WHERE site = :site AND verdict = 'failed')",
            {"run": run, "site": site},
        )
    return run


def finish_run(
    db: Database, run: int, now: datetime, stats: RunStats, *, listings_complete: bool
) -> None:
    with transaction(db):
        changes = "state = 'finished', ended_at = ?, listings_complete = ?, stats = ?"
        values = [utc_text(now), int(listings_complete), _stats_text(stats)]
        update_row(db, "runs", run, changes, values)


def restore_run(db: Database, run: int, line: dict[str, Any]) -> None:
    """Give a rebuilt run the times and counts that its line in the journal states."""
    stats = json.dumps(line["stats"], ensure_ascii=False)
    changes = "started_at = ?, ended_at = ?, stats = ?"
    update_row(db, "runs", run, changes, [line["started_at"], line["ended_at"], stats])


def set_verdict(db: Database, run: int, verdict: VerdictStatus, reason: Reason | None) -> None:
    stored = reason.to_json() if reason else None
    update_row(db, "runs", run, "verdict = ?, reason = ?", [verdict, stored])


def get_run(db: Database, run: int) -> Run:
    """Return a run. Raise KeyError."""
    runs = select_runs(db, "id = ?", [run])
    if not runs:
        raise NotFound(Reason(LookupReason.NO_RUN, run=run))
    return runs[0]


def select_runs(db: Database, condition: str, values: Sequence[Any] | dict[str, Any]) -> list[Run]:
    """Return the runs that meet a condition, which is SQL with placeholders."""
    return [_run(row) for row in db.query(f"SELECT * FROM runs WHERE {condition}", values)]


def _run(row: dict[str, Any]) -> Run:
    typed = {
        "kind": RunKind(row["kind"]),
        "state": RunState(row["state"]),
        "listings_complete": bool(row["listings_complete"]),
        "verdict": VerdictStatus(row["verdict"]) if row["verdict"] else None,
        "reason": Reason.from_json(row["reason"]) if row["reason"] else None,
        "stats": RunStats.from_dict(json.loads(row["stats"])),
    }
    row = {name: value for name, value in row.items() if name != "checksum"}
    return Run(**{**row, **typed})


def list_runs(
    db: Database,
    sites: Collection[str] | None = None,
    most: int = 50,
    provinces: frozenset[str] | None = None,
) -> list[Run]:
    """Return up to `most` runs, newest first.

    `sites`: only of these; `provinces`: only of sites of these former provinces.
    """
    return select_runs(
        db,
        f"{IN_SITES.format(site='site')} AND {IN_PROVINCES.format(site='site')} "
        "ORDER BY id DESC LIMIT :most",
        {"sites": sql_sites(sites), "most": most, "provinces": sql_provinces(provinces)},
    )


def runs_without_verdict(db: Database, sites: list[str]) -> list[int]:
    """Return the finished runs of these sites that have no verdict, oldest first."""
    rows = db.execute(
        "SELECT id FROM runs WHERE state = 'finished' AND verdict IS NULL "
        "AND site IN (SELECT value FROM json_each(?)) ORDER BY id",
        [json.dumps(sites)],
    )
    return [row[0] for row in rows]


def unpublished_runs(db: Database) -> list[tuple[str, str]]:
    """Return site and batch of all finished runs that have no verdict."""
    return db.execute(
        "SELECT DISTINCT site, batch FROM runs WHERE state = 'finished' AND verdict IS NULL"
    ).fetchall()


def held_runs(db: Database, site: str) -> list[int]:
    """Return the held runs of a site, oldest first."""
    rows = db.execute("SELECT id FROM runs WHERE site = ? AND verdict = 'held' ORDER BY id", [site])
    return [row[0] for row in rows]


def save_smoke_check(db: Database, run: int, inspection: dict[str, Any]) -> None:
    """Add the result of the smoke check of a site's first run to the run's statistics."""
    with transaction(db):
        stats = replace(get_run(db, run).stats, first_look=inspection)
        update_row(db, "runs", run, "stats = ?", [_stats_text(stats)])


def run_ids(db: Database) -> set[int]:
    return {run for (run,) in db.execute("SELECT id FROM runs")}


def _stats_text(stats: RunStats) -> str:
    return json.dumps(stats.to_dict(), ensure_ascii=False)
