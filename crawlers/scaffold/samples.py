"""The pages of a new site: sample articles, as the generic extractor reads them, and listings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from lxml.etree import _Element

from crawlers.extraction.generic.article import extract_generic_article
from crawlers.extraction.generic.layout import LocatedLine, located_lines
from crawlers.extraction.html import UnreadablePage, links_of, parse
from crawlers.platforms.generic import ANY_URL, generic_site
from crawlers.scaffold.article_links import article_links, named_platforms
from crawlers.scaffold.saved_pages import NoPages, SavedPage, host_of
from crawlers.scaffold.url_patterns import NoPattern, parse_url, pattern_of, target_of
from crawlers.selectors import PageIndex
from crawlers.spider import SiteSpider
from pipelines.record.raw_article import RawArticle
from storage.messages.reasons_input import InputReason
from storage.reasons import Reason

MAX_SAMPLES = 6
MAX_LISTING_PAGES = 16
MAX_LINKS = 3000  # sections and front pages of these sites have less than a tenth of it


@dataclass
class Sample:
    """An article page and its generic extraction, against which proposals are measured."""

    saved: SavedPage
    generic: RawArticle
    tree: _Element

    @cached_property
    def spots(self) -> list[LocatedLine]:
        return located_lines(self.tree)

    @cached_property
    def index(self) -> PageIndex:
        """Return an index over every class and id of the page."""
        keys: set[str] = set()
        for element in self.tree.iter("*"):
            keys.update((element.get("class") or "").split())
            keys.add("#" + (element.get("id") or ""))
        return PageIndex(self.tree, frozenset(keys))


@dataclass
class SitePages:
    """The pages of one site.

    Attributes:
        article_url: the pattern that matches the articles
        samples: articles that could be read
        listing_pages: the other pages
        problems: pages that could not be read, and why
    """

    host: str
    article_url: str
    samples: list[Sample]
    listing_pages: list[SavedPage]
    article_links: list[str] = field(default_factory=list)
    other_links: list[str] = field(default_factory=list)
    problems: list[Reason] = field(default_factory=list)


def split_pages(pages: Iterable[SavedPage]) -> SitePages:
    """Split pages into articles and listings by their URLs.

    Raise NoPages if no page is an article that can be read, and NoPattern.
    """
    pages = list(pages)
    host = host_of(pages[0].url) if pages else ""
    links = own_links(pages, host)
    urls = [*(page.url for page in pages), *links]
    own = article_links(urls, pages)
    if not own:
        raise NoPages(Reason(InputReason.NO_ARTICLE_SHAPE, host=host))
    articles = set(own)
    others = [link for link in links if link not in articles]
    pattern = _pattern(own, others, pages)
    site_pages = SitePages(host, pattern, [], [], own, others)
    _extract(pages, articles, site_pages)
    if not site_pages.samples:
        problems = site_pages.problems[:3] or [Reason(InputReason.GIVE_AN_ADDRESS)]
        raise NoPages(
            Reason(InputReason.NO_READABLE_ARTICLE, number=len(pages), host=host, problems=problems)
        )
    return site_pages


def own_links(pages: Iterable[SavedPage], host: str) -> list[str]:
    """Return the links to pages of a host, each once, without fragments."""
    own: dict[str, None] = {}
    for page in pages:
        try:
            links = links_of(page.html, page.url, page.content_type)
        except UnreadablePage:
            continue
        own.update((link.split("#")[0], None) for link in links if host_of(link) == host)
    return list(own)[:MAX_LINKS]


def _pattern(own: list[str], others: list[str], pages: list[SavedPage]) -> str:
    """Return the pattern of articles; links of another shape with a headline may be ignored."""
    without_headline = [link for link in others if not any(a.has_headline for a in parse_url(link))]
    page_urls = [page.url for page in pages if page.url not in set(own)]
    last: NoPattern | None = None
    for rest in (others, [*without_headline, *page_urls], page_urls):
        try:
            return pattern_of(own, rest)
        except NoPattern as error:
            last = error
    for platform in named_platforms(pages):
        if all(re.search(platform.article_url, target_of(url)) for url in own):
            return platform.article_url
    assert last is not None
    raise last


def _extract(pages: list[SavedPage], own: set[str], site_pages: SitePages) -> None:
    site = generic_site(site_pages.host, ANY_URL)
    for page in pages:
        if page.url not in own:
            if len(site_pages.listing_pages) < MAX_LISTING_PAGES:
                site_pages.listing_pages.append(page)
        elif len(site_pages.samples) < MAX_SAMPLES:
            try:
                site_pages.samples.append(read_sample(page, site))
            except UnreadablePage as error:
                site_pages.problems.append(
                    Reason(InputReason.UNREADABLE_FILE, file=page.url, reason=error.reason)
                )


def read_sample(page: SavedPage, site: type[SiteSpider]) -> Sample:
    """Return an article page, read by the generic extractor. Raise UnreadablePage."""
    tree, _ = parse(page.html, page.content_type)
    generic = extract_generic_article(
        page.html, page.url, site, page.captured_at, page.content_type
    )
    return Sample(page, generic, tree)
