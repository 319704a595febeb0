"""Which of the pages are articles, and what the generic reader reads on each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from lxml.etree import _Element

from crawlers.extraction.generic.article import extract_generic_article
from crawlers.extraction.generic.layout import LocatedLine, located_lines
from crawlers.extraction.html import UnreadablePage, links_of, parse
from crawlers.platforms.generic import Generic
from crawlers.scaffold.saved_pages import NoPages, Saved, host_of
from crawlers.scaffold.url_patterns import (
    NoPattern,
    Shape,
    addresses_of,
    article_shape,
    articles_among,
    pattern_of,
)
from crawlers.selectors import PageIndex
from crawlers.site_config import SiteConfig
from pipelines.record.raw_article import RawArticle

MOST_ARTICLES = 6
MOST_LISTINGS = 4
MOST_LINKS = 3000  # no section or home page of these sites has a tenth of it
ANY_ADDRESS = r"^(?P<key>/.+)"


@dataclass
class Sample:
    """An article page and its generic reading, which proposals are measured by."""

    saved: Saved
    read: RawArticle
    tree: _Element

    @cached_property
    def spots(self) -> list[LocatedLine]:
        return located_lines(self.tree)

    @cached_property
    def index(self) -> PageIndex:
        """Finds by every class and id that the page has."""
        keys: set[str] = set()
        for element in self.tree.iter("*"):
            keys.update((element.get("class") or "").split())
            keys.add("#" + (element.get("id") or ""))
        return PageIndex(self.tree, frozenset(keys))


@dataclass
class Material:
    """A site's pages, parted: articles that could be read, and the others."""

    host: str
    article_url: str
    samples: list[Sample]
    listings: list[Saved]
    article_links: list[str] = field(default_factory=list)
    other_links: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)  # pages that could not be read, and why


def sorted_pages(pages: Iterable[Saved]) -> Material:
    """Parts articles from listings by their addresses.

    Raises NoPages where no page is an article that can be read, and NoPattern.
    """
    pages = list(pages)
    host = host_of(pages[0].url) if pages else ""
    links = own_links(pages, host)
    addresses = [*(page.url for page in pages), *links]
    shape = article_shape(addresses)
    if shape is None:
        raise NoPages(
            f"no page and no link of {host} looks like an article: give the address of one, "
            "or saved pages of three"
        )
    own = list(dict.fromkeys(articles_among(addresses, shape)))
    articles = set(own)
    others = [link for link in links if link not in articles]
    pattern = _pattern(own, others, shape, pages)
    material = Material(host, pattern, [], [], own, others)
    _read(pages, articles, material)
    if not material.samples:
        raise NoPages(
            f"none of {len(pages)} pages of {host} is an article that can be read: "
            + ("; ".join(material.problems[:3]) or "give the address of one")
        )
    return material


def own_links(pages: Iterable[Saved], host: str) -> list[str]:
    """The links that lead to other pages of a host, each once, without their fragments."""
    found: dict[str, None] = {}
    for page in pages:
        try:
            links = links_of(page.html, page.url, page.content_type)
        except UnreadablePage:
            continue
        found.update((link.split("#")[0], None) for link in links if host_of(link) == host)
    return list(found)[:MOST_LINKS]


def _pattern(own: list[str], others: list[str], shape: Shape, pages: list[Saved]) -> str:
    """Headlines of another shape are no proof of a section: they are left out if need be."""
    quiet = [link for link in others if not any(a.speaks for a in addresses_of(link))]
    paged = [page.url for page in pages if page.url not in set(own)]
    last: NoPattern | None = None
    for rest in (others, [*quiet, *paged], paged):
        try:
            return pattern_of(own, rest)
        except NoPattern as error:
            last = error
    raise last or NoPattern(f"nothing of the shape {shape.where} was found")


def _read(pages: list[Saved], own: set[str], material: Material) -> None:
    site = generic_site(material.host, ANY_ADDRESS)
    for page in pages:
        if page.url not in own:
            if len(material.listings) < MOST_LISTINGS:
                material.listings.append(page)
        elif len(material.samples) < MOST_ARTICLES:
            try:
                tree, _ = parse(page.html, page.content_type)
                read = extract_generic_article(
                    page.html, page.url, site, page.captured_at, page.content_type
                )
            except UnreadablePage as error:
                material.problems.append(f"{page.url}: {error}")
            else:
                material.samples.append(Sample(page, read, tree))


def generic_site(host: str, article_url: str) -> type[SiteConfig]:
    """A site of which nothing is known but its host, for the generic reader."""
    stated = {
        "__module__": __name__,
        "name": "proposal",
        "title": host,
        "province": "unknown",
        "kind": "newspaper",
        "domains": [host],
        "article_url": article_url,
        "feeds": ["rss"],
    }
    return type("Proposal", (Generic,), stated)
