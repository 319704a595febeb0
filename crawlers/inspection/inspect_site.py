"""Inspection of a site: its newest listings and five articles, field by field.

Used by `tinwatch verify-site` and by the smoke check of a site's first run. Nothing is fetched or
stored here; the pages come from crawlers/inspection/pages.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from crawlers.crawl.feeds import feed_links
from crawlers.crawl.robots_rules import RobotsRules
from crawlers.crawl.sitemaps import newest_sitemaps
from crawlers.extraction.html import UnreadablePage, links_of
from crawlers.inspection.explain import FIELDS, Explanation, explain
from crawlers.inspection.pages import Pages, StoredPage
from crawlers.inspection.platform_similarity import platform_like
from crawlers.spider import SiteSpider
from pipelines.boilerplate.detector import Boilerplate
from storage.messages.reasons_crawl import CrawlReason, http_status
from storage.messages.reasons_inspection import RobotsState
from storage.messages.reasons_pages import PageReason
from storage.reasons import Reason

MAX_ARTICLES = 5
MAX_SAMPLE_LINKS = 3  # of a listing without article links


@dataclass(frozen=True, slots=True)
class ListingInspection:
    """One listing or feed.

    Attributes:
        available: there is a stored page or a stored failure of it
        links: number of article links
        other_links: samples of its links if none is an article link
        problem: why it could not be read
        sitemaps: the sitemaps it lists, if it is a sitemap index
    """

    url: str
    available: bool
    links: int = 0
    other_links: tuple[str, ...] = ()
    problem: Reason | None = None
    sitemaps: tuple[str, ...] = ()


@dataclass(slots=True)
class SiteInspection:
    """The result of an inspection.

    Attributes:
        pages: explanations of the article pages
        missing: article URL -> why it has no article page
        robots: what robots.txt allows
        forbidden: URLs that robots.txt forbids
        newest: when the newest page was captured
        platform_guess: the platform that the pages look like
        article_pages: the stored pages of `pages`
    """

    site: str
    listings: list[ListingInspection] = field(default_factory=list)
    pages: list[Explanation] = field(default_factory=list)
    missing: dict[str, Reason] = field(default_factory=dict)
    robots: Reason = field(default_factory=partial(Reason, RobotsState.ROBOTS_NOT_AT_HAND))
    forbidden: list[str] = field(default_factory=list)
    newest: datetime | None = None
    platform_guess: str | None = None
    article_pages: list[StoredPage] = field(default_factory=list)

    @property
    def coverage(self) -> dict[str, int]:
        """Return field -> number of pages that have a value."""
        return {
            name: sum(
                explained.value is not None
                for page in self.pages
                for explained in page.fields
                if explained.field == name
            )
            for name in FIELDS
        }

    @property
    def pages_read(self) -> int:
        return sum(page.article is not None for page in self.pages)

    @property
    def empty(self) -> bool:
        return (
            not self.pages
            and not self.missing
            and not any(listing.available for listing in self.listings)
        )


def inspect_site(
    site: type[SiteSpider],
    pages: Pages,
    *,
    boilerplate: Boilerplate | None = None,
    compare: bool = True,
    most: int = MAX_ARTICLES,
) -> SiteInspection:
    """Inspect the available pages of a site's listings and of up to `most` newest articles.

    With `compare` the generic extractor reads the articles as well.
    """
    inspection, failed = SiteInspection(site.name), pages.problems()
    links: dict[str, str] = {}
    urls, feeds = site.listing_urls(), set(site.feed_urls())
    for url in urls:  # grows while iterating: a sitemap index adds its sitemaps
        stored_page = pages.find(url)
        listing = _listing(site, url, stored_page, failed.get(url), links, is_feed=url in feeds)
        inspection.listings.append(listing)
        urls += [s for s in listing.sitemaps if s not in urls and pages.find(s) is not None]
        feeds.update(listing.sitemaps)
        _note_date(inspection, stored_page)
    newest = dict.fromkeys([*links.values(), *pages.articles()])
    for url in newest:
        if len(inspection.pages) == most:
            break
        stored_page = pages.find(url)
        if stored_page is None and url in failed:
            inspection.missing[url] = failed[url]
        _article(site, inspection, stored_page, boilerplate, compare)
    _check_robots(site, inspection, pages, list(newest)[:most])
    inspection.platform_guess = platform_like(site, inspection.article_pages)
    return inspection


def platform_name(site: type[SiteSpider]) -> str:
    """Return the platform of a site's module, or "its own rules"."""
    return "its own rules" if SiteSpider in site.__bases__ else site.facts().platform


def _listing(
    site: type[SiteSpider],
    url: str,
    stored_page: StoredPage | None,
    failure: Reason | None,
    links: dict[str, str],
    *,
    is_feed: bool,
) -> ListingInspection:
    if stored_page is None:
        return ListingInspection(url, available=failure is not None, problem=failure)
    if stored_page.status != 200:
        return ListingInspection(url, available=True, problem=http_status(stored_page.status))
    try:
        found = feed_links(stored_page.body, stored_page.url) if is_feed else _links(stored_page)
    except UnreadablePage as error:
        return ListingInspection(url, available=True, problem=error.reason)
    if found is None:
        return ListingInspection(url, available=True, problem=Reason(CrawlReason.NOT_A_FEED))
    keys = {key: link for link in found if (key := site.key_of(link)) is not None}
    for key, link in keys.items():
        links.setdefault(key, site.canonical(link))
    other_links = _sample_links(site, found) if not keys else ()
    sitemaps = (
        tuple(newest_sitemaps(site, stored_page.body, stored_page.url))
        if is_feed and not found
        else ()
    )
    return ListingInspection(
        url, available=True, links=len(keys), other_links=other_links, sitemaps=sitemaps
    )


def _links(stored_page: StoredPage) -> list[str]:
    return links_of(stored_page.body, stored_page.url, stored_page.content_type)


def _sample_links(site: type[SiteSpider], links: list[str]) -> tuple[str, ...]:
    """Return the longest links to the site, which look most like articles."""
    own = [u for u in links if (urlsplit(u).hostname or "") in site.bare_hosts]
    return tuple(sorted(dict.fromkeys(own), key=len, reverse=True)[:MAX_SAMPLE_LINKS])


def _article(
    site: type[SiteSpider],
    inspection: SiteInspection,
    stored_page: StoredPage | None,
    boilerplate: Boilerplate | None,
    compare: bool,
) -> None:
    if stored_page is None or stored_page.is_text:
        return
    _note_date(inspection, stored_page)
    if stored_page.status != 200:
        inspection.missing[stored_page.url] = http_status(stored_page.status)
        return
    if site.key_of(stored_page.url) is None:
        inspection.missing[stored_page.url] = Reason(PageReason.REDIRECT_NOT_ARTICLE)
        return
    explanation = explain(stored_page, site, boilerplate, compare=compare)
    if explanation.rejection is not None:
        inspection.missing[stored_page.url] = explanation.rejection
        return
    inspection.pages.append(explanation)
    inspection.article_pages.append(stored_page)


def _note_date(inspection: SiteInspection, stored_page: StoredPage | None) -> None:
    if stored_page is not None and (
        inspection.newest is None or stored_page.captured_at > inspection.newest
    ):
        inspection.newest = stored_page.captured_at


def _check_robots(
    site: type[SiteSpider], inspection: SiteInspection, pages: Pages, articles: list[str]
) -> None:
    """Test the listings and articles against robots.txt with the parser that a crawl uses."""
    stored_page = pages.find(f"{site.root()}/robots.txt")
    if stored_page is None:
        return
    if stored_page.status != 200:
        inspection.robots = Reason(RobotsState.ROBOTS_MISSING, status=stored_page.status)
        return
    parser = RobotsRules(stored_page.body)
    urls = [*site.listing_urls(), *articles]
    inspection.forbidden = [url for url in urls if not parser.allowed(url)]
    inspection.robots = Reason(
        RobotsState.ROBOTS_FORBIDS_SOME if inspection.forbidden else RobotsState.ROBOTS_ALLOWS_ALL
    )
