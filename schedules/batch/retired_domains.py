"""The weekly check of retired domains: request each one and store where it redirects."""

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
from storage.checks.retired_domains import DomainAnswer, DomainCheck, newest_checks, save_answers
from storage.home import Home, HomeError
from storage.messages.reasons_domains import DomainPage
from storage.reasons import Reason

MIN_DEAD_FOR_OFFLINE = 3  # if at least so many domains are all unreachable, this machine is offline


class Offline(HomeError):
    """No domain can be reached, so the results say nothing about the domains."""


def check_domains(
    home: Home, sites: Sequence[type[SiteConfig]], **settings: Any
) -> list[DomainCheck]:
    """Request the retired domains of these sites; return the stored check of each domain.

    settings: Scrapy settings that override those of the project and the home. Raises Offline if
    no domain can be reached, and KeyboardInterrupt if the check was stopped (answers received
    until then are stored). Call it once per process.
    """
    answers, stopped = reactor.run(
        partial(_request_all, _settings(home, settings), sites), home.settings.allow_private_hosts
    )
    dead = [answer for answer in answers if answer.state == "dead"]
    if len(dead) >= MIN_DEAD_FOR_OFFLINE and len(dead) == len(answers):
        raise Offline(
            Reason(DomainPage.DOMAINS_UNREACHABLE, domains=len(dead), reason=dead[0].detail)
        )
    with closing(home.database()) as db:
        save_answers(db, answers, datetime.now(UTC))
        if stopped:
            raise KeyboardInterrupt
        checks = newest_checks(db)
    answered = {(answer.site, answer.domain) for answer in answers}
    return [check for check in checks if (check.site, check.domain) in answered]


async def _request_all(
    settings: Settings, sites: Sequence[type[SiteConfig]]
) -> tuple[list[DomainAnswer], bool]:
    """Return the answers, and whether the check was stopped before it was complete."""
    crawler = AsyncCrawlerRunner(settings).create_crawler(RetiredDomains)
    stopping: list[asyncio.Task[None]] = []
    with reactor.on_interrupt(lambda: stopping.append(asyncio.create_task(crawler.stop_async()))):
        await crawler.crawl_async(sites)
        if stopping:
            await stopping[0]
    spider: Any = crawler.spider
    return spider.answers, bool(stopping)


def _settings(home: Home, overrides: dict[str, Any]) -> Settings:
    settings = project_settings()
    settings.setdict(home_settings(str(home.path)) | overrides, priority="cmdline")
    return settings
