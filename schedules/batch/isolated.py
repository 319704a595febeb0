"""A night in which each site is crawled by a process of its own, within a time limit.

One site's process may crash, hang or eat all memory without harm to another's. A night that was
cut off goes on: sites whose runs are whole are not crawled again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

from crawlers.spider import SiteSpider
from schedules.batch import isolated_worker
from schedules.batch.fork_server import Forking, Target
from schedules.batch.nightly import (
    NOT_STARTED,
    Night,
    Options,
    Progress,
    SiteEnd,
    conclude,
)
from storage.home import Home
from storage.messages.reasons_batch import BatchReason, exception_reason
from storage.reasons import Reason
from storage.runs.batches import begin_night, cut_off_night, sites_done

Crawl = Callable[[type[SiteSpider], Options, asyncio.Event], Awaitable[SiteEnd]]
READY = "schedules.batch.preload"
BUSY_ROUNDS = 3  # how often a site that another process crawls is tried again at the night's end
BUSY_WAIT = timedelta(minutes=5)  # before each of them
PAST_LIMIT = timedelta(minutes=5)  # a process that does not end itself by then is ended


def in_own_process(
    home: Home, target: Target = isolated_worker.crawl_here, ready: str = READY
) -> Crawl:
    """The crawl of a site by `target`, forked from a server that imported `ready`."""
    minutes = home.settings.site_minutes
    forking = Forking([ready])

    async def crawl(site: type[SiteSpider], options: Options, stop: asyncio.Event) -> SiteEnd:
        stated = [str(home.path), site.name, str(minutes), json.dumps(asdict(options))]
        limit = timedelta(minutes=minutes) + PAST_LIMIT
        ended = await forking.run(target, stated, limit, stop)
        if ended.code == 0:
            return SiteEnd.from_json(ended.out)
        if ended.why == "time limit":
            code = BatchReason.PROCESS_TIME_LIMIT
            return SiteEnd(Reason(code, minutes=minutes, reason=ended.reason))
        return SiteEnd(Reason(BatchReason.PROCESS_FAILED, reason=ended.reason))

    return crawl


async def run_apart(
    home: Home,
    sites: list[type[SiteSpider]],
    options: Options,
    crawl: Crawl,
    stop: asyncio.Event,
    *,
    progress: Progress = lambda site, what: None,
    goes_on: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    busy_wait: timedelta = BUSY_WAIT,
) -> Night:
    """Crawls the sites, some at once, each by `crawl`, and publishes once all are done.

    goes_on: a night that was cut off is gone on with, and so may this one be. Only one process
    may run such nights (Home.work_lock).
    """
    with closing(home.database()) as db:
        left = cut_off_night(db, now()) if goes_on else None
        night = Night(name=left or now().isoformat())
        begin_night(db, night.name, now(), goes_on=goes_on)
        done = sites_done(db, night.name)
    options = replace(options, night=night.name)
    chosen = night.choose(sites, options, progress)
    crawling = _Crawling(home, night, crawl, options, stop, progress)
    busy = await crawling.all([site for site in chosen if site.name not in done])
    for _ in range(BUSY_ROUNDS):
        if busy and not await _stopped_within(stop, busy_wait):
            busy = await crawling.all(busy)
    night.stopped = stop.is_set()
    conclude(home, night, chosen, None if night.stopped and goes_on else now())
    return night


async def _stopped_within(stop: asyncio.Event, wait: timedelta) -> bool:
    try:
        await asyncio.wait_for(stop.wait(), wait.total_seconds())
    except TimeoutError:
        return False
    return True


class _Crawling:
    """Crawls sites by twos, threes or more, and notes what went wrong."""

    def __init__(
        self,
        home: Home,
        night: Night,
        crawl: Crawl,
        options: Options,
        stop: asyncio.Event,
        progress: Progress,
    ) -> None:
        self.night = night
        self.crawl = crawl
        self.options = options
        self.stop = stop
        self.progress = progress
        self.at_once = asyncio.Semaphore(max(1, home.settings.sites_at_once))

    async def all(self, sites: list[type[SiteSpider]]) -> list[type[SiteSpider]]:
        """Returns those that another process crawls."""
        ends = await asyncio.gather(*(self._one(site) for site in sites))
        return [site for site, end in zip(sites, ends, strict=True) if end.busy]

    async def _one(self, site: type[SiteSpider]) -> SiteEnd:
        async with self.at_once:
            end = SiteEnd(NOT_STARTED)
            if not self.stop.is_set():
                self.progress(site.name, "started")
                end = await self._crawl(site)
                self.progress(site.name, end.text)
        if end.error is None:
            self.night.errors.pop(site.name, None)
        else:
            self.night.errors[site.name] = end.error
        return end

    async def _crawl(self, site: type[SiteSpider]) -> SiteEnd:
        try:
            return await self.crawl(site, self.options, self.stop)
        except Exception as error:  # no process, no memory: this site's trouble, not another's
            return SiteEnd(exception_reason(error))
