"""The history of a site, read from the database: the input of the health checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from schedules.gate.inputs import is_generic
from schedules.gate.volume import USUAL_WEEKS
from storage.articles.source_counts import NO_SOURCES, SiteSources, site_sources
from storage.checks.retired_domains import DomainCheck, newest_checks
from storage.db.connection import Database, from_utc_text, utc_text
from storage.runs.history import Volume, accepted_runs, ended_runs, volumes
from storage.runs.repository import Run, RunState, get_run, held_runs
from storage.runs.verdicts import ACCEPTED

MAX_RUNS = 30  # newest runs that the checks examine
ANY_RUN = 2**62


@dataclass(frozen=True, slots=True)
class SiteHistory:
    """What the database knows about a site; the input of the health checks.

    Attributes:
        live: crawled by every nightly batch
        crawled: it has a run that is not an import
        runs: finished crawls and replays, newest first
        volumes: new articles per run of the last weeks
        held: held runs, oldest first
        last_success: when the last believed run ended, UTC text
        generic_site: extracted by the generic extractor by design
        domains: the newest weekly check of each retired domain
        sources: which sources of the fields were confirmed, on the pages that runs have read
    """

    site: str
    now: datetime
    live: bool = True
    crawled: bool = True
    runs: tuple[Run, ...] = ()
    volumes: tuple[Volume, ...] = ()
    held: tuple[Run, ...] = ()
    last_success: str | None = None
    generic_site: bool = False
    domains: tuple[DomainCheck, ...] = ()
    sources: SiteSources = NO_SOURCES


def site_history(
    db: Database, site: str, now: datetime, *, live: bool = True, crawled: bool = True
) -> SiteHistory:
    runs = ended_runs(db, site, MAX_RUNS)
    success = accepted_runs(db, site, ANY_RUN, 1)
    past = [run.stats for run in runs if run.verdict in ACCEPTED]
    return SiteHistory(
        site=site,
        now=now,
        live=live,
        crawled=crawled,
        runs=tuple(runs),
        volumes=tuple(_volumes(db, runs)),
        held=tuple(get_run(db, run) for run in held_runs(db, site)),
        last_success=(success[0].ended_at or success[0].started_at) if success else None,
        generic_site=is_generic(site, past[1:]),
        domains=tuple(newest_checks(db, site)),
        sources=site_sources(db, site),
    )


def _volumes(db: Database, runs: list[Run]) -> list[Volume]:
    """Volumes of the last weeks up to the newest run, and of that run."""
    if not runs:
        return []
    newest = runs[0]
    since = utc_text(from_utc_text(newest.moment) - timedelta(weeks=USUAL_WEEKS, days=2))
    earlier = volumes(db, newest, since)
    if newest.state != RunState.FINISHED or newest.stats.deep:
        return earlier
    own = Volume(
        newest.id, newest.moment, newest.stats.new, newest.listings_complete, newest.verdict
    )
    return [own, *earlier]
