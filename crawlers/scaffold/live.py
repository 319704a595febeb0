"""Fetching the few pages that a proposal needs, with the manners of every other crawl.

The page that was asked for, the home page or the first section, and five articles: eight requests
at most, through the same fence, robots.txt, delay and patience as a night's. Nothing is archived.
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
from crawlers.scaffold.listing import find_listings
from crawlers.scaffold.samples import Material, own_links
from crawlers.scaffold.saved_pages import NoPages, Saved, host_of
from crawlers.scaffold.url_patterns import article_shape, articles_among
from storage.home import home_path
from storage.messages import describe
from storage.reasons import Reason

ARTICLES = 5
NOT_OURS = {"crawlers.middlewares.warc.ArchiveMiddleware": None}


class FewPages(scrapy.Spider):
    """Asks for a page and for what it shows to be worth asking for. See fetch_pages."""

    name = "add"
    asked: str
    all_hosts: frozenset[str]  # what the fence lets through

    def __init__(self, saved: list[Saved], problems: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.saved = saved
        self.problems = problems
        self.seen = {self.asked}
        self.articles = 0
        self.ending = asyncio.Event()

    def end_early(self, reason: Reason) -> None:
        """A host that asks for much patience is left alone
        (crawlers/middlewares/retry_after.py)."""
        self.problems.append(describe(reason))
        self.ending.set()

    async def start(self) -> AsyncIterator[Any]:
        yield self._request(self.asked, self.first)

    def _request(self, url: str, callback: Any) -> scrapy.Request:
        self.seen.add(url)
        return scrapy.Request(url, callback=callback, errback=self.failed, dont_filter=True)

    def first(self, response: Response) -> Iterator[scrapy.Request]:
        if not self.keep(response):
            return
        yield from self._articles_of(self.saved)
        listing = self._listing()
        if listing and listing not in self.seen:
            yield self._request(listing, self.second)

    def second(self, response: Response) -> Iterator[scrapy.Request]:
        if self.keep(response):
            yield from self._articles_of(self.saved)

    def _articles_of(self, pages: list[Saved]) -> Iterator[scrapy.Request]:
        """The newest articles that the pages link to, as many as are still wanted."""
        links = own_links(pages, host_of(self.asked))
        shape = article_shape([page.url for page in pages] + links)
        for link in articles_among(links, shape) if shape else []:
            if self.articles >= ARTICLES or self.ending.is_set():
                return
            if link not in self.seen:
                self.articles += 1
                yield self._request(link, self.keep)

    def _listing(self) -> str | None:
        """The first section of the menu; the home page where there is none."""
        host, parts = host_of(self.asked), urlsplit(self.asked)
        root = f"{parts.scheme}://{parts.netloc}"
        links = own_links(self.saved, host)
        shape = article_shape(links)
        articles = articles_among(links, shape) if shape else []
        found = find_listings(Material(host, "", [], list(self.saved), articles))
        section = next(iter(found.sections), "")
        return found.listing_url.format(root=root, section=section) if section else f"{root}/"

    def keep(self, response: Response) -> bool:
        """Takes a page in; False where it is none."""
        kind = (response.headers.get("Content-Type") or b"text/html").decode("latin-1")
        if response.status != 200:
            self.problems.append(f"{response.url} answered {response.status}")
            return False
        if "html" not in kind.lower():
            self.problems.append(f"{response.url} is no page but {kind}")
            return False
        taken = response.meta.get("captured_at") or datetime.now(UTC).replace(microsecond=0)
        self.saved.append(Saved(response.url, response.body, taken, kind))
        return True

    def failed(self, failure: Failure) -> None:
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        self.problems.append(f"{request.url}: {describe(failure_reason(failure))}")


async def fetch_pages(
    url: str, home: str | None = None, more: dict[str, Any] | None = None
) -> list[Saved]:
    """The pages, the asked one first; run it under Scrapy's reactor. Raises NoPages.

    `home` says the delay and the contact (crawlers/middlewares/politeness.py); `more` are
    further settings.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NoPages(f"{url!r} is no address of a page: it begins with https://")
    host = parts.netloc.removeprefix("www.")
    hosts = frozenset((host, f"www.{host}"))
    spider = type("FewPagesOfOne", (FewPages,), {"asked": url, "all_hosts": hosts})
    saved: list[Saved] = []
    problems: list[str] = []
    await AsyncCrawlerRunner(_settings(home, more or {})).crawl(
        spider, saved=saved, problems=problems
    )
    if not saved:
        raise NoPages("; ".join(problems) or f"{url} could not be fetched")
    return saved


def _settings(home: str | None, more: dict[str, Any]) -> Settings:
    """The project's settings without what stores and publishes: nothing is crawled into a home."""
    settings = project_settings()
    middlewares = dict(settings.getdict("DOWNLOADER_MIDDLEWARES")) | NOT_OURS
    stated: dict[str, Any] = {
        **(home_settings(home) if home_path(home).is_dir() else {}),
        "DOWNLOADER_MIDDLEWARES": middlewares,
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {},
        **more,
    }
    settings.setdict(stated, priority="cmdline")
    return settings
