"""The tree of a page: parsed once, guarded against hostile markup, and what is read off it."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urljoin

from lxml.etree import HTMLParser, XMLSyntaxError, _Element, fromstring

from crawlers.extraction.encoding import as_utf8
from crawlers.extraction.lines import inner_text
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.detector import Boilerplate
from pipelines.record.raw_article import RawArticle
from storage.messages.reasons_pages import Unread
from storage.reasons import Reason, ReasonError

MAX_BYTES = 10_000_000  # no article page of these sites is a tenth of it
MAX_ATTRIBUTES = 10_000  # libxml2 takes quadratic time to read a tag's attributes
LONG_TAG_BYTES = 30_000
LONG_TAG = re.compile(rb"<[a-zA-Z][^<>]{%d,}" % (LONG_TAG_BYTES - 1000))


class UnreadablePage(ReasonError, ValueError):
    """The page is no article that can be read. The capture is kept."""


class NotFoundPage(UnreadablePage):
    """The site's own page for what it does not have, sent with status 200 (a soft 404)."""


def parse(body: bytes, content_type: str | None = None) -> tuple[_Element, list[str]]:
    """The tree of a page and the warnings of decoding it. Raises Unreadable."""
    if not body.strip():
        raise UnreadablePage(Reason(Unread.PAGE_EMPTY))
    if len(body) > MAX_BYTES:
        raise UnreadablePage(Reason(Unread.PAGE_TOO_LARGE, size=len(body), limit=MAX_BYTES))
    if _is_bloated(body):
        raise UnreadablePage(Reason(Unread.TOO_MANY_ATTRIBUTES, limit=MAX_ATTRIBUTES))
    utf8, warnings = as_utf8(body, content_type)
    try:
        # lxml.html would choose a class for every element in Python; plain elements suffice.
        parser = HTMLParser(encoding="utf-8", remove_pis=True, collect_ids=False)
        tree: _Element | None = fromstring(utf8, parser)
    except (XMLSyntaxError, ValueError) as error:
        raise UnreadablePage(Reason(Unread.HTML_ERROR, error=str(error))) from error
    if tree is None:
        raise UnreadablePage(Reason(Unread.NO_HTML))
    return tree, warnings


def _is_bloated(body: bytes) -> bool:
    place = 0
    while place + LONG_TAG_BYTES < len(body):
        place = body.rfind(b">", place, place + LONG_TAG_BYTES) + 1
        if place == 0:
            break  # so long without any end of a tag: look closely
    else:
        return False  # nearly always, and much quicker to see than by the expression
    return any(len(tag.group().split()) > MAX_ATTRIBUTES for tag in LONG_TAG.finditer(body))


def new_raw_article(
    url: str,
    site: type[SiteConfig],
    captured_at: datetime,
    template: Boilerplate,
    warnings: list[str],
) -> RawArticle:
    """A page of which nothing is read yet but where it is from and who reads it."""
    version = f".t{template.version}" if template.version else ""
    return RawArticle(
        site=site.name,
        key=site.key_of(url) or url,
        url=url,
        captured_at=captured_at,
        extractor_version=site.extractor_version + version,
        language=site.language,
        absent=frozenset(site.absent),
        warnings=warnings,
    )


def text_of(element: _Element | str) -> str:
    """The text of a selected element; the content of a meta tag; XPath may select text itself."""
    if isinstance(element, str):
        text = element
    else:
        text = element.get("content") or "" if element.tag == "meta" else inner_text(element)
    return " ".join(text.split())  # cleaned later: legacy encodings use what cleaning drops


def image_links(images: list[_Element], url: str) -> list[str]:
    """Absolute addresses of images; lazy ones keep theirs in another attribute."""
    found = (e.get("data-src") or e.get("data-original") or e.get("src") for e in images)
    kept = (absolute(url, f) for f in found if f and not f.startswith("data:"))
    return list(dict.fromkeys(k for k in kept if k))


def absolute(base: str, link: str) -> str:
    if link.startswith(("https://", "http://")):
        return link
    try:
        return urljoin(base, link.strip())
    except ValueError:  # "http://[broken" and the like
        return ""


def links_of(body: bytes, url: str, content_type: str | None = None) -> list[str]:
    """Every link of a page, absolute, in order, once each. Raises Unreadable."""
    tree, _ = parse(body, content_type)
    links = (absolute(url, e.get("href") or "") for e in tree.iter("a"))
    return list(dict.fromkeys(link for link in links if link.startswith(("http://", "https://"))))


def canonical_of(body: bytes) -> str | None:
    """The canonical link of a page, or the address that its OpenGraph tags give."""
    tree, _ = parse(body)
    found = canonical_link(tree)
    if found:
        return found
    tags = (e for e in tree.iter("meta") if e.get("property") == "og:url")
    return next((text for e in tags if (text := text_of(e))), None)


def canonical_link(tree: _Element) -> str | None:
    head = tree.find("head")
    scope = tree if head is None else head
    links = (e.get("href") for e in scope.iter("link") if e.get("rel") == "canonical")
    return next((link for link in links if link), None)
