"""A look at a site as it is: its newest listings and five articles, field by field.

Used by tinwatch verify-site, and quietly on the first night of a site. Nothing is fetched or
stored here; the pages are at hand (crawlers/inspection/pages.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from scrapy.robotstxt import ProtegoRobotParser

from crawlers.crawl.feeds import feed_links
from crawlers.crawl.sitemaps import newest_sitemaps
from crawlers.extraction.html import UnreadablePage, links_of
from crawlers.inspection.explain import FIELDS, Explanation, explain
from crawlers.inspection.pages import Pages, StoredPage
from crawlers.inspection.platform_similarity import platform_like
from crawlers.settings import ROBOTSTXT_USER_AGENT
from crawlers.spider import SiteSpider
from pipelines.boilerplate.detector import Boilerplate
from storage.messages.reasons_crawl import CrawlReason, http_status
from storage.messages.reasons_inspection import RobotsState
from storage.messages.reasons_pages import PageReason
from storage.reasons import Reason

ARTICLES = 5
SAMPLE_LINKS = 3


@dataclass(frozen=True, slots=True)
class ListingInspection:
    """One listing or feed. `links` counts links to articles; `others` are samples of the rest;
    `sitemaps` are those that it names, if it is a sitemap index."""

    url: str
    at_hand: bool
    links: int = 0
    others: tuple[str, ...] = ()
    trouble: Reason | None = None
    sitemaps: tuple[str, ...] = ()


@dataclass(slots=True)
class Look:
    """All that was seen of a site. `coverage` counts the pages that have a field."""

    site: str
    listings: list[ListingInspection] = field(default_factory=list)
    pages: list[Explanation] = field(default_factory=list)
    gone: dict[str, Reason] = field(default_factory=dict)  # article URL -> why it is no page
    robots: Reason = field(default_factory=partial(Reason, RobotsState.ROBOTS_NOT_AT_HAND))
    forbidden: list[str] = field(default_factory=list)  # addresses that robots.txt forbids
    newest: datetime | None = None  # when the newest of the pages was captured
    guess: str | None = None  # the platform that the pages look like
    kept: list[StoredPage] = field(default_factory=list)  # the article pages themselves

    @property
    def coverage(self) -> dict[str, int]:
        return {
            name: sum(story.value is not None for p in self.pages for story in p.fields
                      if story.field == name)
            for name in FIELDS
        }  # fmt: skip

    @property
    def read(self) -> int:
        """How many of the pages could be read at all."""
        return sum(page.article is not None for page in self.pages)

    @property
    def empty(self) -> bool:
        return not self.pages and not self.gone and not any(x.at_hand for x in self.listings)


def look_at(
    site: type[SiteSpider],
    pages: Pages,
    *,
    template: Boilerplate | None = None,
    compare: bool = True,
) -> Look:
    """Reads what is at hand of a site's listings and of its newest articles.

    Without `compare` the generic reader is not asked beside the site's rules.
    """
    look, failed = Look(site.name), pages.problems()
    links: dict[str, str] = {}
    urls, feeds = site.listing_urls(), set(site.feed_urls())
    for url in urls:  # a sitemap index adds to them
        kept = pages.find(url)
        listing = _listing(site, url, kept, failed.get(url), links, is_feed=url in feeds)
        look.listings.append(listing)
        urls += [named for named in listing.sitemaps if named not in urls]
        feeds.update(listing.sitemaps)
        _date(look, kept)
    newest = dict.fromkeys([*links.values(), *pages.articles(site)])
    for url in newest:
        if len(look.pages) == ARTICLES:
            break
        kept = pages.find(url)
        if kept is None and url in failed:
            look.gone[url] = failed[url]
        _article(site, look, kept, template, compare)
    _ask_robots(site, look, pages, list(newest)[:ARTICLES])
    look.guess = platform_like(site, look.kept)
    return look


def built_on(site: type[SiteSpider]) -> str:
    """The platform of a site's module, in words where it has none."""
    return "its own rules" if SiteSpider in site.__bases__ else site.facts().platform


def _listing(
    site: type[SiteSpider],
    url: str,
    kept: StoredPage | None,
    problem: Reason | None,
    links: dict[str, str],
    *,
    is_feed: bool,
) -> ListingInspection:
    if kept is None:
        return ListingInspection(url, at_hand=problem is not None, trouble=problem)
    if kept.status != 200:
        return ListingInspection(url, at_hand=True, trouble=http_status(kept.status))
    try:
        found = feed_links(kept.body, kept.url) if is_feed else _links(kept)
    except UnreadablePage as error:
        return ListingInspection(url, at_hand=True, trouble=error.reason)
    if found is None:
        return ListingInspection(url, at_hand=True, trouble=Reason(CrawlReason.NOT_A_FEED))
    keys = {key: link for link in found if (key := site.key_of(link)) is not None}
    for key, link in keys.items():
        links.setdefault(key, site.canonical(link))
    others = _unlike(site, found) if not keys else ()
    named = tuple(newest_sitemaps(site, kept.body)) if is_feed and not found else ()
    return ListingInspection(url, at_hand=True, links=len(keys), others=others, sitemaps=named)


def _links(kept: StoredPage) -> list[str]:
    return links_of(kept.body, kept.url, kept.content_type)


def _unlike(site: type[SiteSpider], links: list[str]) -> tuple[str, ...]:
    """Links of the site that are no article to its article_url; the longest look most like one."""
    own = [u for u in links if (urlsplit(u).hostname or "") in site.bare_hosts]
    return tuple(sorted(dict.fromkeys(own), key=len, reverse=True)[:SAMPLE_LINKS])


def _article(
    site: type[SiteSpider],
    look: Look,
    kept: StoredPage | None,
    template: Boilerplate | None,
    compare: bool,
) -> None:
    if kept is None or kept.is_text:
        return
    _date(look, kept)
    if kept.status != 200:
        look.gone[kept.url] = http_status(kept.status)
        return
    if site.key_of(kept.url) is None:
        look.gone[kept.url] = Reason(PageReason.REDIRECT_NOT_ARTICLE)
        return
    found = explain(kept, site, template, compare=compare)
    if found.sign is not None:
        look.gone[kept.url] = found.sign
        return
    look.pages.append(found)
    look.kept.append(kept)


def _date(look: Look, kept: StoredPage | None) -> None:
    if kept is not None and (look.newest is None or kept.captured_at > look.newest):
        look.newest = kept.captured_at


def _ask_robots(site: type[SiteSpider], look: Look, pages: Pages, articles: list[str]) -> None:
    """What robots.txt says of these addresses, by the parser that a crawl obeys."""
    kept = pages.find(f"{site.root()}/robots.txt")
    if kept is None:
        return
    if kept.status != 200:
        look.robots = Reason(RobotsState.ROBOTS_MISSING, status=kept.status)
        return
    parser = ProtegoRobotParser(kept.body, None)
    asked = [*site.listing_urls(), *articles]
    look.forbidden = [url for url in asked if not parser.allowed(url, ROBOTSTXT_USER_AGENT)]
    forbids = bool(look.forbidden)
    look.robots = Reason(
        RobotsState.ROBOTS_FORBIDS_SOME if forbids else RobotsState.ROBOTS_ALLOWS_ALL
    )
