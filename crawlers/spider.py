"""The one spider: it finds, fetches and rechecks the articles of any site, live or in replay.

What differs between sites is declared (crawlers/site_config.py); here is the only fetching logic.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import scrapy
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object
from twisted.python.failure import Failure

from crawlers.crawl.errors import observe_failure, requested_url, seen_at
from crawlers.crawl.feeds import feed_links
from crawlers.crawl.listings import ListingComparison
from crawlers.crawl.rechecks import (
    RECHECK_MODES,
    canonical_duplicate,
    chosen,
    follow_duplicate,
    remembered,
)
from crawlers.crawl.replay import open_replay, use_replay
from crawlers.crawl.responses import (
    ArticleRequest,
    block_reason,
    content_type,
    is_ill,
    listing_block_reason,
    observe,
)
from crawlers.crawl.scrapy_stats import crawl_stats
from crawlers.crawl.sitemaps import Sitemaps
from crawlers.crawl.state import CrawlState
from crawlers.crawl.store import CrawlStore
from crawlers.extraction.html import UnreadablePage, links_of
from crawlers.middlewares.politeness import home_settings
from crawlers.site_config import SiteConfig
from pipelines.items import FetchFailed, Observation, PageFetched
from storage.archive.writer import CaptureWriter
from storage.articles.repository import Revision, StoredArticle
from storage.messages.reasons_crawl import CrawlReason, http_status
from storage.models import Article
from storage.reasons import Reason
from storage.run_stats import FINISHED, RunStats
from storage.runs.repository import SiteFacts

LISTING_FIRST, ARTICLE_NEXT, RECHECK_LAST = 20, 10, 0


class SiteSpider(SiteConfig, scrapy.Spider):
    """Arguments (scrapy crawl SITE -a NAME=VALUE): recheck = due, all or none; limit = articles."""

    name: str
    captures: CaptureWriter  # set when the store opens
    memory: CrawlState

    def __init__(self, recheck: str = "due", limit: str | int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if recheck not in RECHECK_MODES:
            raise ValueError(f"recheck must be one of {', '.join(RECHECK_MODES)}, is {recheck!r}")
        self.recheck = recheck
        self.limit = int(limit) if limit is not None else None
        self.asked: set[str] = set()  # keys that were asked for in this run
        self.sitemaps = Sitemaps(type(self))
        self.listings_read = 0
        self.links_found = 0
        self.articles_asked = 0
        self.listings_complete = True
        self.rechecked: set[int] = set()  # articles
        self.rechecks_asked = 0
        self.ended: Reason | None = None  # why the crawl ended early
        self.broken: Reason | None = None  # why what was read could not be stored
        self.ending = asyncio.Event()  # set when the crawl is ended early: nobody waits on
        self._closing: asyncio.Future[None] | None = None
        self.run = 0

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        settings.setdict(home_settings(settings["TINWATCH_HOME"]), priority="spider")
        if settings.getlist("REPLAY_FILES"):
            use_replay(settings)

    @classmethod
    def facts(cls) -> SiteFacts:
        platform = next(base.__name__ for base in cls.__mro__[1:])
        return SiteFacts(
            cls.name, cls.title, cls.province, cls.kind, platform, cls.status, cls.extractor_version
        )

    def now(self) -> datetime:
        return self.replay_time() or datetime.now(UTC)

    def replay_time(self) -> datetime | None:
        """The time that a replay's observations carry; None for a live crawl."""
        files = self.settings.getlist("REPLAY_FILES")
        if not files:
            return None
        return open_replay(tuple(files), self.settings.get("REPLAY_AS_OF")).clock

    def begin(self, captures: CaptureWriter, store: CrawlStore, run: int) -> None:
        """The store is open: what follows may be recorded."""
        self.captures = captures
        self.memory = remembered(store, self.settings, self.replay_time())
        self.listings = ListingComparison(self.memory.listings)
        self.run = run

    def rereader(self, store: CrawlStore) -> Callable[[Revision], Article | None]:
        from crawlers.crawl.from_capture import reparse_record  # what reads pages is slow to import

        return partial(reparse_record, store, type(self))

    def end_early(self, reason: Reason) -> None:
        """Closes the crawl in good order before its natural end; its listings are not swept."""
        self.ended = reason
        self.listings_complete = False
        self.ending.set()
        engine = self.crawler.engine
        if engine is not None and self._closing is None:
            self._closing = asyncio.ensure_future(engine.close_spider_async(reason=reason.code))

    def break_off(self, reason: Reason) -> None:
        """Ends a crawl that did not store all that it read; its run does not count as finished."""
        if self.broken is None:
            self.broken = reason
            self.end_early(reason)

    def own_stats(self) -> RunStats:
        """Counts for the run's record, with what Scrapy counted on the way."""
        return replace(
            crawl_stats(self.crawler),
            listings=self.listings_read,
            links=self.links_found,
            rechecked=self.rechecks_asked,
            ended=self.ended or FINISHED,
            deep=int(self.settings.getbool("TINWATCH_FULL")),
        )

    def listings_to_store(self) -> dict[str, list[str]]:
        """None of an interrupted run: the next one still has to find what vanished."""
        return self.listings.shown if self.ended is None else {}

    async def start(self) -> AsyncIterator[Any]:
        for section in self.sections if self.listing_url else []:
            yield self._listing(section, 1)
        for feed in self.sitemaps.feeds:
            yield self._feed(feed)
        for url in self.memory.wanted:
            for request in self._new_article(self.key_of(url), url):
                yield request
        planner = load_object(self.settings["RECHECK_PLANNER"])
        for known in chosen(self.recheck, self.memory, planner, self.now()):
            for request in self._recheck(known):
                yield request

    def _listing(self, section: str, page: int) -> scrapy.Request:
        state = {"section": section, "page": page}
        url = self._listing_url(section, page)
        return self._request(url, self.parse_listing, LISTING_FIRST, state)

    def _listing_url(self, section: str, page: int) -> str:
        form = (self.listing_url if page == 1 else self.next_listing) or ""
        return form.format(root=self.root(), section=section, page=page)

    def _feed(self, url: str) -> scrapy.Request:
        return self._request(url, self.parse_feed, LISTING_FIRST, {"feed": url})

    def _request(
        self, url: str, callback: Any, priority: int, state: dict[str, Any]
    ) -> scrapy.Request:
        return scrapy.Request(
            url,
            callback=callback,
            errback=self.fetch_failed,
            priority=priority,
            dont_filter=True,  # self.asked is our own memory, by key and not by URL
            cb_kwargs=state,
        )

    def parse_listing(
        self, response: Response, section: str, page: int
    ) -> Iterator[scrapy.Request | Observation]:
        if page > 1 and response.status == 404:
            return  # the end of the pages
        if is_ill(response):
            yield from self._listing_failed(response)
            return
        try:
            links = links_of(response.body, response.url, content_type(response))
        except UnreadablePage as error:
            yield from self._listing_failed(response, error.reason)
            return
        if not any(map(self.key_of, links)) and (block := listing_block_reason(response)):
            yield from self._listing_failed(response, block, blocked=True)
            return
        yield from self._kept(response)
        self.listings_read += 1
        keys = self._keys(links)
        asked_before = set(self.asked)
        for key, url in keys.items():
            yield from self._new_article(key, url)
        fresh = [k for k in keys if k not in self.memory.ground]
        unseen = [k for k in keys if k not in asked_before]
        self.asked.update(keys)
        if page == 1:
            yield from self._vanished(self._listing_url(section, page), keys)
        if self._full():
            self.listings_complete = False
            return
        if self.next_listing and fresh and unseen and page < self.max_listings:
            yield self._listing(section, page + 1)

    def parse_feed(self, response: Response, feed: str) -> Iterator[scrapy.Request | Observation]:
        further = self.sitemaps.listed_by(feed, response)
        if is_ill(response):
            yield from self._listing_failed(response)
            return
        yield from self._kept(response)
        links = feed_links(response.body, response.url)
        if links is None:
            block = listing_block_reason(response)
            reason = block or Reason(CrawlReason.NOT_A_FEED)
            yield from self._listing_failed(response, reason, blocked=block is not None)
            return
        self.listings_read += 1
        yield from map(self._feed, further)
        keys = self._keys(links)
        for key, url in keys.items():
            yield from self._new_article(key, url)
        yield from self._vanished(feed, keys)

    def _vanished(self, listing: str, keys: Iterable[str]) -> Iterator[scrapy.Request]:
        """Rechecks the live articles that vanished from a listing since the last run."""
        for key in self.listings.to_check(listing, keys):
            known = self.memory.known.get(key)
            if known and known.url and known.status == "live" and self.recheck != "none":
                yield from self._recheck(known)

    def _listing_failed(
        self, response: Response, reason: Reason | None = None, *, blocked: bool = False
    ) -> Iterator[Observation]:
        """No reason given: its status or its address says it."""
        if response.meta.get("not_in_replay"):
            return
        self.listings_complete = False
        if reason is None:
            block = block_reason(response)
            reason, blocked = block or http_status(response.status), block is not None
        url, now = response.url, self.now()
        yield FetchFailed(url, None, reason, now, is_stored=False, listing=True, blocked=blocked)

    def _kept(self, response: Response) -> Iterator[Observation]:
        if (capture := response.meta.get("capture")) is not None:
            yield PageFetched(capture)

    def _keys(self, links: list[str]) -> dict[str, str]:
        """Article keys among links, each with its canonical URL."""
        found: dict[str, str] = {}
        for link in links:
            key = self.key_of(link)
            if key is not None:
                found.setdefault(key, self.canonical(link))
        self.links_found += len(found)
        return found

    def _new_article(self, key: str | None, url: str) -> Iterator[scrapy.Request]:
        """Asks for an article under its canonical URL, unless it is known or was asked for."""
        if key is None or key in self.asked or key in self.memory.known:
            return
        if url in self.memory.aliases:
            return  # it leads to an article that is known under another key
        if self._full():
            self.listings_complete = False
            return
        self.asked.add(key)
        self.articles_asked += 1
        yield self._request(url, self.parse_article, ARTICLE_NEXT, {"key": key, "known": None})

    def _full(self) -> bool:
        return self.limit is not None and self.articles_asked >= self.limit

    def _recheck(self, known: StoredArticle) -> Iterator[scrapy.Request]:
        """Asks for a known article, once in a run."""
        if known.id in self.rechecked:
            return
        self.rechecked.add(known.id)
        self.rechecks_asked += 1
        state = {"key": known.key, "known": known.id}
        yield self._request(known.url or "", self.parse_article, RECHECK_LAST, state)

    def parse_article(
        self, response: Response, key: str, known: int | None, twin: bool = False
    ) -> Iterator[scrapy.Request | Observation]:
        if known is not None and response.meta.get("not_in_replay"):
            self.rechecks_asked -= not twin
            return  # files that do not hold a page say nothing of the article
        visit = ArticleRequest(
            site=type(self),
            url=requested_url(response),
            final_url=self.canonical(response.url),
            key=key,
            known=known,
            capture=response.meta.get("capture"),
            at=seen_at(response, self.replay_time()),
            template=self.memory.template,
            generic_before=known in self.memory.generic,
            record_of=self.memory.record_of,
        )
        seen = observe(response, visit)
        if twin:
            moved = follow_duplicate(seen, visit)
            yield from [moved] if moved else self._kept(response)
            return
        yield seen
        if (named := canonical_duplicate(seen, visit, self.memory)) is not None:
            self.asked.add(named[0])
            state = {"key": key, "known": known, "twin": True}
            yield self._request(self.canonical(named[1]), self.parse_article, ARTICLE_NEXT, state)

    def fetch_failed(self, failure: Failure) -> Iterator[Observation]:
        seen = observe_failure(failure, self.now())
        if isinstance(seen, FetchFailed) and seen.listing:
            self.listings_complete = False
        if seen is not None:
            yield seen
