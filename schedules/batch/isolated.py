"""The isolated batch: each site is crawled in its own process, within a time limit.

A process may crash, hang or run out of memory without affecting other sites. An interrupted batch
can be resumed: sites with a finished run are not crawled again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

from crawlers.spider import SiteSpider
from schedules.batch import isolated_worker
from schedules.batch.fork_server import ForkServer, Target
from schedules.batch.nightly import (
    BatchResult,
    Crawl,
    Crawling,
    CrawlOptions,
    Progress,
    SiteResult,
    evaluate_and_publish,
)
from schedules.batch.processes import StopCause
from storage.home import Home
from storage.messages.reasons_batch import BatchReason
from storage.reasons import Reason
from storage.runs.batches import interrupted_batch, sites_done, start_batch

PRELOAD_MODULE = "schedules.batch.preload"
BUSY_RETRIES = 3  # of a site that another process crawls, at the end of the batch
BUSY_RETRY_DELAY = timedelta(minutes=5)
EXIT_GRACE = timedelta(minutes=5)  # added to the time limit, for a crawl that stops by itself


def isolated_crawl(
    home: Home,
    target: Target = isolated_worker.crawl_in_this_process,
    preload: str = PRELOAD_MODULE,
) -> Crawl:
    """Return the function that crawls a site by `target` in a forked process.

    preload: the module that the fork server imports before it forks
    """
    minutes = home.settings.site_minutes
    fork_server = ForkServer([preload])

    async def crawl(
        site: type[SiteSpider], options: CrawlOptions, stop: asyncio.Event
    ) -> SiteResult:
        arguments = [str(home.path), site.name, str(minutes), json.dumps(asdict(options))]
        limit = timedelta(minutes=minutes) + EXIT_GRACE
        ended = await fork_server.run(target, arguments, limit, stop)
        if ended.exit_code == 0:
            return SiteResult.from_json(ended.stdout)
        if ended.stop_cause == StopCause.TIME_LIMIT:
            code = BatchReason.PROCESS_TIME_LIMIT
            return SiteResult(Reason(code, minutes=minutes, reason=ended.reason))
        return SiteResult(Reason(BatchReason.PROCESS_FAILED, reason=ended.reason))

    return crawl


async def run_isolated(
    home: Home,
    sites: list[type[SiteSpider]],
    options: CrawlOptions,
    crawl: Crawl,
    stop: asyncio.Event,
    *,
    progress: Progress = lambda site, what: None,
    resumable: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    busy_retry_delay: timedelta = BUSY_RETRY_DELAY,
) -> BatchResult:
    """Crawl the sites, some concurrently, each by `crawl`; publish when all are done.

    resumable: resume the last interrupted batch, and let this one be resumed. Only one process may
    run resumable batches at a time (Home.work_lock).
    """
    with closing(home.database()) as db:
        interrupted = interrupted_batch(db, now()) if resumable else None
        batch = BatchResult(name=interrupted or now().isoformat())
        start_batch(db, batch.name, now(), resumable=resumable)
        crawled = sites_done(db, batch.name)
    options = replace(options, batch=batch.name)
    chosen = batch.choose(sites, options, progress)
    with home.batch_lock(batch.name):
        crawling = Crawling(home, batch, crawl, options, stop, progress)
        busy = await crawling.all([site for site in chosen if site.name not in crawled])
        for _ in range(BUSY_RETRIES):
            if busy and not await _stopped_within(stop, busy_retry_delay):
                busy = await crawling.all(busy)
        batch.stopped = stop.is_set()
        evaluate_and_publish(home, batch, chosen, None if batch.stopped and resumable else now())
    return batch


async def _stopped_within(stop: asyncio.Event, wait: timedelta) -> bool:
    try:
        await asyncio.wait_for(stop.wait(), wait.total_seconds())
    except TimeoutError:
        return False
    return True
