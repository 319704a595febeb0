"""A night: the sites one after another, some at once, and then what all of it means."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings as ScrapySettings

from crawlers.replay import open_replay
from crawlers.spider import SiteSpider
from schedules.publish import Published, publish
from schedules.reactor import on_interrupt
from storage.home import Home, SiteBusy

logger = logging.getLogger(__name__)
Progress = Callable[[str, str], None]  # (site, what happened to it)


@dataclass(frozen=True, slots=True)
class Options:
    """How sites are crawled; as on the command line."""

    replay: tuple[str, ...] = ()
    as_of: str | None = None
    recheck: str = "due"
    limit: int | None = None
    night: str = ""  # marks the runs that belong together; the moment at which they began


@dataclass(slots=True)
class Night:
    """What a night did: runs that were judged, sites passed over and sites that broke."""

    published: list[Published] = field(default_factory=list)
    name: str = ""
    passed_over: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    stopped: bool = False  # by Ctrl-C or SIGTERM

    @property
    def healthy(self) -> bool:
        return not self.errors and all(p.verdict.name == "passed" for p in self.published)


async def run_night(
    home: Home,
    sites: list[type[SiteSpider]],
    options: Options,
    progress: Progress = lambda site, what: None,
) -> Night:
    """Crawls the sites, some at once, and publishes. No site's trouble stops another.

    Needs Twisted's asyncio reactor (schedules/reactor.py).
    """
    night = Night(name=datetime.now(UTC).isoformat())
    options = replace(options, night=night.name)
    chosen = []
    for site in sites:
        reason = passed_over(site, options)
        if reason is None:
            chosen.append(site)
        else:
            night.passed_over[site.name] = reason
            progress(site.name, reason)
    runner = AsyncCrawlerRunner(crawl_settings(home, options))
    at_once = asyncio.Semaphore(max(1, home.settings.sites_at_once))

    async def one(site: type[SiteSpider]) -> None:
        async with at_once:
            if night.stopped:
                night.errors[site.name] = "not begun: stopped by hand"
                return
            progress(site.name, "started")
            error = await _crawl(runner, site, options)
            if error is not None:
                night.errors[site.name] = error
            progress(site.name, error or "read")

    def stop() -> None:
        night.stopped = True
        _stop(runner, "stopped by hand")

    with on_interrupt(stop):
        await asyncio.gather(*(one(site) for site in chosen))
    # What another process crawls, or what did not end well, is not ours to judge.
    whole = [site.name for site in chosen if site.name not in night.errors]
    with closing(home.database()) as db:
        night.published = publish(db, home, whole)
    return night


async def _crawl(
    runner: AsyncCrawlerRunner, site: type[SiteSpider], options: Options
) -> str | None:
    """Crawls one site; returns what went wrong, if anything did."""
    try:
        crawler = runner.create_crawler(site)
        await runner.crawl(crawler, recheck=options.recheck, limit=options.limit)
    except SiteBusy as error:
        return str(error)
    except Exception as error:  # one site's trouble, whatever it is, is not another's
        logger.exception("crawling %s failed", site.name)
        return f"{type(error).__name__}: {error}"
    return crawler.spider.broken  # type: ignore[union-attr, no-any-return]


def _stop(runner: AsyncCrawlerRunner, reason: str) -> None:
    """Ends all crawls in good order: what was read is written, the rest is for the next night."""
    for crawler in runner.crawlers:
        if crawler.spider is not None:
            crawler.spider.end_early(reason)  # type: ignore[attr-defined]


def passed_over(site: type[SiteSpider], options: Options) -> str | None:
    """Why a site is not crawled, or None. A replay asks no host, so archives replay as well."""
    if options.replay:
        held = open_replay(options.replay, options.as_of).hosts
        return None if site.bare_hosts & held else "the replay files hold no page of it"
    if site.status == "archive":
        return f"an archive: {site.status_note}"
    return None


def crawl_settings(home: Home, options: Options) -> ScrapySettings:
    """The project's Scrapy settings with this home's and this night's on top."""
    settings = ScrapySettings()
    settings.setmodule("crawlers.settings", priority="project")
    stated: dict[str, Any] = {
        "TINWATCH_HOME": str(home.path),
        "PUBLISH_ON_CLOSE": False,
        "REPLAY_FILES": list(options.replay),
        "REPLAY_AS_OF": options.as_of,
        "TINWATCH_NIGHT": options.night,
    }
    settings.setdict(stated, priority="cmdline")
    return settings
