"""The weekly check of retired domains: asks where they lead, and notes it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from crawlers.middlewares.politeness import home_settings, project_settings
from crawlers.retired_domains import RetiredDomains
from crawlers.site_config import SiteConfig
from schedules.batch import reactor
from storage.checks.retired_domains import DomainAnswer, DomainCheck, newest_checks, note_answers
from storage.home import Home, HomeError

ALL_DEAD = 3  # so many domains that all do not answer: it is more likely the network here


def check_domains(
    home: Home, sites: Sequence[type[SiteConfig]], **settings: Any
) -> list[DomainCheck]:
    """Asks the retired domains of these sites; returns what is known of each afterwards.

    settings: Scrapy's, on top of the project's and the home's. Raises HomeError where no domain
    can be reached, KeyboardInterrupt where it was stopped; what was found until then is noted.
    Call it once in a process.
    """
    asked = {site.name for site in sites}
    answers, stopped = reactor.run(partial(_ask, _settings(home, settings), sites))
    dead = [answer for answer in answers if answer.state == "dead"]
    if len(dead) >= ALL_DEAD and len(dead) == len(answers):
        raise HomeError(
            f"none of {len(dead)} domains can be reached ({dead[0].detail}): nothing was noted. "
            "Is this machine on the network?"
        )
    with closing(home.database()) as db:
        note_answers(db, answers, datetime.now(UTC))
        if stopped:
            raise KeyboardInterrupt
        known = newest_checks(db)
    now = {(answer.site, answer.domain) for answer in answers}
    return [one for one in known if one.site in asked and (one.site, one.domain) in now]


async def _ask(
    settings: Settings, sites: Sequence[type[SiteConfig]]
) -> tuple[list[DomainAnswer], bool]:
    """The answers, and whether the check was stopped before all had come."""
    crawler = AsyncCrawlerRunner(settings).create_crawler(RetiredDomains)
    stopping: list[asyncio.Task[None]] = []
    with reactor.on_interrupt(lambda: stopping.append(asyncio.create_task(crawler.stop_async()))):
        await crawler.crawl_async(sites)
        if stopping:
            await stopping[0]
    spider: Any = crawler.spider
    return spider.found, bool(stopping)


def _settings(home: Home, more: dict[str, Any]) -> Settings:
    settings = project_settings()
    settings.setdict(home_settings(str(home.path)) | more, priority="cmdline")
    return settings
