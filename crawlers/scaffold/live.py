"""Fetching the few pages that a proposal needs, as politely as a crawl.

At most eight requests: the given page, the front page or first section, and five articles, through
the same offsite filter, private-network guard, robots.txt, delay and Retry-After wait as a crawl.
Nothing is archived.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawlers.crawl.errors import failure_reason
from crawlers.middlewares.politeness import home_settings, project_settings
from crawlers.scaffold.article_links import article_links
from crawlers.scaffold.listing import LIST_OF_FEEDS, find_listings, unconfirmed_sections
from crawlers.scaffold.samples import SitePages, own_links
from crawlers.scaffold.saved_pages import NoPages, SavedPage, host_of
from storage.home import home_path
from storage.messages.reasons_input import InputReason
from storage.reasons import Reason

MAX_ARTICLES = 5
WITHOUT_ARCHIVE: dict[str, None] = {"crawlers.middlewares.warc.WarcMiddleware": None}


class FewPages(scrapy.Spider):
    """Requests a page, a listing and articles that they link to. See fetch_pages."""

    name = "add"
    requested_url: str
    all_hosts: frozenset[str]  # that the offsite filter allows

    def __init__(self, saved: list[SavedPage], problems: list[Reason], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.saved = saved
        self.problems = problems
        self.requested = {self.requested_url}
        self.articles = 0
        self.waiting = 0  # articles that have not been answered
        self.stopping = asyncio.Event()

    def stop(self, reason: Reason) -> None:
        """Stop because Retry-After is too long (crawlers/middlewares/retry_after.py)."""
        self.problems.append(reason)
        self.stopping.set()

    async def start(self) -> AsyncIterator[Any]:
        yield self._request(self.requested_url, self.first)

    def _request(self, url: str, callback: Any, errback: Any = None) -> scrapy.Request:
        self.requested.add(url)
        errback = errback or self.failed
        return scrapy.Request(url, callback=callback, errback=errback, dont_filter=True)

    def first(self, response: Response) -> Iterator[scrapy.Request]:
        if not self.keep(response):
            return
        yield from self._articles_of(self.saved)
        listing = self._listing()
        if listing and listing not in self.requested:
            yield self._request(listing, self.second)

    def second(self, response: Response) -> Iterator[scrapy.Request]:
        if self.keep(response):
            yield from self._articles_of(self.saved)
            links = own_links(self.saved, host_of(self.requested_url))
            lists = [url for url in links if LIST_OF_FEEDS.search(urlsplit(url).path)]
            yield from self._pages(lists[:1])
            if not self.waiting:
                yield from self._pages(unconfirmed_sections(self._site_pages()))

    def article(self, response: Response) -> Iterator[scrapy.Request]:
        self.keep(response)
        yield from self._after_article()

    def failed_article(self, failure: Failure) -> Iterator[scrapy.Request]:
        self.failed(failure)
        yield from self._after_article()

    def _after_article(self) -> Iterator[scrapy.Request]:
        """Request the sections in menus and breadcrumbs, when the last article is answered."""
        self.waiting -= 1
        if not self.waiting:
            yield from self._pages(unconfirmed_sections(self._site_pages()))

    def _pages(self, urls: list[str]) -> Iterator[scrapy.Request]:
        for url in urls:
            if url not in self.requested and not self.stopping.is_set():
                yield self._request(url, self.keep)

    def _articles_of(self, pages: list[SavedPage]) -> Iterator[scrapy.Request]:
        """Request the first articles that the pages link to, up to MAX_ARTICLES in all."""
        links = own_links(pages, host_of(self.requested_url))
        read = {page.url for page in pages}
        for link in article_links([*read, *links], pages):
            if self.articles >= MAX_ARTICLES or self.stopping.is_set():
                return
            if link not in self.requested | read:
                self.articles += 1
                self.waiting += 1
                yield self._request(link, self.article, self.failed_article)

    def _listing(self) -> str | None:
        """Return the URL of the first section in the menu, or of the front page without one."""
        parts = urlsplit(self.requested_url)
        root = f"{parts.scheme}://{parts.netloc}"
        listings = find_listings(self._site_pages())
        section = next(iter(listings.sections), "")
        return listings.listing_url.format(root=root, section=section) if section else f"{root}/"

    def _site_pages(self) -> SitePages:
        host = host_of(self.requested_url)
        articles = article_links(own_links(self.saved, host), self.saved)
        return SitePages(host, "", [], list(self.saved), articles)

    def keep(self, response: Response) -> bool:
        """Store a page. Return False if the response is no HTML page."""
        content_type = (response.headers.get("Content-Type") or b"text/html").decode("latin-1")
        if response.status != 200:
            self.problems.append(
                Reason(InputReason.ADDRESS_ANSWERED, url=response.url, status=response.status)
            )
            return False
        if "html" not in content_type.lower():
            self.problems.append(
                Reason(InputReason.NO_HTML_PAGE, url=response.url, content_type=content_type)
            )
            return False
        captured_at = response.meta.get("captured_at") or datetime.now(UTC).replace(microsecond=0)
        self.saved.append(SavedPage(response.url, response.body, captured_at, content_type))
        return True

    def failed(self, failure: Failure) -> None:
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        self.problems.append(
            Reason(InputReason.UNREADABLE_FILE, file=request.url, reason=failure_reason(failure))
        )


async def fetch_pages(
    url: str, home: str | None = None, overrides: dict[str, Any] | None = None
) -> list[SavedPage]:
    """Fetch the pages, the given one first, under Scrapy's reactor. Raise NoPages.

    The settings of `home` give delay and contact (crawlers/middlewares/politeness.py); `overrides`
    are further Scrapy settings.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NoPages(Reason(InputReason.NO_PAGE_ADDRESS, url=url))
    host = parts.netloc.removeprefix("www.")
    hosts = frozenset((host, f"www.{host}"))
    spider = type("FewPagesOfOne", (FewPages,), {"requested_url": url, "all_hosts": hosts})
    saved: list[SavedPage] = []
    problems: list[Reason] = []
    await AsyncCrawlerRunner(_settings(home, overrides or {})).crawl(
        spider, saved=saved, problems=problems
    )
    if not saved:
        failed = Reason(InputReason.PAGES_FAILED, problems=problems)
        raise NoPages(failed if problems else Reason(InputReason.NOT_FETCHED, url=url))
    return saved


def _settings(home: str | None, overrides: dict[str, Any]) -> Settings:
    """Return the project's settings without archive, item pipeline and publication."""
    settings = project_settings()
    middlewares = dict(settings.getdict("DOWNLOADER_MIDDLEWARES")) | WITHOUT_ARCHIVE
    stated: dict[str, Any] = {
        **(home_settings(home) if home_path(home).is_dir() else {}),
        "DOWNLOADER_MIDDLEWARES": middlewares,
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {},
        **overrides,
    }
    settings.setdict(stated, priority="cmdline")
    return settings
