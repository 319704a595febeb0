"""The crawl of one simulated site: the project's spider, recorder and publication, no network.

A World answers instead of the downloader.
"""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.statscollectors import MemoryStatsCollector
from sqlite_utils import Database
from twisted.python.failure import Failure

from crawlers.crawl.errors import RequestRefused
from crawlers.spider import SiteSpider
from mutations.world import Answer, World
from pipelines.items import Observation
from pipelines.recording.recorder import Recorder
from pipelines.site_store import SiteStore
from schedules.batch.nightly import CrawlOptions, crawl_settings
from schedules.publishing.publish import Published, publish
from storage.archive.captures import newest_captures
from storage.archive.writer import CaptureWriter
from storage.home import Home
from storage.messages.reasons_crawl import CrawlReason
from storage.reasons import Reason
from storage.runs.sites import register_site

MAX_REDIRECTS = 5


def crawl(home: Home, db: Database, world: World, at: datetime, recheck: str = "all") -> Published:
    """Crawl the site of a world and publish its run."""
    spider = _spider(home, world.site, at, recheck)
    register_site(db, spider.facts())
    store = SiteStore(home, db, spider.name)
    captures_by_url = newest_captures(db, spider.name)
    with closing(CaptureWriter(home.captures, spider.name, captures_by_url)) as captures:
        recorder = Recorder(
            db, spider.name, "crawl", captures, clock=at, batch=at.isoformat(),
            reparse=spider.reparser(store),
        )  # fmt: skip
        spider.begin(captures, store, recorder.run)
        _Downloader(spider, world, recorder, at).run()
        recorder.finish(spider.collect_stats(), listings_complete=spider.listings_complete)
    (published,) = publish(db, home, [spider.name])
    return published


def _spider(home: Home, site: type[SiteSpider], at: datetime, recheck: str) -> SiteSpider:
    spider = site(recheck=recheck)
    spider.settings = crawl_settings(home, CrawlOptions())
    crawler: Any = SimpleNamespace(stats=None, settings=spider.settings)
    crawler.stats = MemoryStatsCollector(
        SimpleNamespace(settings=spider.settings)  # type: ignore[arg-type]
    )
    spider.crawler = crawler
    spider.__dict__["now"] = lambda: at
    return spider


class _Downloader:
    def __init__(self, spider: SiteSpider, world: World, recorder: Recorder, at: datetime) -> None:
        self.spider, self.world, self.recorder, self.at = spider, world, recorder, at
        self.queue: list[tuple[int, int, Request]] = []
        self.number = count()

    def run(self) -> None:
        asyncio.run(self._start())
        while self.queue:
            self._download(heappop(self.queue)[2])

    async def _start(self) -> None:
        async for request in self.spider.start():
            self._handle(request)

    def _handle(self, found: Request | Observation) -> None:
        if isinstance(found, Request):
            heappush(self.queue, (-found.priority, next(self.number), found))
        else:
            self.recorder.record(found)

    def _download(self, request: Request) -> None:
        try:
            response = self._fetch(request)
        except Exception as error:
            failure = Failure(error)  # type: ignore[no-untyped-call]
            failure.request = request  # type: ignore[attr-defined]
            found = request.errback(failure) if request.errback else ()
        else:
            callback = request.callback
            assert callable(callback)
            found = callback(response, **request.cb_kwargs)
        for one in found or ():
            self._handle(one)

    def _fetch(self, request: Request) -> Response:
        url = request.url
        before: list[str] = []
        for _ in range(MAX_REDIRECTS):
            host = (urlsplit(url).hostname or "").removeprefix("www.")
            if host not in {h.removeprefix("www.") for h in self.spider.bare_hosts}:
                raise RequestRefused(Reason(CrawlReason.OFF_SITE, host=host))
            self._count("downloader/request_count")
            answer = self.world.answer(url)
            self._count("downloader/response_count")
            response = self._response(url, answer, before)
            if answer.location is None:
                return response
            before.append(url)
            url = urljoin(url, answer.location)
        raise RequestRefused(Reason(CrawlReason.REDIRECT_LOOP))

    def _response(self, url: str, answer: Answer, before: list[str]) -> Response:
        headers = {"Content-Type": answer.content_type} if answer.content_type else {}
        if answer.location:
            headers["Location"] = answer.location
        capture = self.spider.captures.write_response(
            url, self.at, answer.status, "OK", list(headers.items()), answer.body
        )
        meta: dict[str, Any] = {"capture": capture}
        if before:
            meta["redirect_urls"] = list(before)
        request = Request(url, meta=meta)
        return HtmlResponse(url, answer.status, headers, answer.body, request=request)

    def _count(self, name: str) -> None:
        assert self.spider.crawler.stats is not None
        self.spider.crawler.stats.inc_value(name)
