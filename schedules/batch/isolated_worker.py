"""Crawl one site in its own process, as a part of an isolated batch.

Events stay pending until the batch ends.
"""

from __future__ import annotations

import asyncio
import json
from functools import partial

from scrapy.crawler import AsyncCrawlerRunner

from crawlers.registry import get_site
from crawlers.spider import SiteSpider
from schedules.batch import reactor
from schedules.batch.log_file import log_to_file
from schedules.batch.nightly import (
    CrawlOptions,
    SiteResult,
    crawl_settings,
    crawl_site,
    stop_crawls,
)
from storage.home import Home, open_home
from storage.messages.reasons_batch import BatchReason
from storage.reasons import Reason


async def crawl(
    home: Home, site: type[SiteSpider], options: CrawlOptions, minutes: int
) -> SiteResult:
    """Crawl the site. After `minutes` the crawl is stopped gracefully, with that reason."""
    runner = AsyncCrawlerRunner(crawl_settings(home, options))
    too_long = Reason(BatchReason.TIME_LIMIT, minutes=minutes)
    by_hand = Reason(BatchReason.STOPPED_BY_HAND)
    timer = asyncio.get_running_loop().call_later(minutes * 60, stop_crawls, runner, too_long)
    try:
        with reactor.on_interrupt(partial(stop_crawls, runner, by_hand)):
            return await crawl_site(runner, site, options)
    finally:
        timer.cancel()


def crawl_in_this_process(folder: str, name: str, minutes: str, options: str) -> str:
    """Crawl in this process, whose only reactor this uses; return the JSON of SiteResult.

    options: the JSON of CrawlOptions
    """
    home = open_home(folder)
    log_to_file(home)
    data = json.loads(options)
    chosen = CrawlOptions(**data | {"replay": tuple(data["replay"])})
    result = reactor.run(
        partial(crawl, home, get_site(name), chosen, int(minutes)),
        home.settings.allow_private_hosts,
    )
    return result.to_json()
