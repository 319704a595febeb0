"""The crawl of one site in a process of its own, for a night that holds many.

    python -m schedules.batch.isolated_worker HOME SITE MINUTES OPTIONS

OPTIONS is the JSON of schedules.batch.nightly.Options. It prints how the crawl ended as one JSON
line
(SiteEnd); what was found waits for the night's end.
"""

from __future__ import annotations

import asyncio
import json
import sys
from functools import partial

from scrapy.crawler import AsyncCrawlerRunner

from crawlers.registry import get_site
from crawlers.spider import SiteSpider
from schedules.batch import reactor
from schedules.batch.log_file import log_to
from schedules.batch.nightly import Options, SiteEnd, crawl_settings, crawl_site, stop_crawls
from schedules.batch.parent_death import end_with_parent
from storage.home import Home, open_home
from storage.messages.reasons_batch import BatchReason
from storage.reasons import Reason


async def crawl(home: Home, site: type[SiteSpider], options: Options, minutes: int) -> SiteEnd:
    """Crawls the site; a crawl that takes too long ends in good order, and its run says so."""
    runner = AsyncCrawlerRunner(crawl_settings(home, options))
    too_long = Reason(BatchReason.TIME_LIMIT, minutes=minutes)
    by_hand = Reason(BatchReason.STOPPED_BY_HAND)
    timer = asyncio.get_running_loop().call_later(minutes * 60, stop_crawls, runner, too_long)
    try:
        with reactor.on_interrupt(partial(stop_crawls, runner, by_hand)):
            return await crawl_site(runner, site, options)
    finally:
        timer.cancel()


def crawl_here(folder: str, name: str, minutes: str, options: str) -> str:
    """Crawls in this process, whose one reactor it takes; gives the JSON of SiteEnd."""
    home = open_home(folder)
    log_to(home)
    stated = json.loads(options)
    chosen = Options(**stated | {"replay": tuple(stated["replay"])})
    end = reactor.run(partial(crawl, home, get_site(name), chosen, int(minutes)))
    return end.to_json()


def main(folder: str, name: str, minutes: str, options: str) -> None:
    end_with_parent()
    sys.stdout.write(crawl_here(folder, name, minutes, options) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
