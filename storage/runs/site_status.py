"""Each site after its last run: verdict, last success, pending events, broken fields."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from storage.db.site_filter import IN_SITES, sql_sites
from storage.reasons import Reason
from storage.run_stats import RunStats


@dataclass(frozen=True, slots=True)
class SiteState:
    """A site after its last run. Times are UTC text.

    Attributes:
        held: number of pending events
        read: article pages that the last run read
        broken: field -> pages of the last run on which it was broken
    """

    site: str
    title: str
    province: str
    kind: str
    status: str
    last_run: int | None
    last_run_at: str | None
    verdict: str | None
    reason: Reason | None
    last_success: str | None
    held: int
    read: int
    broken: dict[str, int]


@dataclass(frozen=True, slots=True)
class RunVolume:
    """New articles of a run. `at`: when it visited the site, UTC text."""

    run: int
    at: str
    new: int
    verdict: str | None


def site_states(db: Database, sites: Collection[str] | None = None) -> list[SiteState]:
    """Return the states of these sites, or of all that were ever crawled, by name."""
    rows = db.execute(
        "SELECT sites.name, title, province, sites.kind, status, last.id, "
        "coalesce(last.clock, last.started_at), verdict, reason, "
        "(SELECT coalesce(clock, started_at) FROM runs WHERE site = sites.name "
        "AND verdict IN ('passed', 'released') ORDER BY id DESC LIMIT 1), "
        "(SELECT count(*) FROM pending_events WHERE pending_events.site = sites.name), "
        "coalesce(stats, '{}') "
        "FROM sites LEFT JOIN runs AS last ON last.id = "
        "(SELECT max(id) FROM runs WHERE site = sites.name) "
        f"WHERE {IN_SITES.format(site='sites.name')} ORDER BY sites.name",
        {"sites": sql_sites(sites)},
    )
    return [_state(row) for row in rows]


def _state(row: tuple[Any, ...]) -> SiteState:
    stats = RunStats.from_dict(json.loads(row[-1]))
    reason = Reason.from_json(row[8]) if row[8] else None
    return SiteState(*(*row[:8], reason, *row[9:-1], stats.read, dict(stats.broken_fields)))


def run_volumes(db: Database, site: str, most: int) -> list[RunVolume]:
    """Return the volumes of up to `most` last finished runs of a site, oldest first."""
    rows = db.execute(
        "SELECT id, coalesce(clock, started_at), coalesce(json_extract(stats, '$.new'), 0), "
        "verdict FROM runs WHERE site = ? AND state = 'finished' ORDER BY id DESC LIMIT ?",
        [site, most],
    )
    return [RunVolume(*row) for row in rows][::-1]
