"""The facts of a site's health, gathered from the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from schedules.gate.inputs import is_generic
from schedules.gate.volume import WEEKS
from schedules.monitoring.findings import Facts
from storage.checks.retired_domains import newest_checks
from storage.db.connection import Database, from_utc_text, utc_text
from storage.runs.repository import (
    Run,
    Volume,
    believed_runs,
    ended_runs,
    get_run,
    held_runs,
    volumes,
)
from storage.runs.verdicts import BELIEVED

RUNS = 30  # the newest ones that are looked at
ANY_RUN = 2**62


def facts_of_site(db: Database, site: str, now: datetime, *, live: bool = True) -> Facts:
    runs = ended_runs(db, site, RUNS)
    success = believed_runs(db, site, ANY_RUN, 1)
    past = [run.stats for run in runs if run.verdict in BELIEVED]
    return Facts(
        site=site,
        now=now,
        live=live,
        runs=tuple(runs),
        volumes=tuple(_volumes(db, runs)),
        held=tuple(get_run(db, run) for run in held_runs(db, site)),
        last_success=(success[0].ended_at or success[0].started_at) if success else None,
        generic_site=is_generic(site, past[1:]),
        domains=tuple(newest_checks(db, site)),
    )


def _volumes(db: Database, runs: list[Run]) -> list[Volume]:
    """Of the last weeks up to the newest run, with that run."""
    if not runs:
        return []
    newest = runs[0]
    since = utc_text(from_utc_text(newest.moment) - timedelta(weeks=WEEKS, days=2))
    found = volumes(db, newest, since)
    if newest.state != "finished" or newest.stats.deep:
        return found
    own = Volume(newest.id, newest.moment, newest.stats.new, newest.swept, newest.verdict)
    return [own, *found]
