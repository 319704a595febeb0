"""Run `tinwatch nightly --isolate` over the synthetic sites.

python benchmarks/batch/isolated_batch.py HOME WARCS COUNT
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from batch import one_site, sites
from crawlers.registry import get_site
from crawlers.spider import SiteSpider
from schedules.batch.isolated import isolated_crawl, run_isolated
from schedules.batch.log_file import log_to_file
from schedules.batch.nightly import CrawlOptions, SiteResult
from schedules.batch.signals import run_until_stopped
from storage.home import open_home
from storage.messages import describe


def main(folder: str, warcs: str, count: str) -> None:
    home = open_home(folder)
    log_to_file(home)
    own = isolated_crawl(home, one_site.crawl_in_this_process, "batch.one_site")

    async def crawl(
        site: type[SiteSpider], options: CrawlOptions, stop: asyncio.Event
    ) -> SiteResult:
        file = Path(warcs) / f"{site.name}.warc.gz"
        return await own(site, CrawlOptions(replay=(str(file),), batch=options.batch), stop)

    async def batch(stop: asyncio.Event) -> None:
        chosen = [get_site(name) for name in sites.register(int(count))]
        done = await run_isolated(home, chosen, CrawlOptions(), crawl, stop)
        for name, reason in done.errors.items():
            sys.stderr.write(f"{name}: {describe(reason)}\n")

    run_until_stopped(batch)


if __name__ == "__main__":
    main(*sys.argv[1:])
