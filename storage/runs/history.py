"""Earlier and later runs of a site, for the health gate and the monitoring."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from sqlite_utils import Database

from storage.reasons import Reason
from storage.runs.repository import Run, select_runs
from storage.runs.verdicts import VerdictStatus


@dataclass(frozen=True, slots=True)
class Volume:
    """How many new articles a run found, without those that moved to a new URL.

    `moment`: UTC text, when it visited the site.
    """

    run: int
    moment: str
    new: int
    listings_complete: bool
    verdict: VerdictStatus | None


@dataclass(frozen=True, slots=True)
class SiteVerdict:
    """The newest verdict on a site."""

    site: str
    verdict: VerdictStatus
    reason: Reason | None


def accepted_runs(db: Database, site: str, before: int, most: int) -> list[Run]:
    """Return up to `most` passed or released runs of a site before run `before`, newest first."""
    return select_runs(
        db,
        "site = ? AND id < ? AND kind <> 'import' AND verdict IN ('passed', 'released') "
        "ORDER BY id DESC LIMIT ?",
        [site, before, most],
    )


def accepted_since(db: Database, site: str, run: int) -> bool:
    """Whether this run of the site, or a later one, passed or was released."""
    condition = "id >= ? AND kind <> 'import' AND verdict IN ('passed', 'released')"
    return _has_run(db, condition, site, run)


def volumes(db: Database, run: Run, since: str) -> list[Volume]:
    """Return the volumes of the site's other runs from `since` (UTC text), newest first.

    Full crawls are left out: they find old articles.
    """
    rows = db.execute(
        "SELECT id, coalesce(clock, started_at) AS moment, json_extract(stats, '$.new'), "
        "listings_complete, verdict FROM runs WHERE site = ? AND id <> ? AND kind <> 'import' "
        "AND moment >= ? AND state = 'finished' AND verdict IS NOT 'discarded' "
        "AND json_extract(stats, '$.deep') IS NULL ORDER BY moment DESC, id DESC",
        [run.site, run.id, since],
    )
    moved = moved_articles(db, run.site)
    return [
        Volume(row[0], row[1], (row[2] or 0) - moved[row[0]], bool(row[3]), _verdict(row[4]))
        for row in rows
    ]


def moved_articles(db: Database, site: str) -> Counter[int]:
    """Return run -> number of articles that it found, and that another article has moved to."""
    moves = " UNION ALL ".join(
        "SELECT article AS old, json_extract(detail, '$.to_article') AS new "
        f"FROM {table} WHERE site = :site AND kind = 'moved'"
        for table in ("events", "pending_events")
    )
    rows = db.execute(
        f"SELECT first_run, count(DISTINCT new) FROM ({moves}) JOIN articles ON articles.id = new "
        "WHERE new <> old GROUP BY first_run",
        {"site": site},
    )
    return Counter(dict(rows.fetchall()))


def _verdict(stored: str | None) -> VerdictStatus | None:
    return VerdictStatus(stored) if stored else None


def was_in_outage(db: Database, site: str) -> bool:
    """Whether the newest run that passed or found an outage found an outage.

    Failed runs are left out: they failed because of us and state nothing about the site.
    """
    row = db.execute(
        "SELECT verdict FROM runs WHERE site = ? AND verdict IN ('passed', 'outage') "
        "AND kind <> 'import' ORDER BY id DESC LIMIT 1",
        [site],
    ).fetchone()
    return row is not None and row[0] == VerdictStatus.OUTAGE


def first_runs(db: Database, sites: list[str]) -> dict[str, int]:
    """Return site -> run for each of these sites whose only finished run has no verdict yet."""
    rows = db.execute(
        "SELECT site, max(id) FROM runs WHERE site IN (SELECT value FROM json_each(?)) "
        "AND kind <> 'import' AND state = 'finished' "
        "GROUP BY site HAVING count(*) = 1 AND max(verdict) IS NULL",
        [json.dumps(sites)],
    )
    return dict(rows.fetchall())


def later_runs(db: Database, site: str, run: int) -> list[Run]:
    """Return the runs of a site after this one, oldest first."""
    return select_runs(db, "site = ? AND id > ? ORDER BY id", [site, run])


def found_new_since(db: Database, site: str, run: int) -> bool:
    """Whether a run of the site after this one found a new article."""
    return _has_run(db, "id > ? AND json_extract(stats, '$.new') > 0", site, run)


def _has_run(db: Database, condition: str, site: str, run: int) -> bool:
    query = f"SELECT 1 FROM runs WHERE site = ? AND {condition} LIMIT 1"
    return db.execute(query, [site, run]).fetchone() is not None


def ended_runs(db: Database, site: str, most: int) -> list[Run]:
    """Return up to `most` crawls and replays of a site that are not running, newest first."""
    return select_runs(
        db,
        "site = ? AND kind <> 'import' AND state <> 'running' ORDER BY id DESC LIMIT ?",
        [site, most],
    )


def sites_not_accepted(db: Database) -> list[SiteVerdict]:
    """Return the sites whose newest verdict is held, failed or outage, by name."""
    rows = db.execute(
        "SELECT site, verdict, reason FROM runs WHERE id IN "
        "(SELECT max(id) FROM runs WHERE verdict IS NOT NULL GROUP BY site) "
        "AND verdict IN ('held', 'outage', 'failed') ORDER BY site"
    )
    return [
        SiteVerdict(site, VerdictStatus(verdict), Reason.from_json(reason) if reason else None)
        for site, verdict, reason in rows
    ]
