"""Runs: one crawl of one site, from its start to the verdict of its health gate."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.db.connection import transaction, utc_text
from storage.provinces.lookup import IN_PROVINCES, sql_provinces
from storage.reasons import Reason
from storage.run_stats import RunStats


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
    reason: Reason | None
    stats: RunStats

    @property
    def moment(self) -> str:
        """When the run looked at the site; in a replay, the time of its files. UTC text."""
        return self.clock or self.started_at


@dataclass(frozen=True, slots=True)
class Volume:
    """How many new articles a run found. `moment`: UTC text, when it looked at the site."""

    run: int
    moment: str
    new: int
    swept: bool
    verdict: str | None


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


def site_facts(db: Database, site: str) -> SiteFacts:
    """What the database says about a site. Raises KeyError for one that was never read."""
    row = db.execute(
        "SELECT name, title, province, kind, platform, status, reader FROM sites WHERE name = ?",
        [site],
    ).fetchone()
    if row is None:
        raise KeyError(f"no site {site}")
    return SiteFacts(*row)


def start_run(
    db: Database,
    site: str,
    kind: str,
    now: datetime,
    clock: datetime | None,
    night: str = "",
    number: int | None = None,
) -> int:
    """Begins a run and takes over what broken runs of the site left behind; returns its id.

    The caller holds the site's lock, so a run that is still "running" has no living owner. What
    it found waits under the new run; articles that it stored are no known ground until the new
    run ends, so that the listings are read past them; its failed checks are not counted. What a
    failed run found waits under the new run as well: it was read, only not enough of it. `number`
    is the id that a rebuilt run had before.
    """
    with transaction(db):
        started = utc_text(now)
        cursor = db.execute(
            "INSERT INTO runs (id, site, kind, night, started_at, clock, state) "
            "VALUES (?, ?, ?, ?, ?, ?, 'running')",
            [number, site, kind, night or now.isoformat(), started,
             utc_text(clock) if clock else None],
        )  # fmt: skip
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


def finish_run(db: Database, run: int, now: datetime, stats: RunStats, *, swept: bool) -> None:
    with transaction(db):
        db.execute(
            "UPDATE runs SET state = 'finished', ended_at = ?, swept = ?, stats = ? WHERE id = ?",
            [utc_text(now), int(swept), _stats_text(stats), run],
        )


def restate_run(db: Database, run: int, line: dict[str, Any]) -> None:
    """Gives a rebuilt run the times and counts that its line in the journal names."""
    stats = json.dumps(line["stats"], ensure_ascii=False)
    db.execute(
        "UPDATE runs SET started_at = ?, ended_at = ?, stats = ? WHERE id = ?",
        [line["started_at"], line["ended_at"], stats, run],
    )


def judge_run(db: Database, run: int, verdict: str, reason: Reason | None) -> None:
    stored = reason.to_json() if reason else None
    db.execute("UPDATE runs SET verdict = ?, reason = ? WHERE id = ?", [verdict, stored, run])


def get_run(db: Database, run: int) -> Run:
    """Raises KeyError for an id that is no run."""
    rows = list(db.query("SELECT * FROM runs WHERE id = ?", [run]))
    if not rows:
        raise KeyError(f"no run {run}")
    return _run(rows[0])


def _run(row: dict[str, Any]) -> Run:
    reason, stats = _reason(row["reason"]), RunStats.from_json(json.loads(row["stats"]))
    return Run(**{**row, "swept": bool(row["swept"]), "reason": reason, "stats": stats})


def _reason(stored: str | None) -> Reason | None:
    return Reason.from_json(stored) if stored else None


def latest_night(db: Database) -> str | None:
    row = db.execute("SELECT night FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return row[0] if row else None


def night_runs(db: Database, night: str, provinces: frozenset[str] | None = None) -> list[int]:
    """The runs of a night by site; of sites of these former provinces."""
    rows = db.execute(
        f"SELECT id FROM runs WHERE night = :night AND {IN_PROVINCES.format(site='site')} "
        "ORDER BY site, id",
        {"night": night, "provinces": sql_provinces(provinces)},
    )
    return [row[0] for row in rows]


def list_runs(
    db: Database,
    site: str | None = None,
    most: int = 50,
    provinces: frozenset[str] | None = None,
) -> list[Run]:
    """The newest runs, newest first; of sites of these former provinces."""
    rows = db.query(
        "SELECT * FROM runs WHERE (:site IS NULL OR site = :site) "
        f"AND {IN_PROVINCES.format(site='site')} ORDER BY id DESC LIMIT :most",
        {"site": site, "most": most, "provinces": sql_provinces(provinces)},
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


def first_runs(db: Database, sites: list[str]) -> dict[str, int]:
    """Those of these sites of which one crawl has ended so far, not judged yet: site -> run."""
    marks = ",".join("?" * len(sites))
    rows = db.execute(
        f"SELECT site, max(id) FROM runs WHERE site IN ({marks}) AND kind <> 'import' "
        "AND state = 'finished' GROUP BY site HAVING count(*) = 1 AND max(verdict) IS NULL",
        sites,
    )
    return {row[0]: row[1] for row in rows}


def keep_first_look(db: Database, run: int, look: dict[str, Any]) -> None:
    """Adds what a look at a site's first run found to the counts of the run."""
    with transaction(db):
        stats = replace(get_run(db, run).stats, first_look=look)
        db.execute("UPDATE runs SET stats = ? WHERE id = ?", [_stats_text(stats), run])


def _stats_text(stats: RunStats) -> str:
    return json.dumps(stats.to_json(), ensure_ascii=False)


def believed_runs(db: Database, site: str, before: int, most: int) -> list[Run]:
    """The site's newest runs before run `before` that passed or were released, newest first."""
    rows = db.query(
        "SELECT * FROM runs WHERE site = ? AND id < ? AND kind <> 'import' "
        "AND verdict IN ('passed', 'released') ORDER BY id DESC LIMIT ?",
        [site, before, most],
    )
    return [_run(row) for row in rows]


def volumes(db: Database, run: Run, since: str) -> list[Volume]:
    """New articles of the site's other runs that looked at it from `since` on, newest first.

    Not of runs that read the listings past what was known: they find what is old.
    """
    rows = db.execute(
        "SELECT id, coalesce(clock, started_at) AS moment, json_extract(stats, '$.new'), swept, "
        "verdict FROM runs WHERE site = ? AND id <> ? AND kind <> 'import' AND moment >= ? "
        "AND state = 'finished' AND verdict IS NOT 'discarded' "
        "AND json_extract(stats, '$.deep') IS NULL ORDER BY moment DESC, id DESC",
        [run.site, run.id, since],
    )
    return [Volume(r[0], r[1], r[2] or 0, bool(r[3]), r[4]) for r in rows]


def held_runs(db: Database, site: str) -> list[int]:
    """The site's runs that wait for a person, oldest first."""
    rows = db.execute("SELECT id FROM runs WHERE site = ? AND verdict = 'held' ORDER BY id", [site])
    return [row[0] for row in rows]


def later_runs(db: Database, site: str, run: int) -> list[Run]:
    """The site's runs after this one, oldest first."""
    rows = db.query("SELECT * FROM runs WHERE site = ? AND id > ? ORDER BY id", [site, run])
    return [_run(row) for row in rows]


def believed_since(db: Database, site: str, run: int) -> bool:
    """Whether this run of the site, or a later one, passed or was released."""
    row = db.execute(
        "SELECT 1 FROM runs WHERE site = ? AND id >= ? AND kind <> 'import' "
        "AND verdict IN ('passed', 'released') LIMIT 1",
        [site, run],
    ).fetchone()
    return row is not None


def brought_new_since(db: Database, site: str, run: int) -> bool:
    """Whether a later run of the site found a new article."""
    row = db.execute(
        "SELECT 1 FROM runs WHERE site = ? AND id > ? AND json_extract(stats, '$.new') > 0 LIMIT 1",
        [site, run],
    ).fetchone()
    return row is not None


def ended_runs(db: Database, site: str, most: int) -> list[Run]:
    """The site's newest crawls and replays that run no more, newest first."""
    rows = db.query(
        "SELECT * FROM runs WHERE site = ? AND kind <> 'import' AND state <> 'running' "
        "ORDER BY id DESC LIMIT ?",
        [site, most],
    )
    return [_run(row) for row in rows]


def run_ids(db: Database) -> set[int]:
    return {run for (run,) in db.execute("SELECT id FROM runs")}


@dataclass(frozen=True, slots=True)
class SiteVerdict:
    """The verdict of a site's newest judged run."""

    site: str
    verdict: str
    reason: Reason | None


def unbelieved_sites(db: Database) -> list[SiteVerdict]:
    """Sites whose newest judged run was held, failed or found an outage, by name."""
    rows = db.execute(
        "SELECT site, verdict, reason FROM runs WHERE id IN "
        "(SELECT max(id) FROM runs WHERE verdict IS NOT NULL GROUP BY site) "
        "AND verdict IN ('held', 'outage', 'failed') ORDER BY site"
    )
    return [SiteVerdict(site, verdict, _reason(reason)) for site, verdict, reason in rows]
