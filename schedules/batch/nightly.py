"""A night: the sites one after another, some at once, and then what all of it means."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
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
from schedules.monitoring.smoke_check import look_at_first_runs
from schedules.publishing.publish import Published, publish
from storage.home import Home, SiteBusy
from storage.messages import describe
from storage.messages.reasons_batch import BatchReason, exception_reason
from storage.reasons import Reason
from storage.runs.batches import begin_night, end_night
from storage.runs.verdicts import VerdictStatus

logger = logging.getLogger(__name__)
Progress = Callable[[str, str], None]  # (site, what happened to it)
NOT_STARTED = Reason(BatchReason.NOT_STARTED)


@dataclass(frozen=True, slots=True)
class Options:
    """How sites are crawled; as on the command line."""

    replay: tuple[str, ...] = ()
    as_of: str | None = None
    recheck: str = "due"
    limit: int | None = None
    deep: bool = False  # listings are read past what is known, as far as a site's pages go
    night: str = ""  # marks the runs that belong together; the moment at which they began


@dataclass(frozen=True, slots=True)
class SiteEnd:
    """How the crawl of a site ended.

    Attributes:
        error: why what was read could not be stored, or why it did not run; None if it ended well
        busy: another process crawls the site
    """

    error: Reason | None = None
    busy: bool = False

    def to_json(self) -> str:
        error = self.error.to_data() if self.error else None
        return json.dumps({"error": error, "busy": self.busy}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        data = json.loads(text)
        return cls(Reason.from_data(data["error"]) if data["error"] else None, data["busy"])

    @property
    def text(self) -> str:
        """For the progress display."""
        return describe(self.error) if self.error else "read"


@dataclass(slots=True)
class Night:
    """What a batch did: evaluated runs, skipped sites, and sites whose crawl broke off."""

    published: list[Published] = field(default_factory=list)
    name: str = ""
    skipped: dict[str, Reason] = field(default_factory=dict)
    errors: dict[str, Reason] = field(default_factory=dict)
    stopped: bool = False  # by Ctrl-C or SIGTERM

    @property
    def healthy(self) -> bool:
        """By each site's last run: what was cut off before it is made up for."""
        verdicts = {p.site: p.verdict.status for p in self.published}
        return not self.errors and set(verdicts.values()) <= {VerdictStatus.PASSED}

    def choose(
        self, sites: list[type[SiteSpider]], options: Options, progress: Progress
    ) -> list[type[SiteSpider]]:
        """Returns the sites to crawl, and notes why the others are skipped."""
        chosen = []
        for site in sites:
            reason = why_skipped(site, options)
            if reason is None:
                chosen.append(site)
            else:
                self.skipped[site.name] = reason
                progress(site.name, describe(reason))
        return chosen


async def run_night(
    home: Home,
    sites: list[type[SiteSpider]],
    options: Options,
    progress: Progress = lambda site, what: None,
) -> Night:
    """Crawls the sites, some at once, and publishes. No site's trouble stops another.

    Needs Twisted's asyncio reactor (schedules/batch/reactor.py).
    """
    night = Night(name=datetime.now(UTC).isoformat())
    options = replace(options, night=night.name)
    with closing(home.database()) as db:
        begin_night(db, night.name, datetime.now(UTC))
    chosen = night.choose(sites, options, progress)
    runner = AsyncCrawlerRunner(crawl_settings(home, options))
    at_once = asyncio.Semaphore(max(1, home.settings.sites_at_once))

    async def one(site: type[SiteSpider]) -> None:
        async with at_once:
            if night.stopped:
                night.errors[site.name] = NOT_STARTED
                return
            progress(site.name, "started")
            end = await crawl_site(runner, site, options)
            if end.error is not None:
                night.errors[site.name] = end.error
            progress(site.name, end.text)

    def stop() -> None:
        night.stopped = True
        stop_crawls(runner, Reason(BatchReason.STOPPED_BY_HAND))

    with on_interrupt(stop):
        await asyncio.gather(*(one(site) for site in chosen))
    conclude(home, night, chosen, datetime.now(UTC))
    return night


def conclude(
    home: Home, night: Night, chosen: list[type[SiteSpider]], ended_at: datetime | None
) -> None:
    """Judges and publishes what was crawled, and notes what else the night says.

    What another process crawls, or what did not end well, is not ours to judge. `ended_at` None:
    the night was cut off and may go on.
    """
    whole = [site for site in chosen if site.name not in night.errors]
    with closing(home.database()) as db:
        look_at_first_runs(db, home, whole)
        night.published = publish(db, home, [site.name for site in whole])
        end_night(db, night.name, ended_at, night.skipped, night.errors)


async def crawl_site(
    runner: AsyncCrawlerRunner, site: type[SiteSpider], options: Options
) -> SiteEnd:
    """Crawls one site, under Scrapy's reactor; its events wait for the night's end."""
    try:
        crawler = runner.create_crawler(site)
        await runner.crawl(crawler, recheck=options.recheck, limit=options.limit)
    except SiteBusy as error:
        return SiteEnd(Reason(BatchReason.SITE_BUSY, message=str(error)), busy=True)
    except Exception as error:  # one site's trouble, whatever it is, is not another's
        logger.exception("crawling %s failed", site.name)
        return SiteEnd(exception_reason(error))
    return SiteEnd(crawler.spider.broken)  # type: ignore[union-attr]


def stop_crawls(runner: AsyncCrawlerRunner, reason: Reason) -> None:
    """Ends all crawls in good order: what was read is written, the rest is for the next night."""
    for crawler in runner.crawlers:
        if crawler.spider is not None:
            crawler.spider.end_early(reason)  # type: ignore[attr-defined]


def why_skipped(site: type[SiteSpider], options: Options) -> Reason | None:
    """Why a site is not crawled, or None. A replay asks no host, so archives replay as well."""
    if options.replay:
        held = open_replay(options.replay, options.as_of).hosts
        return None if site.bare_hosts & held else Reason(BatchReason.NOT_IN_REPLAY)
    if site.status == "archive":
        return Reason(BatchReason.ARCHIVE, note=site.status_note)
    return None


def crawl_settings(home: Home, options: Options) -> Settings:
    """The project's Scrapy settings with this home's and this night's on top."""
    settings = project_settings()
    stated: dict[str, Any] = {
        "TINWATCH_HOME": str(home.path),
        "PUBLISH_ON_CLOSE": False,
        "REPLAY_FILES": list(options.replay),
        "REPLAY_AS_OF": options.as_of,
        "TINWATCH_NIGHT": options.night,
        "TINWATCH_DEEP": options.deep,
        "SPIDER_MODULES": [],  # spiders are given as classes: Scrapy need not look for them
    }
    settings.setdict(stated, priority="cmdline")
    return settings
