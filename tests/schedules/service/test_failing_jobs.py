"""A job or a crawl that cannot run is stored as failed and stops no other."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crawlers.registry import get_site
from crawlers.spider import SiteSpider
from schedules.batch.isolated import run_isolated
from schedules.batch.nightly import CrawlOptions, SiteResult
from schedules.batch.processes import ProcessResult
from schedules.service import scheduler
from schedules.service.jobs import Job
from storage.db.connection import Database
from storage.messages.reasons_batch import BatchReason
from storage.reasons import Reason

if TYPE_CHECKING:
    from tests.conftest import Watcher
    from tests.schedules.service.conftest import Machine


def test_failing_job_is_stored_and_stops_no_other(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = machine.world.job

    async def broken(job: Job, stop: asyncio.Event) -> ProcessResult:
        if job.name == "digest":
            raise OSError("no more processes")
        return await real(job, stop)

    async def play() -> None:
        machine.world.job = broken  # type: ignore[method-assign]
        await machine.on()
        await machine.until(machine.night(2))

    asyncio.run(play())
    digests = machine.runs("digest")
    assert [run.outcome for run in digests] == ["failed", "failed"]
    assert digests[0].detail == Reason(
        BatchReason.EXCEPTION, type="OSError", message="no more processes"
    )
    assert len(machine.nights_done()) == 2


def test_busy_site_is_retried_at_the_end(machine: Machine, watcher: Watcher) -> None:
    tried: list[str] = []

    async def crawl(
        site: type[SiteSpider], options: CrawlOptions, stop: asyncio.Event
    ) -> SiteResult:
        tried.append(site.name)
        if tried.count("laocai") < 3 and site.name == "laocai":
            return SiteResult(Reason(BatchReason.SITE_BUSY, message="laocai"), busy=True)
        return await machine.world.crawl(site, options, stop)

    sites = [get_site(name) for name in machine.world.sites]
    done = asyncio.run(
        run_isolated(
            watcher.home,
            sites,
            CrawlOptions(),
            crawl,
            asyncio.Event(),
            busy_retry_delay=timedelta(0),
        )
    )
    assert tried == [*machine.world.sites, "laocai", "laocai"]
    assert done.errors == {}
    assert len(done.published) == 3


def test_crawl_that_cannot_start_is_an_error_of_its_site(
    machine: Machine, watcher: Watcher
) -> None:
    async def crawl(
        site: type[SiteSpider], options: CrawlOptions, stop: asyncio.Event
    ) -> SiteResult:
        if site.name == "laocai":
            raise OSError("no more processes")
        return await machine.world.crawl(site, options, stop)

    sites = [get_site(name) for name in machine.world.sites]
    done = asyncio.run(run_isolated(watcher.home, sites, CrawlOptions(), crawl, asyncio.Event()))
    assert done.errors == {
        "laocai": Reason(BatchReason.EXCEPTION, type="OSError", message="no more processes")
    }
    assert [p.site for p in done.published] == ["cantho", "tuyenquang"]


def test_outcome_is_stored_when_the_database_is_no_longer_locked(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = {"begin_job_run": 2, "end_job_run": 3}  # how often each fails

    def lock(name: str) -> None:
        real = getattr(scheduler, name)

        def write(db: Database, run: Any, *arguments: Any) -> Any:
            if locked[name]:
                locked[name] -= 1
                raise sqlite3.OperationalError("database is locked")
            return real(db, run, *arguments)

        monkeypatch.setattr(scheduler, name, write)

    lock("begin_job_run")
    lock("end_job_run")

    async def play() -> None:
        await machine.on()
        await machine.until(machine.night(2))

    asyncio.run(play())
    assert not any(locked.values())
    assert [run.outcome for run in machine.runs("digest")] == ["ok", "ok"]
    assert {run.outcome for run in machine.runs("poll")} == {"ok"}
    assert len(machine.nights_done()) == 2
