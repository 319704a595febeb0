"""`tinwatch nightly --isolate`: a batch that crawls each site in its own process."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext

from crawlers.spider import SiteSpider
from schedules.batch.isolated import isolated_crawl, run_isolated
from schedules.batch.nightly import Batch, CrawlOptions, Progress
from schedules.batch.signals import run_until_stopped
from storage.home import Home


def run_isolated_batch(
    home: Home,
    sites: list[type[SiteSpider]],
    options: CrawlOptions,
    progress: Progress,
    *,
    resumable: bool = False,
) -> Batch:
    """Run the batch. Raise WorkBusy if it is resumable and another process runs such a batch."""

    async def batch(stop: asyncio.Event) -> Batch:
        crawl = isolated_crawl(home)
        return await run_isolated(
            home, sites, options, crawl, stop, progress=progress, resumable=resumable
        )

    with home.work_lock("night") if resumable else nullcontext():
        return run_until_stopped(batch)
