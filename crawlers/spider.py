"""SiteSpider: finds, fetches and rechecks the articles of any site, live or in replay.

Site modules only declare attributes (crawlers/site_config.py); all fetching logic is here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property, partial
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object
from twisted.python.failure import Failure

from crawlers.crawl.addresses import ArticleAddresses
from crawlers.crawl.client_redirect import client_redirect
from crawlers.crawl.errors import observation_time, observe_failure, requested_url
from crawlers.crawl.feeds import feed_links
from crawlers.crawl.gone_sections import GoneSections
from crawlers.crawl.listings import ListingComparison
from crawlers.crawl.rechecks import (
    RECHECK_MODES,
    Absence,
    at_other_url,
    canonical_duplicate,
    follow_duplicate,
    load_state,
    may_be_elsewhere,
    select_rechecks,
)
from crawlers.crawl.replay import open_replay, use_replay
from crawlers.crawl.responses import (
    ArticleRequest,
    block_reason,
    content_type,
    is_failed_listing,
    is_gone,
    listing_sign,
    observe,
)
from crawlers.crawl.scrapy_stats import crawl_stats
from crawlers.crawl.sitemaps import Sitemaps
from crawlers.crawl.state import CrawlState
from crawlers.crawl.store import CrawlStore
from crawlers.extraction.html import UnreadablePage, links_by_text, links_of
from crawlers.middlewares.politeness import home_settings
from crawlers.site_config import SiteConfig
from pipelines.items import ArticleMissing, ArticleRead, FetchFailed, Observation, PageFetched
from pipelines.text.normal_forms import comparison
from storage.archive.writer import CaptureWriter
from storage.articles.repository import StoredArticle
from storage.articles.revisions import Revision
from storage.messages.reasons_crawl import CrawlReason, http_status
from storage.messages.reasons_pages import PageReason
from storage.models import Article, ArticleStatus
from storage.reasons import Reason
from storage.run_stats import FINISHED, Problem, RunStats
from storage.runs.sites import SiteFacts

MAX_SEARCHED_PAGES = 5  # of a section, past stored articles, for one at a new address
MIN_LISTED_TITLES, MAX_TITLES = 2, 200  # of stored articles: listed; searched for
MAX_FULL_PAGES = 10_000  # of a section in a full crawl, against pagers without an end
LISTING_PRIORITY, ARTICLE_PRIORITY, RECHECK_PRIORITY, POSTPONED_PRIORITY = 20, 10, 0, -10
LEGACY_TLS = ("DOWNLOADER_CLIENTCONTEXTFACTORY", "crawlers.crawl.legacy_tls.LegacyTlsPolicy")


class SiteSpider(SiteConfig, scrapy.Spider):
    """Crawls one site.

    Arguments (scrapy crawl SITE -a NAME=VALUE): recheck: due, all or none; limit: how many new
    articles to fetch at most.
    """

    name: str
    captures: CaptureWriter  # set by begin()
    crawl_state: CrawlState  # set by begin()
    sitemaps: Sitemaps  # set by begin()

    def __init__(self, recheck: str = "due", limit: str | int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if recheck not in RECHECK_MODES:
            raise ValueError(f"recheck must be one of {', '.join(RECHECK_MODES)}, is {recheck!r}")
        self.recheck = recheck
        self.limit = int(limit) if limit is not None else None
        self.requested: set[str] = set()  # article keys that this run requested or listed
        self.addresses = ArticleAddresses(lambda: self.crawl_state.urls())
        self.articles_read = 0
        self.listings_read = 0
        self.links_found = 0
        self.articles_requested = 0
        self.listings_complete = True  # every listing was read as far as it had news
        self.listed_keys: dict[str, set[str]] = {}  # section -> article keys on its pages
        self.cut_listings: list[Problem] = []  # that have more pages than may be read
        self.unknown_forms: list[Problem] = []  # listings whose articles have a new form of URL
        self.listed_urls: dict[str, str] = {}  # article key -> the first URL that a listing has
        self.collisions: dict[str, Problem] = {}  # article key -> two articles have it
        first_pages = (self._listing_url(section, 1) for section in self.sections)
        self.gone_sections = GoneSections(frozenset(first_pages if self.listing_url else ()))
        self.rechecked: set[int] = set()  # article ids
        self.rechecks_requested = 0
        self.has_suspects = False  # an article that earlier runs missed may have a new address
        self.stop_reason: Reason | None = None  # why the crawl stopped early
        self.storage_error: Reason | None = None  # why an observation could not be stored
        self.stopping = asyncio.Event()  # set by stop(); ends waiting for Retry-After
        self._closing: asyncio.Future[None] | None = None
        self.run = 0

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        settings.setdict(home_settings(settings["TINWATCH_HOME"]), priority="spider")
        if cls.legacy_tls:
            settings.set(*LEGACY_TLS, priority="spider")
        if settings.getlist("REPLAY_FILES"):
            use_replay(settings)

    @classmethod
    def facts(cls) -> SiteFacts:
        platform = next(base.__name__ for base in cls.__mro__[1:])
        return SiteFacts(
            cls.name, cls.title, cls.province, cls.kind, platform, cls.status, cls.extractor_version
        )

    def now(self) -> datetime:
        """Return the current time, or the clock of a replay."""
        return self.replay_time() or datetime.now(UTC)

    def replay_time(self) -> datetime | None:
        """Return the time of a replay's observations; None for a live crawl."""
        files = self.settings.getlist("REPLAY_FILES")
        if not files:
            return None
        return open_replay(tuple(files), self.settings.get("REPLAY_AS_OF")).clock

    def begin(self, captures: CaptureWriter, store: CrawlStore, run: int) -> None:
        """Load the state of the site, when the store is open and observations can be recorded."""
        self.captures = captures
        self.crawl_state = load_state(store, self.settings, self.replay_time())
        self.listings = ListingComparison(self.crawl_state.listings)
        stored = self.crawl_state.articles.values()
        self.has_suspects = any(article.status == ArticleStatus.SUSPECT for article in stored)
        self.full = self.settings.getbool("TINWATCH_FULL")
        self.max_pages = self.settings.getint("TINWATCH_MAX_PAGES") or (
            MAX_FULL_PAGES if self.full else self.max_listings
        )
        self.sitemaps = Sitemaps(type(self), full=self.full)
        self.run = run

    def reparser(self, store: CrawlStore) -> Callable[[Revision], tuple[str, Article] | None]:
        """Return a function that parses a revision's capture with the current rules."""
        from crawlers.crawl.from_capture import reparse_revision  # extractors are slow to import

        return partial(reparse_revision, store, type(self))

    def stop(self, reason: Reason) -> None:
        """Close the crawl before it has read everything; its listings count as incomplete."""
        self.stop_reason = reason
        self.listings_complete = False
        self.stopping.set()
        engine = self.crawler.engine
        if engine is not None and self._closing is None:
            self._closing = asyncio.ensure_future(engine.close_spider_async(reason=reason.code))

    def stop_unstored(self, reason: Reason) -> None:
        """Stop a crawl that could not store an observation; its run does not count as finished."""
        if self.storage_error is None:
            self.storage_error = reason
            self.stop(reason)

    def collect_stats(self) -> RunStats:
        """Return the counts of the spider and of Scrapy for the run."""
        return replace(
            crawl_stats(self.crawler),
            listings=self.listings_read,
            links=self.links_found,
            rechecked=self.rechecks_requested,
            ended=self.stop_reason or FINISHED,
            deep=int(self.full),
            cut_listings=self.cut_listings,
            collisions=[*self.collisions.values()],
            unknown_forms=self.unknown_forms,
        )

    def listings_to_store(self) -> dict[str, list[str]]:
        """Return the listings to compare the next run with; none if the run was interrupted."""
        return self.listings.current if self.stop_reason is None else {}

    async def start(self) -> AsyncIterator[Any]:
        for section in self.sections if self.listing_url else []:
            yield self._listing(section, 1)
        for feed in self.sitemaps.feeds:
            yield self._feed(feed)
        for url in self.crawl_state.retry_urls:
            for request in self._new_article(self.key_of(url), url):
                yield request
        planner = load_object(self.settings["RECHECK_PLANNER"])
        for article in select_rechecks(self.recheck, self.crawl_state, planner, self.now()):
            for request in self._recheck(article):
                yield request

    def _listing(self, section: str, page: int) -> scrapy.Request:
        url = self._listing_url(section, page)
        arguments = {"section": section, "page": page}
        return self._request(url, self.parse_listing, LISTING_PRIORITY, arguments)

    def _listing_url(self, section: str, page: int) -> str:
        template = (self.listing_url if page == 1 else self.next_listing) or ""
        offset = (page - 1) * self.listing_step
        return template.format(root=self.root(), section=section, page=page, offset=offset)

    def _feed(self, url: str) -> scrapy.Request:
        return self._request(url, self.parse_feed, LISTING_PRIORITY, {"feed": url})

    def _request(
        self, url: str, callback: Any, priority: int, arguments: dict[str, Any]
    ) -> scrapy.Request:
        return scrapy.Request(
            url,
            callback=callback,
            errback=self.fetch_failed,
            priority=priority,
            dont_filter=True,  # self.requested filters by article key instead of by URL
            cb_kwargs=arguments,
        )

    def parse_listing(
        self, response: Response, section: str, page: int
    ) -> Iterator[scrapy.Request | Observation]:
        if page > 1 and response.status == 404:
            return  # past the last page
        if is_failed_listing(response):
            if is_gone(response):
                self.gone_sections.gone[self._listing_url(section, page)] = response.status
            yield from self._listing_failed(response)
            return
        try:
            links = links_of(response.body, response.url, content_type(response))
        except UnreadablePage as error:
            yield from self._listing_failed(response, error.reason)
            return
        if not any(map(self.key_of, links)) and (sign := listing_sign(response)):
            yield from self._listing_failed(response, sign.reason(), blocked=sign.blocked)
            return
        yield from self._fetched(response)
        self.listings_read += 1
        keys = self._keys(links)
        self._note_unknown_form(response, keys)
        self.gone_sections.add_menu(link for link in links if self.key_of(link) is None)
        for key, url in keys.items():
            yield from self._new_article(key, url)
        self.requested.update(keys)
        if page == 1:
            yield from self._vanished(self._listing_url(section, page), keys)
        if self._limit_reached():
            self.listings_complete = False
            return
        if self._has_more(section, keys, page):
            yield from self._next_page(section, page + 1)

    def _note_unknown_form(self, response: Response, keys: dict[str, str]) -> None:
        """Note a listing of stored titles without a URL that `article_url` matches."""
        if keys:
            return
        by_text = links_by_text(response.body, response.url, content_type(response))
        listed = [by_text[title] for title in self._newest_titles & by_text.keys()]
        unknown = [url for url in listed if (urlsplit(url).hostname or "") in self.bare_hosts]
        if len(unknown) >= MIN_LISTED_TITLES:
            reason = Reason(PageReason.UNKNOWN_URL_FORM, url=min(unknown))
            self.unknown_forms.append(Problem(response.url, reason))

    @cached_property
    def _newest_titles(self) -> frozenset[str]:
        """The titles of the newest live articles, as links_by_text returns texts."""
        stored = reversed(self.crawl_state.articles.values())
        live = (article.id for article in stored if article.status == ArticleStatus.LIVE)
        records = map(self.crawl_state.newest_record, islice(live, MAX_TITLES))
        return frozenset(comparison(record.title) for record in records)

    def _has_more(self, section: str, keys: Iterable[str], page: int) -> bool:
        """Whether the next page of a section may list new articles, or a suspect's new address.

        An article that got another category is not at the top of its listing.
        A page without a key that the pages before it lack is past the end: pagers answer such a
        page with the first or last one, or with the links of the template only.
        """
        listed = self.listed_keys.setdefault(section, set())
        more = set(keys) - listed
        listed |= more
        if not self.next_listing or not more:
            return False
        searches = self.has_suspects and page < MAX_SEARCHED_PAGES
        return searches or not self.crawl_state.frontier.issuperset(keys)

    def _next_page(self, section: str, page: int) -> Iterator[scrapy.Request]:
        if page <= self.max_pages:
            yield self._listing(section, page)
            return
        reason = Reason(CrawlReason.LISTING_CUT, pages=self.max_pages)
        self.cut_listings.append(Problem(self._listing_url(section, page), reason))

    def parse_feed(self, response: Response, feed: str) -> Iterator[scrapy.Request | Observation]:
        sitemaps = self.sitemaps.listed_by(feed, response)
        if is_failed_listing(response):
            yield from self._listing_failed(response)
            return
        yield from self._fetched(response)
        links = feed_links(response.body, response.url)
        if links is None:
            sign = listing_sign(response)
            reason = sign.reason() if sign else Reason(CrawlReason.NOT_A_FEED)
            blocked = sign is not None and sign.blocked
            yield from self._listing_failed(response, reason, blocked=blocked)
            return
        self.listings_read += 1
        keys = self._keys(links)
        yield from map(self._feed, sitemaps or ([] if keys else self.sitemaps.instead_of(feed)))
        for key, url in keys.items():
            yield from self._new_article(key, url)
        yield from self._vanished(feed, keys)

    def _vanished(self, listing: str, keys: Iterable[str]) -> Iterator[scrapy.Request]:
        """Recheck the live articles that vanished from a listing since the last run."""
        for key in self.listings.to_check(listing, keys):
            article = self.crawl_state.articles.get(key)
            if (
                article
                and article.url
                and article.status == ArticleStatus.LIVE
                and self.recheck != "none"
            ):
                yield from self._recheck(article)

    def _listing_failed(
        self, response: Response, reason: Reason | None = None, *, blocked: bool = False
    ) -> Iterator[Observation]:
        """Report a listing that could not be read. Without `reason`, status or URL give it."""
        if response.meta.get("not_in_replay"):
            return
        self.listings_complete = False
        if reason is None:
            block = block_reason(response)
            reason, blocked = block or http_status(response.status), block is not None
        url, now = response.url, self.now()
        yield FetchFailed(url, None, reason, now, is_stored=False, is_listing=True, blocked=blocked)

    def _fetched(self, response: Response) -> Iterator[Observation]:
        if (capture := response.meta.get("capture")) is not None:
            yield PageFetched(capture)

    def _keys(self, links: list[str]) -> dict[str, str]:
        """Return the article keys among links, each with its canonical URL."""
        urls: dict[str, str] = {}
        for link in links:
            key = self.key_of(link)
            if key is not None:
                url = self.canonical(link)
                urls.setdefault(key, url)
                self._name_collision(key, url)
                self.addresses.add(key, url)
        self.links_found += len(urls)
        return urls

    def _name_collision(self, key: str, url: str) -> None:
        """List two articles with one key: listings link to both, under other names and paths.

        One article in two categories has one name, and after a change of its name one path.
        """
        other = self.listed_urls.setdefault(key, url)
        if key not in self.collisions and not _may_be_one_article(url, other):
            reason = Reason(CrawlReason.KEY_COLLISION, key=key, other=other)
            self.collisions[key] = Problem(url, reason)

    def _new_article(self, key: str | None, url: str) -> Iterator[scrapy.Request]:
        """Request an article under its canonical URL, unless it is stored or already requested."""
        if key is None or key in self.requested or key in self.crawl_state.articles:
            return
        if url in self.crawl_state.aliases:
            return  # it leads to an article that is stored under another key
        if self._limit_reached():
            self.listings_complete = False
            return
        self.requested.add(key)
        self.articles_requested += 1
        arguments = {"key": key, "article_id": None}
        yield self._request(url, self.parse_article, ARTICLE_PRIORITY, arguments)
        yield from self._of_same_name(url)

    def _of_same_name(self, url: str) -> Iterator[scrapy.Request]:
        """Recheck the live article that has the name of a new one: it may have moved there."""
        other = self.addresses.stored_with_name_of(url)
        article = self.crawl_state.articles.get(self.key_of(other) or "") if other else None
        if article and article.status == ArticleStatus.LIVE and self.recheck != "none":
            yield from self._recheck(article)

    def _limit_reached(self) -> bool:
        return self.limit is not None and self.articles_requested >= self.limit

    def _recheck(self, article: StoredArticle) -> Iterator[scrapy.Request]:
        """Request a stored article, at most once per run."""
        if article.id in self.rechecked:
            return
        self.rechecked.add(article.id)
        self.rechecks_requested += 1
        arguments = {"key": article.key, "article_id": article.id}
        yield self._request(article.url or "", self.parse_article, RECHECK_PRIORITY, arguments)

    def parse_article(
        self,
        response: Response,
        key: str,
        article_id: int | None,
        duplicate: bool = False,
        absence: Absence | None = None,
    ) -> Iterator[scrapy.Request | Observation]:
        """Yield what a response shows of an article.

        Args:
            duplicate: the response comes from the URL that the article's page names as canonical
            absence: the article is not at its stored URL, and may be at this one
        """
        if article_id is not None and response.meta.get("not_in_replay"):
            self.rechecks_requested -= not (duplicate or absence)
            if absence is not None and not self.addresses.lists(key, absence.url):
                yield from self._with_section(response, key, absence)
            return  # replay files without the page prove nothing about the article
        request = ArticleRequest(
            site=type(self),
            url=requested_url(response),
            final_url=self.canonical(response.url),
            key=key,
            article_id=article_id,
            capture=response.meta.get("capture"),
            observed_at=observation_time(response, self.replay_time()),
            boilerplate=self.crawl_state.boilerplate,
            generic_before=article_id in self.crawl_state.generic_articles,
            newest_record=self.crawl_state.newest_record,
            newest_page=self.crawl_state.newest_page,
            must_have_html_end=self.crawl_state.must_have_html_end,
        )
        observation = observe(response, request)
        if (redirect := self._client_redirect(response, observation)) is not None:
            yield from self._fetched(response)
            yield redirect
            return
        self.crawl_state.note(observation, response.body)
        if duplicate:
            moved = follow_duplicate(observation, request)
            yield from [moved] if moved else self._fetched(response)
            return
        arguments: dict[str, Any] = {"key": key, "article_id": article_id}
        self.articles_read += isinstance(observation, ArticleRead)
        if isinstance(observation, ArticleMissing):
            yield from self._control()
            yield from self._back_at_old_url(observation.article)
        if absence is not None:
            observation = at_other_url(observation, request, absence)
        elif may_be_elsewhere(observation):
            url = self.addresses.elsewhere(key, self.canonical(request.url))
            if url is not None:
                yield from self._fetched(response)
                arguments["absence"] = observation
                yield self._request(url, self.parse_article, ARTICLE_PRIORITY, arguments)
                return
        yield from self._with_section(response, key, observation)
        if (other := canonical_duplicate(observation, request, self.crawl_state)) is not None:
            other_key, url = other
            self.requested.add(other_key)
            arguments["duplicate"] = True
            yield self._request(
                self.canonical(url), self.parse_article, ARTICLE_PRIORITY, arguments
            )

    def _with_section(
        self, response: Response, key: str, observation: Observation
    ) -> Iterator[scrapy.Request | Observation]:
        """Yield an observation; of a missing article of a gone section, what that shows of it."""
        if isinstance(observation, ArticleMissing):
            section = self.gone_sections.of(observation.url)
            if section is not None:
                yield from self._in_gone_section(response, key, observation, section)
                return
        yield observation

    def _in_gone_section(
        self, response: Response, key: str, missing: ArticleMissing, section: str
    ) -> Iterator[scrapy.Request | Observation]:
        """Yield what a missing article of a gone section is, after the pages beside that are read.

        Until then its request waits; it is made once more.
        """
        yield from map(self._beside, self.gone_sections.unread(section))
        if self.gone_sections.postpones(section, missing.article):
            yield from self._fetched(response)
            arguments = {"key": key, "article_id": missing.article}
            yield self._request(missing.url, self.parse_article, POSTPONED_PRIORITY, arguments)
            return
        urls = (article.url or "" for article in self.crawl_state.articles.values())
        if self.gone_sections.is_deleted(section, urls):
            yield replace(missing, with_section=True)
            return
        yield from self._fetched(response)
        status = self.gone_sections.gone[section]
        reason = Reason(CrawlReason.SECTION_GONE, status=status, url=section)
        yield FetchFailed(missing.url, key, reason, missing.observed_at, is_stored=True)

    def _beside(self, url: str) -> scrapy.Request:
        """Request a page beside a gone section, which may be its new name."""
        return scrapy.Request(
            url,
            callback=self.parse_beside,
            errback=lambda failure: None,  # an unread page leaves it open
            priority=LISTING_PRIORITY,
            dont_filter=True,
            cb_kwargs={"url": url},
        )

    def parse_beside(self, response: Response, url: str) -> Iterator[Observation]:
        if is_gone(response):
            self.gone_sections.note(url, ())
        if response.meta.get("not_in_replay") or is_failed_listing(response):
            return
        yield from self._fetched(response)
        try:
            links = links_of(response.body, response.url, content_type(response))
        except UnreadablePage:
            return
        self.gone_sections.note(url, links)
        self._keys(links)  # articles that are at their new address there

    def _control(self) -> Iterator[scrapy.Request]:
        """Recheck the newest live article if a run misses articles and has read none yet.

        A run that reads nothing proves nothing about what it misses.
        """
        if self.articles_read or self.rechecks_requested > 1 or self.recheck == "none":
            return
        for article in reversed(self.crawl_state.articles.values()):
            is_live = article.url and article.status == ArticleStatus.LIVE
            if is_live and article.id not in self.rechecked:
                yield from self._recheck(article)
                return

    def _back_at_old_url(self, missing: int) -> Iterator[scrapy.Request]:
        """Recheck the articles that had moved to a missing one: they may be back where they were.

        Nothing else requests them, because the article at the new URL stands for them.
        """
        if self.recheck != "none":
            for article in self.crawl_state.moved_to(missing):
                yield from self._recheck(article)

    def _client_redirect(
        self, response: Response, observation: Observation
    ) -> scrapy.Request | None:
        """Return a request for the page to which a meta refresh or script leads, or None."""
        before = response.meta.get("redirect_urls", [])
        if response.status != 200 or len(before) >= self.settings.getint("REDIRECT_MAX_TIMES"):
            return None
        target = client_redirect(response.body, response.url, content_type(response), observation)
        if target is None or response.request is None:
            return None
        meta = {"redirect_urls": [*before, response.url]}
        return response.request.replace(url=target, meta=meta)

    def fetch_failed(self, failure: Failure) -> Iterator[Observation]:
        observation = observe_failure(failure, self.now())
        if isinstance(observation, FetchFailed) and observation.is_listing:
            self.listings_complete = False
        if observation is not None:
            yield observation


def _may_be_one_article(one: str, other: str) -> bool:
    """Whether two URLs of a key have the same name, or the same path before the name."""
    path, _, name = urlsplit(one).path.rpartition("/")
    other_path, _, other_name = urlsplit(other).path.rpartition("/")
    return path == other_path or name == other_name
