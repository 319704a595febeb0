"""The nightly batch: crawl the sites, some concurrently, then evaluate and publish all runs."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from crawlers.crawl.replay import open_replay
from crawlers.middlewares.politeness import project_settings
from crawlers.spider import SiteSpider
from schedules.batch.reactor import on_interrupt
from schedules.monitoring.smoke_check import check_first_runs
from schedules.publishing.publish import Published, publish
from storage.db.connection import Database
from storage.home import Home, SiteBusy
from storage.messages import describe
from storage.messages.reasons_batch import BatchReason, exception_reason
from storage.reasons import Reason
from storage.runs.batches import finish_batch, start_batch
from storage.runs.repository import unpublished_runs
from storage.runs.verdicts import VerdictStatus

logger = logging.getLogger(__name__)
Progress = Callable[[str, str], None]  # (site, what happened to it)
NOT_STARTED = Reason(BatchReason.NOT_STARTED)


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """How sites are crawled.

    Attributes:
        replay: WARC files to crawl instead of the hosts
        as_of: the moment of a replay, ISO 8601
        recheck: which stored articles are requested again (crawlers.crawl.rechecks.RECHECKS)
        limit: maximum number of articles per site
        full: read the listings past the known frontier, to their last page
        max_pages: maximum number of pages per listing; None: max_listings of the site, or all
        batch: name of the batch, stored with each of its runs; the moment at which it started
    """

    replay: tuple[str, ...] = ()
    as_of: str | None = None
    recheck: str = "due"
    limit: int | None = None
    full: bool = False
    max_pages: int | None = None
    batch: str = ""


@dataclass(frozen=True, slots=True)
class SiteResult:
    """How the crawl of a site ended.

    Attributes:
        error: why the crawl did not run or could not store its pages; None if it succeeded
        busy: another process crawls the site
    """

    error: Reason | None = None
    busy: bool = False

    def to_json(self) -> str:
        error = self.error.to_dict() if self.error else None
        return json.dumps({"error": error, "busy": self.busy}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        data = json.loads(text)
        return cls(Reason.from_dict(data["error"]) if data["error"] else None, data["busy"])

    @property
    def text(self) -> str:
        """A sentence for the progress display."""
        return describe(self.error) if self.error else "read"


Crawl = Callable[[type[SiteSpider], CrawlOptions, asyncio.Event], Awaitable[SiteResult]]


@dataclass(slots=True)
class BatchResult:
    """The outcome of a batch.

    Attributes:
        published: evaluated runs
        skipped: site -> why it was not crawled
        errors: site -> why its crawl failed
        stopped: stopped by SIGINT or SIGTERM
    """

    published: list[Published] = field(default_factory=list)
    name: str = ""
    skipped: dict[str, Reason] = field(default_factory=dict)
    errors: dict[str, Reason] = field(default_factory=dict)
    stopped: bool = False

    @property
    def healthy(self) -> bool:
        """No errors, and the last run of every site passed. Earlier runs are ignored."""
        verdicts = {p.site: p.verdict.status for p in self.published}
        return not self.errors and set(verdicts.values()) <= {VerdictStatus.PASSED}

    def choose(
        self, sites: list[type[SiteSpider]], options: CrawlOptions, progress: Progress
    ) -> list[type[SiteSpider]]:
        """Return the sites to crawl; store in `skipped` why the others are not crawled."""
        chosen = []
        for site in sites:
            reason = skip_reason(site, options)
            if reason is None:
                chosen.append(site)
            else:
                self.skipped[site.name] = reason
                progress(site.name, describe(reason))
        return chosen


@dataclass
class Crawling:
    """Crawls at most `sites_at_once` sites concurrently and collects their errors."""

    home: Home
    batch: BatchResult
    crawl: Crawl
    options: CrawlOptions
    stop: asyncio.Event
    progress: Progress

    def __post_init__(self) -> None:
        self.at_once = asyncio.Semaphore(max(1, self.home.settings.sites_at_once))

    async def all(self, sites: list[type[SiteSpider]]) -> list[type[SiteSpider]]:
        """Crawl the sites; return those that another process is crawling."""
        ends = await asyncio.gather(*(self._one(site) for site in sites))
        return [site for site, end in zip(sites, ends, strict=True) if end.busy]

    async def _one(self, site: type[SiteSpider]) -> SiteResult:
        async with self.at_once:
            end = SiteResult(NOT_STARTED)
            if not self.stop.is_set():
                self.progress(site.name, "started")
                end = await self._crawl(site)
                self.progress(site.name, end.text)
        if end.error is None:
            self.batch.errors.pop(site.name, None)
        else:
            self.batch.errors[site.name] = end.error
        return end

    async def _crawl(self, site: type[SiteSpider]) -> SiteResult:
        try:
            return await self.crawl(site, self.options, self.stop)
        except Exception as error:  # such as a process that could not be started
            return SiteResult(exception_reason(error))


async def run_batch(
    home: Home,
    sites: list[type[SiteSpider]],
    options: CrawlOptions,
    progress: Progress = lambda site, what: None,
) -> BatchResult:
    """Crawl the sites, some concurrently, and publish. An error of one site stops no other.

    Needs Twisted's asyncio reactor (schedules/batch/reactor.py).
    """
    batch = BatchResult(name=datetime.now(UTC).isoformat())
    options = replace(options, batch=batch.name)
    with closing(home.database()) as db:
        start_batch(db, batch.name, datetime.now(UTC))
    chosen = batch.choose(sites, options, progress)
    runner = AsyncCrawlerRunner(crawl_settings(home, options))
    stop = asyncio.Event()

    def crawl(site: type[SiteSpider], options: CrawlOptions, _: Any) -> Awaitable[SiteResult]:
        return crawl_site(runner, site, options)

    def stop_all() -> None:
        stop.set()
        stop_crawls(runner, Reason(BatchReason.STOPPED_BY_HAND))

    with home.batch_lock(batch.name):
        with on_interrupt(stop_all):
            await Crawling(home, batch, crawl, options, stop, progress).all(chosen)
        batch.stopped = stop.is_set()
        evaluate_and_publish(home, batch, chosen, datetime.now(UTC))
    return batch


def evaluate_and_publish(
    home: Home, batch: BatchResult, chosen: list[type[SiteSpider]], ended_at: datetime | None
) -> None:
    """Evaluate and publish the finished runs; store the batch's skipped sites and errors.

    Sites that failed, or that another process crawls, are left out. What killed batches read is
    published, too, whichever sites this batch crawled. `ended_at` is None if the batch was
    interrupted and may be resumed.
    """
    crawled = [site for site in chosen if site.name not in batch.errors]
    names = [site.name for site in crawled]
    with closing(home.database()) as db:
        check_first_runs(db, home, crawled)
        published = publish(db, home, list({*names, *_sites_of_killed_batches(db, home, batch)}))
        batch.published = [one for one in published if one.site in names]
        finish_batch(db, batch.name, ended_at, batch.skipped, batch.errors)


def _sites_of_killed_batches(db: Database, home: Home, batch: BatchResult) -> set[str]:
    """Return the sites with a finished run whose batch was killed before it was evaluated."""
    runs = unpublished_runs(db)
    others = {name for _, name in runs if name and name != batch.name}
    killed = {name for name in others if not home.batch_runs(name)}
    return {site for site, name in runs if name in killed}


async def crawl_site(
    runner: AsyncCrawlerRunner, site: type[SiteSpider], options: CrawlOptions
) -> SiteResult:
    """Crawl one site under Scrapy's reactor. Its events stay pending until the batch ends."""
    try:
        crawler = runner.create_crawler(site)
        await runner.crawl(crawler, recheck=options.recheck, limit=options.limit)
    except SiteBusy as error:
        return SiteResult(Reason(BatchReason.SITE_BUSY, message=str(error)), busy=True)
    except Exception as error:  # an error of one site must not stop the others
        logger.exception("crawling %s failed", site.name)
        return SiteResult(exception_reason(error))
    return SiteResult(crawler.spider.storage_error)  # type: ignore[union-attr]


def stop_crawls(runner: AsyncCrawlerRunner, reason: Reason) -> None:
    """Stop all crawls gracefully: pages that were read are stored, the rest is left to the next."""
    for crawler in runner.crawlers:
        if crawler.spider is not None:
            crawler.spider.stop(reason)  # type: ignore[attr-defined]


def skip_reason(site: type[SiteSpider], options: CrawlOptions) -> Reason | None:
    """Why a site is not crawled, or None. Archives can be replayed: a replay sends no request."""
    if options.replay:
        hosts = open_replay(options.replay, options.as_of).hosts
        return None if site.bare_hosts & hosts else Reason(BatchReason.NOT_IN_REPLAY)
    if site.status == "archive":
        return Reason(BatchReason.ARCHIVE, note=site.status_note)
    return None


def crawl_settings(home: Home, options: CrawlOptions) -> Settings:
    """The project's Scrapy settings, overridden by those of the home and the batch."""
    settings = project_settings()
    overrides: dict[str, Any] = {
        "TINWATCH_HOME": str(home.path),
        "PUBLISH_ON_CLOSE": False,
        "REPLAY_FILES": list(options.replay),
        "REPLAY_AS_OF": options.as_of,
        "TINWATCH_BATCH": options.batch,
        "TINWATCH_FULL": options.full,
        "TINWATCH_MAX_PAGES": options.max_pages or 0,
        "SPIDER_MODULES": [],  # spiders are passed as classes: Scrapy need not search for them
    }
    settings.setdict(overrides, priority="cmdline")
    return settings
