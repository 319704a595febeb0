"""What a batch read whose parent process was killed is published by the next batch of any sites."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from crawlers.spider import SiteSpider
from schedules.batch.isolated import run_isolated
from schedules.batch.nightly import BatchResult, CrawlOptions, SiteResult
from storage.home import WorkBusy
from storage.run_stats import RunStats

if TYPE_CHECKING:
    from storage.home import Home
    from tests.conftest import Watcher


def read_by_killed_batch(watcher: Watcher) -> None:
    recorder = watcher.begin("alpha", batch="killed")
    recorder.record(watcher.read())
    stats = RunStats(requests=9, responses=9, listings=1, links=9, rechecked=9)
    recorder.finish(stats, listings_complete=True)


def next_batch(watcher: Watcher) -> BatchResult:
    async def crawl(
        site: type[SiteSpider], options: CrawlOptions, stop: asyncio.Event
    ) -> SiteResult:
        return SiteResult()

    return asyncio.run(run_isolated(watcher.home, [], CrawlOptions(), crawl, asyncio.Event()))


def test_next_batch_publishes_what_a_killed_one_read(watcher: Watcher) -> None:
    read_by_killed_batch(watcher)
    batch = next_batch(watcher)
    assert watcher.kinds() == ["new"]
    assert batch.published == []  # its own runs only
    assert batch_locks(watcher.home) == []


def batch_locks(home: Home) -> list[str]:
    return [file.name for file in (home.path / "locks").glob("_batch*")]


def test_failed_batch_leaves_no_lock(watcher: Watcher) -> None:
    with pytest.raises(KeyError), watcher.home.batch_lock("failing"):
        raise KeyError
    assert batch_locks(watcher.home) == []


def test_runs_of_a_running_batch_are_left_to_it(watcher: Watcher) -> None:
    read_by_killed_batch(watcher)
    with watcher.home.batch_lock("killed"):
        next_batch(watcher)
        assert watcher.kinds() == []
        with pytest.raises(WorkBusy), watcher.home.batch_lock("killed"):
            pass
    next_batch(watcher)
    assert watcher.kinds() == ["new"]
