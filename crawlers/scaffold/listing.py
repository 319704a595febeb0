"""Listings of a site: sections, the URL of their further pages, feeds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from lxml.etree import _Element

from crawlers.extraction.html import absolute_url
from crawlers.extraction.lines import inner_text
from crawlers.scaffold.samples import SitePages
from crawlers.scaffold.saved_pages import SavedPage, host_of
from crawlers.scaffold.url_patterns import target_of
from crawlers.spider import SiteSpider
from pipelines.text.normal_forms import clean, search_fold
from storage.messages.reasons_scaffold import ScaffoldReason
from storage.reasons import Reason

MAX_SECTIONS = 12
MAX_FEEDS = 5
MAX_CHECKED_SECTIONS = 10  # entries of the menu that are fetched to see whether they list articles
MIN_LISTED_ARTICLES = 5  # links that make a page a listing
MIN_LISTED_IN_MENU = 2  # links that make an entry of the menu one
MAX_NAME_CHARS = 40  # of a section's name in the menu
MIN_CONFIRMED_SECTIONS = 3  # by the folders of article URLs; the menu's other entries are no news
SECTION = re.compile(
    r"^/(?P<section>(?:index\.php/)?(?:[\w-]+/){0,4}[\w-]+)(?P<end>/|\.[a-z]{2,5})?$",
    re.I | re.A,
)
# The parameter of a listing without rewritten URLs: WordPress /?cat=6, Drupal /?q=muc/kinh-te,
# NukeViet &nv=news&op=kinh-te
FRONT_PAGE = "{root}/{section}"  # with an empty section
QUERY_PAGES = {
    "cat": "&paged={page}",
    "op": "/page-{page}",
    "q": "&page={offset}",
}  # of such a listing
PARAMETER = re.compile(
    r"(?<=[?&])(?P<name>cat|op|(?P<path>q))=(?P<section>[\w-]+(?(path)(?:/[\w-]+)*))", re.A
)
# Joomla without rewritten URLs; Itemid only names the entry of the menu
JOOMLA_CATEGORY = re.compile(r"[?&]option=com_content&(?:.*&)?view=category&(?:.*&)?id=(\d+)")
NOT_A_SECTION = re.compile(
    r"(?:^|/|nv=|\?q=)(?:\d+-)?(?:videos?|photos?|albums?|anh|podcast|media|multimedia|e-?paper|e-?magazine|infographics?|long-?form"
    r"|lien-he|tin-moi|thong-tin-quang-cao|gioi-thieu|quang-cao|toa-soan|tim-kiem|search|rss|login|dang-(?:nhap|ky)|trang-chu"
    r"|en|english|km|khmer|zh|tags?|tac-gia|author|su-kien|chu-de|event|rao-vat"
    r"|dat-bao|sitemap|so-do|lich|truc-tuyen|hoi-dap|tin-(?:moi-nhat|xem-nhieu)|truyen-hinh|phat-thanh"
    # NukeViet's modules besides news, WordPress's other pages
    r"|about|voting|contact|users|banners|seek|feeds|statistics|siteterms|freecontent|comment|page|menu"
    r"|two-step-verification|laws|download|faq|support|weblinks|tham-do|thanh-vien|thong-ke|gop-y"
    r"|user|forum|node|filter|component"  # Drupal's and Joomla's other pages
    r"|uncategorized|chua-phan-loai|sample-page|wp-\w+)"
    r"(?:[-/&]|$)"
    r"|(?:^|/)the(?:/|$)"  # tags, but not the-thao
    r"|(?:^|/)(?:home|index|news|default|vi|content|index\.php)$",
    re.I,
)
YEAR_OR_MONTH = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])?|\d{2}")  # a folder of dates
CATEGORY = re.compile(r"taxonomy-category|cat-links|category-name|post-categories", re.I)
MENU = frozenset(("nav", "header", "ul", "menu"))
PAGE_NUMBER = re.compile(r"(?:trang\s*)?(\d{1,4})", re.I)
NEXT_PAGE = re.compile(
    r"(?:trang )?(?:sau|tiếp(?: theo)?|kế)(?: trang)?|next(?: page)?|cũ hơn|[>»›]+", re.I
)
# With such a parameter name a single link proves the pager.
NAMED_PAGE = re.compile(
    r"(?:page|paged|pageindex|trang|cur|\bp)[=/-]?\{page\}|(?:page|start|offset)=\{offset\}", re.I
)
OFFSET = re.compile(r"[?&](?:page|start|limitstart|offset|from)=([1-9]\d{0,4})(?=&|$)")
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "text/xml")
FEED = re.compile(r"\.(?:rss|xml)$|^/rss/.+|/feed/?$|^/.+/rss/?$", re.I)
# NukeViet: the feeds of all modules
LIST_OF_FEEDS = re.compile(r"^/(?:index\.php/)?(?:vi/)?(?:feeds|rss)/?$", re.I)
NOT_A_FEED = re.compile(
    r"comments?[-/](?:feed|rss)|[?&]p=\d|dat-bao|sitemap|oembed|wp-json|osd\.xml|opensearch"
    r"|(?:about|page|siteterms|laws|download|faq|voting|contact|users)/rss/",
    re.I,
)
FEED_OF_COMMENTS = re.compile(r"comments feed|bình luận|phản hồi", re.I)  # by its title
FEED_END = re.compile(r"/?feed/?$")  # WordPress: the comments of an article are at its URL + feed/


@dataclass
class Listings:
    """The listings of a site, as attributes of SiteConfig, and the reasons for people."""

    sections: list[str] = field(default_factory=list)
    listing_url: str = "{root}/{section}/"
    next_listing: str | None = None
    listing_step: int = 1  # see SiteConfig
    feeds: list[str] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)

    def attributes(self, platform: type[SiteSpider] | None = None) -> dict[str, Any]:
        """Return the attributes that differ from the platform's."""
        stated: dict[str, Any] = {"sections": self.sections, "listing_url": self.listing_url}
        if self.next_listing:
            stated["next_listing"] = self.next_listing
            if self.listing_step > 1:
                stated["listing_step"] = self.listing_step
        if self.feeds:
            stated["feeds"] = self.feeds
        if platform is None:
            return stated
        own = {n: value for n, value in stated.items() if not _equals_platform(platform, n, value)}
        if "next_listing" not in own:
            own.pop("listing_step", None)
        if "?" in self.listing_url and self.next_listing:  # not the platform's paths
            own["next_listing"] = self.next_listing
        return own


def _equals_platform(platform: type[SiteSpider], name: str, value: Any) -> bool:
    inherited = getattr(platform, name, None)
    if name == "listing_url" and inherited:
        return bool(inherited.rstrip("/") == value.rstrip("/")) and value != FRONT_PAGE
    return bool(inherited == value or (name == "next_listing" and inherited))


def find_listings(site_pages: SitePages, requested_url: str | None = None) -> Listings:
    """Find sections, the URL of their further pages, and feeds.

    If `requested_url` is a listing, it is the only section.
    """
    pages = [*site_pages.listing_pages, *(sample.saved for sample in site_pages.samples)]
    trees = [(page, tree) for page in pages if (tree := page.tree()) is not None]
    listings = Listings()
    menu = _menu(trees, site_pages)
    is_listing = requested_url and requested_url not in site_pages.article_links
    single = _section_of(requested_url) if requested_url and is_listing else None
    if single:
        chosen = dict([single])
        listings.reasons.append(Reason(ScaffoldReason.ONLY_REQUESTED_SECTION))
    else:
        chosen = dict(list(menu.items())[:MAX_SECTIONS])
    if not chosen:
        chosen = {"": FRONT_PAGE}
        listings.reasons.append(Reason(ScaffoldReason.NO_SECTIONS_IN_MENU))
    listings.sections = list(chosen)
    listings.listing_url = Counter(chosen.values()).most_common(1)[0][0]
    listings.next_listing, listings.listing_step = _next_listing(
        trees, site_pages, list(menu) + listings.sections
    )
    parameter = PARAMETER.search(listings.listing_url.replace("{section}", "0"))
    if parameter and listings.next_listing is None:
        listings.next_listing = listings.listing_url + QUERY_PAGES[parameter["name"]]
    listings.feeds = _feeds(trees, site_pages)
    return listings


def _section_of(url: str) -> tuple[str, str] | None:
    """Return the section of a listing's URL and the template of the URL, or None.

    "/kinh-te/" -> ("kinh-te", "{root}/{section}/"); "/?cat=6" -> ("6", "{root}/?cat={section}").
    """
    target = target_of(url)
    if "{" in target or "}" in target:
        return None
    if match := SECTION.match(target):
        return match["section"], "{root}/{section}" + (match["end"] or "")
    if category := JOOMLA_CATEGORY.search(target):
        return category[1], "{root}/index.php?option=com_content&view=category&id={section}"
    parameter = PARAMETER.search(target)
    if parameter is None or target[parameter.end() :][:1] not in ("", "&"):
        return None
    start, end = parameter.span("section")
    return parameter["section"], "{root}" + target[:start] + "{section}" + target[end:]


def _menu(trees: list[tuple[SavedPage, _Element]], site_pages: SitePages) -> dict[str, str]:
    """Return the sections of the menu in its order, each with the template of its URL."""
    entries, proven = _entries(trees, site_pages)
    folders = _folders_of({target_of(url) for url in site_pages.article_links})
    listed = _listing_pages(trees, set(site_pages.article_links), MIN_LISTED_IN_MENU)
    entries = _confirmed(list(dict.fromkeys([*proven, *entries])), proven, listed, folders)
    usual = Counter(template for _, template in proven or entries).most_common(1)
    template = usual[0][0] if usual else None
    return {section: own for section, own in entries if own == template}


def unconfirmed_sections(site_pages: SitePages) -> list[str]:
    """Return the URLs of entries of the menu that nothing shows to be listings of articles yet."""
    pages = [*site_pages.listing_pages, *(sample.saved for sample in site_pages.samples)]
    trees = [(page, tree) for page in pages if (tree := page.tree()) is not None]
    entries, proven = _entries(trees, site_pages)
    folders = _folders_of({target_of(url) for url in site_pages.article_links})
    confirmed = _confirmed(entries, proven, [], folders, fewest=0)
    parts = urlsplit(site_pages.listing_pages[0].url)
    root = f"{parts.scheme}://{parts.netloc}"
    return [
        template.format(root=root, section=section)
        for section, template in entries
        if (section, template) not in confirmed
    ][:MAX_CHECKED_SECTIONS]


def menu_links(site_pages: SitePages) -> set[str]:
    """Return the URLs in the menus of the pages."""
    pages = [*site_pages.listing_pages, *(sample.saved for sample in site_pages.samples)]
    return {
        absolute_url(page.url, element.get("href") or "")
        for page in pages
        if (tree := page.tree()) is not None
        for element in tree.iter("a")
        if any(above.tag == "nav" or _is_nav(above) for above in element.iterancestors())
    }


def _entries(
    trees: list[tuple[SavedPage, _Element]], site_pages: SitePages
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the menu's entries that may be sections, and the sections that pages prove."""
    articles = {target_of(url) for url in site_pages.article_links}
    folders = _folders_of(articles)
    counts: Counter[tuple[str, str]] = Counter()
    named: dict[tuple[str, str], None] = {}  # by the articles themselves
    for page, tree in trees:
        seen: dict[tuple[str, str], None] = {}  # in the menu's order
        for element in tree.iter("a"):
            link = absolute_url(page.url, element.get("href") or "")
            if host_of(link) != site_pages.host or target_of(link) in articles:
                continue
            entry = _section_of(link)
            name = clean(inner_text(element))
            if entry is None or not _names_articles(entry, folders):
                continue
            if not name or len(name) > MAX_NAME_CHARS:
                continue
            if NOT_A_SECTION.search(target_of(link).strip("/")):
                continue
            if _in_menu(element):
                seen[entry] = None
            if _names_category(element):
                named[entry] = None
        counts.update(list(seen))
    fewest = 2 if len(trees) > 1 else 1
    proven = _listing_pages(trees, set(site_pages.article_links), MIN_LISTED_ARTICLES)
    proven = [entry for entry in proven if _names_articles(entry, folders)]
    entries = [entry for entry, n in counts.items() if n >= fewest]
    entries.sort(key=lambda e: (e[0].count("/"), -_is_politics(e[0])))
    return entries, list(dict.fromkeys([*proven, *named]))


def _names_category(element: _Element) -> bool:
    """Whether a link beside an article or a headline names its category."""
    if "category" in (element.get("rel") or "").split():
        return True
    return any(CATEGORY.search(above.get("class") or "") for above in element.iterancestors())


def _folders_of(articles: set[str]) -> set[str]:
    return {part for target in articles for part in re.split(r"[/=]", target)[:-1]}


def _names_articles(entry: tuple[str, str], folders: set[str]) -> bool:
    """Whether a section has a name; a number in the path must be a folder of articles."""
    name = entry[0].rpartition("/")[2]
    if name[:1].isalpha() or "?" in entry[1]:
        return True
    return name in folders and not YEAR_OR_MONTH.fullmatch(name)


def _confirmed(
    entries: list[tuple[str, str]],
    proven: list[tuple[str, str]],
    listed: list[tuple[str, str]],
    folders: set[str],
    fewest: int = MIN_CONFIRMED_SECTIONS,
) -> list[tuple[str, str]]:
    """Return the entries that the pages confirm, if they confirm enough of them; otherwise all.

    A section is confirmed by articles in its folder, by its page if it lists some, or by the parent
    folder of every page that is a listing ("category/").
    """
    parents = {section.rpartition("/")[0] for section, _ in proven}
    parent = parents.pop() if len(parents) == 1 else ""
    confirmed = [
        (section, template)
        for section, template in entries
        if (section, template) in proven
        or (section, template) in listed
        or section.rpartition("/")[2] in folders
        or (parent and section.rpartition("/")[0] == parent)
    ]
    return confirmed if parent or len(confirmed) >= fewest else entries


def _listing_pages(
    trees: list[tuple[SavedPage, _Element]], articles: set[str], fewest: int
) -> list[tuple[str, str]]:
    """Return the pages that are listings, because they link to several articles.

    A link that all pages have stands in a box of the template ("Tin mới").
    """
    listed = [(page.url, _links(page, tree) & articles) for page, tree in trees]
    of_template = set.intersection(*(links for _, links in listed)) if len(listed) > 1 else set()
    entries: dict[tuple[str, str], None] = {}
    for url, links in listed:
        entry = _section_of(url)
        if entry is None or url in articles or FEED.search(urlsplit(url).path):
            continue
        if len(links - of_template) >= fewest:
            entries[entry] = None
    return list(entries)


def _links(page: SavedPage, tree: _Element) -> set[str]:
    return {absolute_url(page.url, e.get("href") or "").split("#")[0] for e in tree.iter("a")}


def _in_menu(element: _Element) -> bool:
    return any(above.tag in MENU or _is_nav(above) for above in element.iterancestors())


def _is_nav(element: _Element) -> bool:
    return bool(re.search(r"nav|menu", f"{element.get('class')} {element.get('id')}", re.I))


def _is_politics(section: str) -> int:
    """Rank sections of party and politics first: they are the subject of the archive."""
    return bool(re.search(r"dang|chinh-tri|thoi-su", search_fold(section)))


def _next_listing(
    trees: list[tuple[SavedPage, _Element]], site_pages: SitePages, sections: Iterable[str]
) -> tuple[str | None, int]:
    """Return the URL of a listing's further pages and its listing_step.

    They come from links whose text is a page number.
    """
    names = sorted({s for s in sections if s}, key=len, reverse=True)
    counts: Counter[str] = Counter()
    steps: dict[str, int] = {}
    for page, tree in trees:
        numbers: dict[str, set[str]] = {}
        for element in tree.iter("a"):
            number = _page_number(clean(inner_text(element)))
            link = absolute_url(page.url, element.get("href") or "")
            if number is None or host_of(link) != site_pages.host:
                continue
            template, step = _template(link, number, names)
            if template is not None:
                numbers.setdefault(template, set()).add(number)
                steps[template] = min(step, steps.get(template, step))
        # A single number may be anything; a pager has several, or a parameter name of one.
        counts.update(t for t, n in numbers.items() if len(n) >= 2 or NAMED_PAGE.search(t))
    best = counts.most_common(1)
    return (best[0][0], steps[best[0][0]]) if best else (None, 1)


def _page_number(text: str) -> str | None:
    """Return the page number in a link's text; "next" counts as page 2."""
    number = PAGE_NUMBER.fullmatch(text)
    return number[1] if number else ("2" if NEXT_PAGE.fullmatch(text) else None)


def _template(link: str, number: str, sections: list[str]) -> tuple[str | None, int]:
    """Return the template of a further page's URL and its listing_step.

    The URL contains the number of the page, or how many pages or articles come before it.
    """
    target = target_of(link)
    parameter = PARAMETER.search(target)
    if parameter and parameter["section"] in sections:
        start, end = parameter.span("section")
    else:
        path = target.partition("?")[0]
        section = next((s for s in sections if path.startswith(f"/{s}") and _ends(path, s)), None)
        if section is None:
            return None, 1
        start, end = 1, len(section) + 1
    rest = target[end:]
    if "{" in target or "}" in target:
        return None, 1
    before = "{root}" + target[:start] + "{section}"
    if numbers := list(re.finditer(rf"(?<!\d){number}(?!\d)", rest)):
        last = numbers[-1]
        return before + rest[: last.start()] + "{page}" + rest[last.end() :], 1
    before_it, offset = int(number) - 1, OFFSET.search(rest)
    if before_it < 1 or offset is None or int(offset[1]) % before_it:
        return None, 1
    template = before + rest[: offset.start(1)] + "{offset}" + rest[offset.end(1) :]
    return template, int(offset[1]) // before_it


def _ends(path: str, section: str) -> bool:
    return path[len(section) + 1 : len(section) + 2] in ("", "/", ".", "-", "_")


def _feeds(trees: list[tuple[SavedPage, _Element]], site_pages: SitePages) -> list[str]:
    """Return path and query of the feeds that the pages link to, without the first "/".

    Feeds of an article's comments are left out.
    """
    articles = {target_of(url).strip("/") for url in site_pages.article_links}
    feeds: dict[str, None] = {}
    for page, tree in trees:
        declared = [
            e.get("href")
            for e in tree.iter("link")
            if e.get("type") in FEED_TYPES and not FEED_OF_COMMENTS.search(e.get("title") or "")
        ]
        linked = [e.get("href") for e in tree.iter("a")]
        for index, href in enumerate([*declared, *linked]):
            link = absolute_url(page.url, href or "")
            if host_of(link) != site_pages.host or NOT_A_FEED.search(link):
                continue
            target = target_of(link).lstrip("/")
            if FEED_END.sub("", target) in articles or not target:
                continue
            if index < len(declared) or FEED.search(urlsplit(link).path):
                feeds[target] = None
    own = [feed for feed in feeds if not (feed.endswith("atom") and feed[:-4] + "rss" in feeds)]
    whole = [f for f in own if not any(f != other and f.startswith(other) for other in own)]
    return list(dict.fromkeys([*whole, *own]))[:MAX_FEEDS]
