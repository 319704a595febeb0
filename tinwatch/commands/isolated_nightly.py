"""`tinwatch nightly --isolate`: the night whose sites are crawled by processes of their own."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext

from crawlers.spider import SiteSpider
from schedules.batch.isolated import in_own_process, run_apart
from schedules.batch.nightly import Night, Options, Progress
from schedules.batch.signals import run_until_stopped
from storage.home import Home


def run_apart_night(
    home: Home,
    sites: list[type[SiteSpider]],
    options: Options,
    progress: Progress,
    *,
    goes_on: bool = False,
) -> Night:
    """Raises WorkBusy where another process runs a night that goes on."""

    async def night(stop: asyncio.Event) -> Night:
        crawl = in_own_process(home)
        return await run_apart(
            home, sites, options, crawl, stop, progress=progress, goes_on=goes_on
        )

    with home.work_lock("night") if goes_on else nullcontext():
        return run_until_stopped(night)
