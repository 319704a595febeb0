"""Listings of a site: sections, the URL of their further pages, feeds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from lxml.etree import _Element

from crawlers.extraction.html import UnreadablePage, absolute_url, parse
from crawlers.extraction.lines import inner_text
from crawlers.scaffold.samples import SitePages
from crawlers.scaffold.saved_pages import SavedPage, host_of
from crawlers.scaffold.url_patterns import target_of
from crawlers.spider import SiteSpider
from pipelines.text.normal_forms import clean, search_fold

MAX_SECTIONS = 12
MAX_FEEDS = 5
MIN_LISTED_ARTICLES = 5  # links that make a page a listing
MAX_NAME_CHARS = 40  # of a section's name in the menu
SECTION = re.compile(
    r"^/(?P<section>(?:[\w-]+/){0,4}[a-z][\w-]*)(?P<end>/|\.[a-z]{2,5})?$", re.I | re.A
)
NOT_A_SECTION = re.compile(
    r"(?:^|/)(?:video|photo|anh|podcast|media|multimedia|e-?paper|e-?magazine|infographics?|long-?form"
    r"|lien-he|tin-moi|thong-tin-quang-cao|gioi-thieu|quang-cao|toa-soan|tim-kiem|search|rss|login|dang-(?:nhap|ky)|trang-chu"
    r"|home|index|news|default|en|english|km|khmer|zh|tags?|tac-gia|author|su-kien|chu-de|event|rao-vat"
    r"|dat-bao|sitemap|so-do|lich|truc-tuyen|hoi-dap|tin-(?:moi-nhat|xem-nhieu)|truyen-hinh|phat-thanh)"
    r"(?:[-/]|$)",
    re.I,
)
MENU = frozenset(("nav", "header", "ul", "menu"))
PAGE_NUMBER = re.compile(r"(?:trang\s*)?(\d{1,4})", re.I)
NEXT_PAGE = re.compile(
    r"(?:trang )?(?:sau|tiếp(?: theo)?|kế)(?: trang)?|next(?: page)?|cũ hơn|[>»›]+", re.I
)
# With such a parameter name a single link proves the pager.
NAMED_PAGE = re.compile(r"(?:page|paged|pageindex|trang|cur|\bp)[=/-]?\{page\}", re.I)
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "text/xml")
FEED = re.compile(r"\.(?:rss|xml)$|^/rss/.+|/feed/?$", re.I)
NOT_A_FEED = re.compile(r"comments?/feed|dat-bao|sitemap|oembed|wp-json|osd\.xml|opensearch", re.I)


@dataclass
class Listings:
    """The listings of a site, as attributes of SiteConfig, and the reasons for people."""

    sections: list[str] = field(default_factory=list)
    listing_url: str = "{root}/{section}/"
    next_listing: str | None = None
    feeds: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def attributes(self, platform: type[SiteSpider] | None = None) -> dict[str, Any]:
        """Return the attributes that differ from the platform's."""
        stated: dict[str, Any] = {"sections": self.sections, "listing_url": self.listing_url}
        if self.next_listing:
            stated["next_listing"] = self.next_listing
        if self.feeds:
            stated["feeds"] = self.feeds
        if platform is None:
            return stated
        return {
            name: value
            for name, value in stated.items()
            if not _equals_platform(platform, name, value)
        }


def _equals_platform(platform: type[SiteSpider], name: str, value: Any) -> bool:
    inherited = getattr(platform, name, None)
    if name == "listing_url" and inherited:
        return bool(inherited.rstrip("/") == value.rstrip("/"))
    return bool(inherited == value or (name == "next_listing" and inherited))


def find_listings(site_pages: SitePages, requested_url: str | None = None) -> Listings:
    """Find sections, the URL of their further pages, and feeds.

    If `requested_url` is a listing, it is the only section.
    """
    pages = [*site_pages.listing_pages, *(sample.saved for sample in site_pages.samples)]
    trees = [(page, tree) for page in pages if (tree := _tree(page)) is not None]
    listings = Listings()
    menu = _menu(trees, site_pages)
    path = urlsplit(requested_url).path if requested_url else ""
    single = (
        SECTION.match(path)
        if requested_url and requested_url not in site_pages.article_links
        else None
    )
    if single:
        chosen = {single["section"]: single["end"] or ""}
        listings.reasons.append("only the section that was asked for")
    else:
        chosen = dict(list(menu.items())[:MAX_SECTIONS])
    if not chosen:
        chosen = {"": "/"}
        listings.reasons.append("no sections were found in the menu: the home page is the listing")
    listings.sections = list(chosen)
    end = Counter(chosen.values()).most_common(1)[0][0]
    listings.listing_url = "{root}/{section}" + ("" if chosen == {"": "/"} else end)
    listings.next_listing = _next_listing(trees, site_pages, list(menu) + listings.sections)
    listings.feeds = _feeds(trees, site_pages.host)
    return listings


def _tree(page: SavedPage) -> _Element | None:
    try:
        return parse(page.html, page.content_type)[0]
    except UnreadablePage:
        return None


def _menu(trees: list[tuple[SavedPage, _Element]], site_pages: SitePages) -> dict[str, str]:
    """Return the sections of the menu in its order, each with the end of its URL."""
    articles = {target_of(url) for url in site_pages.article_links}
    counts: Counter[tuple[str, str]] = Counter()
    for page, tree in trees:
        seen: dict[tuple[str, str], None] = {}  # in the menu's order
        for element in tree.iter("a"):
            link = absolute_url(page.url, element.get("href") or "")
            if host_of(link) != site_pages.host or "?" in link or target_of(link) in articles:
                continue
            match = SECTION.match(urlsplit(link).path)
            name = clean(inner_text(element))
            if match is None or not name or len(name) > MAX_NAME_CHARS:
                continue
            if NOT_A_SECTION.search(match["section"]) or not _in_menu(element):
                continue
            seen[match["section"], match["end"] or ""] = None
        counts.update(list(seen))
    fewest = 2 if len(trees) > 1 else 1
    proven = _listing_pages(trees, set(site_pages.article_links))
    kept = [entry for entry, n in counts.items() if n >= fewest]
    kept.sort(key=lambda e: (e[0].count("/"), -_is_politics(e[0])))
    kept = list(dict.fromkeys([*proven, *kept]))
    usual = Counter(end for _, end in proven or kept).most_common(1)
    return {section: end for section, end in kept if end == usual[0][0]} if usual else {}


def _listing_pages(
    trees: list[tuple[SavedPage, _Element]], articles: set[str]
) -> list[tuple[str, str]]:
    """Return the pages that are listings, because they link to several articles."""
    found: list[tuple[str, str]] = []
    for page, tree in trees:
        match = SECTION.match(urlsplit(page.url).path)
        if match is None or page.url in articles:
            continue
        links = {absolute_url(page.url, e.get("href") or "").split("#")[0] for e in tree.iter("a")}
        if len(links & articles) >= MIN_LISTED_ARTICLES:
            found.append((match["section"], match["end"] or ""))
    return list(dict.fromkeys(found))


def _in_menu(element: _Element) -> bool:
    return any(above.tag in MENU or _is_nav(above) for above in element.iterancestors())


def _is_nav(element: _Element) -> bool:
    return bool(re.search(r"nav|menu", f"{element.get('class')} {element.get('id')}", re.I))


def _is_politics(section: str) -> int:
    """Rank sections of party and politics first: they are the subject of the archive."""
    return bool(re.search(r"dang|chinh-tri|thoi-su", search_fold(section)))


def _next_listing(
    trees: list[tuple[SavedPage, _Element]], site_pages: SitePages, sections: Iterable[str]
) -> str | None:
    """Return the URL of a listing's further pages, from links whose text is a page number."""
    names = sorted({s for s in sections if s}, key=len, reverse=True)
    counts: Counter[str] = Counter()
    for page, tree in trees:
        found: dict[str, set[str]] = {}
        for element in tree.iter("a"):
            number = _page_number(clean(inner_text(element)))
            link = absolute_url(page.url, element.get("href") or "")
            if number is None or host_of(link) != site_pages.host:
                continue
            template = _template(link, number, names)
            if template is not None:
                found.setdefault(template, set()).add(number)
        # A single number may be anything; a pager has several, or a parameter name of one.
        counts.update(t for t, n in found.items() if len(n) >= 2 or NAMED_PAGE.search(t))
    best = counts.most_common(1)
    return best[0][0] if best else None


def _page_number(text: str) -> str | None:
    """Return the page number in a link's text; "next" counts as page 2."""
    number = PAGE_NUMBER.fullmatch(text)
    return number[1] if number else ("2" if NEXT_PAGE.fullmatch(text) else None)


def _template(link: str, number: str, sections: list[str]) -> str | None:
    target = target_of(link)
    path, _, query = target.partition("?")
    section = next((s for s in sections if path.startswith(f"/{s}") and _ends(path, s)), None)
    if section is None:
        return None
    rest = path[len(section) + 1 :] + (f"?{query}" if query else "")
    numbers = list(re.finditer(rf"(?<!\d){number}(?!\d)", rest))
    if not numbers or "{" in rest or "}" in rest:
        return None
    last = numbers[-1]
    return "{root}/{section}" + rest[: last.start()] + "{page}" + rest[last.end() :]


def _ends(path: str, section: str) -> bool:
    return path[len(section) + 1 : len(section) + 2] in ("", "/", ".", "-", "_")


def _feeds(trees: list[tuple[SavedPage, _Element]], host: str) -> list[str]:
    """Return the paths of feeds that the pages link to, without the first "/"."""
    found: dict[str, None] = {}
    for page, tree in trees:
        links = [e.get("href") for e in tree.iter("link") if e.get("type") in FEED_TYPES]
        links += [e.get("href") for e in tree.iter("a")]
        declared = len([e for e in tree.iter("link") if e.get("type") in FEED_TYPES])
        for index, href in enumerate(links):
            link = absolute_url(page.url, href or "")
            path = urlsplit(link).path if host_of(link) == host else ""
            if path and (index < declared or FEED.search(path)) and not NOT_A_FEED.search(link):
                found[path.lstrip("/")] = None
    return list(found)[:MAX_FEEDS]
