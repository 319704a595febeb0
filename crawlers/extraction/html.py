"""Parsing HTML with limits against hostile markup; links, images and text of elements."""

from __future__ import annotations

import re
from datetime import datetime
from typing import cast
from urllib.parse import urljoin

from lxml.etree import HTMLParser, XMLSyntaxError, XPath, _Element, fromstring

from crawlers.extraction.encoding import as_utf8
from crawlers.extraction.lines import MIN_ENCODED_CHARS, text_lines
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.detector import Boilerplate
from pipelines.record.bylines.roles import separated_credits
from pipelines.record.raw_article import RawArticle
from pipelines.text.memo import cache_short_texts
from pipelines.text.normal_forms import comparison, one_line
from storage.messages import ReasonError
from storage.messages.reasons_pages import Unread
from storage.reasons import Reason

MAX_PAGE_BYTES = 10_000_000  # ten times the largest article page of these sites
MAX_TAGS = 150_000  # the largest real pages have 4,000; each costs time and memory in every rule
MAX_ATTRIBUTES = 10_000  # libxml2 takes quadratic time to read a tag's attributes
LONG_TAG_BYTES = 30_000
# libxml2 stops at an end tag of <html> before the head and ends the body at the first </body>.
# Parsers of HTML5 go on after both, so they are removed if text follows.
DOCUMENT_ENDS = (b"</html>", b"</body>", b"</HTML>", b"</BODY>")
DOCUMENT_END = re.compile(b"|".join(DOCUMENT_ENDS))
ORIGIN = re.compile(r"https?://[^/?#\s]+")
# Without dot segments, parameters and fragment: "/a/b.jpg?x=1", "../../b.jpg".
PLAIN_LINK = re.compile(
    r"(?P<start>/|(?:\.\./)+)"
    r"(?P<path>[\w%~+,()-][\w%~+,()./-]*(?:\?[\w%~+,()=&./-]+)?)"
)
FOLDERS = re.compile(r"(?P<folders>(?:/(?!\.)[\w%~+,().-]+)*)/[^/?#]*(?:[?#]|\Z)")
LONG_TAG = re.compile(rb"<[a-zA-Z][^<>]{%d,}" % (LONG_TAG_BYTES - 1000))


ENCODED_TEXT = re.compile(r"[A-Za-z0-9+/=_\s-]+")
TEXTS = XPath(".//text()", smart_strings=False)
MIN_ENCODED_LINE_CHARS = 60  # of each line; no word is so long


class UnreadablePage(ReasonError, ValueError):
    """No article can be extracted from the page. The capture is kept."""


class NotFoundPage(UnreadablePage):
    """The site's own "not found" page, sent with status 200 (a soft 404)."""


class OtherKindPage(UnreadablePage):
    """A page that the site's `not_article` recognises. Its URL looks like an article's."""


def parse(body: bytes, content_type: str | None = None) -> tuple[_Element, list[Reason]]:
    """Return the tree of a page and the warnings of decoding it. Raises UnreadablePage."""
    if not body.strip():
        raise UnreadablePage(Reason(Unread.PAGE_EMPTY))
    if len(body) > MAX_PAGE_BYTES:
        raise UnreadablePage(Reason(Unread.PAGE_TOO_LARGE, size=len(body), limit=MAX_PAGE_BYTES))
    if len(body) > MAX_TAGS and body.count(b"<") > MAX_TAGS:
        raise UnreadablePage(Reason(Unread.TOO_MANY_TAGS, limit=MAX_TAGS))
    if _has_too_many_attributes(body):
        raise UnreadablePage(Reason(Unread.TOO_MANY_ATTRIBUTES, limit=MAX_ATTRIBUTES))
    utf8, warnings = _readable_bytes(body, content_type)
    try:
        # lxml.html looks up a class for every element in Python; plain elements suffice.
        parser = HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False
        )
        tree: _Element | None = fromstring(utf8, parser)
    except (XMLSyntaxError, ValueError) as error:
        raise UnreadablePage(Reason(Unread.HTML_ERROR, error=str(error))) from error
    if tree is None:
        raise UnreadablePage(Reason(Unread.NO_HTML))
    return tree, warnings


def readable_html(body: bytes, content_type: str | None = None) -> str:
    """Return the text of a page as parse() sees it, for other parsers."""
    return _readable_bytes(body, content_type)[0].decode("utf-8", "replace")


def _readable_bytes(body: bytes, content_type: str | None) -> tuple[bytes, list[Reason]]:
    """Return the page as UTF-8 without what stops a parser, and warnings."""
    utf8, warnings = as_utf8(body, content_type)
    return _without_early_ends(utf8), warnings


def _without_early_ends(page: bytes) -> bytes:
    """Return the page without end tags of the document if anything but these follows the first."""
    first = DOCUMENT_END.search(page)  # faster than four searches for one each
    if first is None:
        return page
    rest = page[first.start() :]
    for end in DOCUMENT_ENDS:  # much faster than a pattern
        rest = rest.replace(end, b"")
    return page[: first.start()] + rest if rest.strip() else page


def _has_too_many_attributes(body: bytes) -> bool:
    position = 0
    while position + LONG_TAG_BYTES < len(body):
        position = body.rfind(b">", position, position + LONG_TAG_BYTES) + 1
        if position == 0:
            break  # no ">" in LONG_TAG_BYTES: count the attributes
    else:
        return False  # almost always, and much faster than the regular expression
    return any(len(tag.group().split()) > MAX_ATTRIBUTES for tag in LONG_TAG.finditer(body))


def check_encoded(body: _Element) -> None:
    """Raise UnreadablePage if most text of a body element is encoded, also if it is not shown."""
    texts = cast(list[str], TEXTS(body))
    encoded = sum(
        len(text) for text in texts if len(text) >= MIN_ENCODED_CHARS and _is_encoded(text)
    )
    if encoded and 2 * encoded > sum(map(len, texts)):
        raise UnreadablePage(Reason(Unread.BODY_ENCODED))


def _is_encoded(text: str) -> bool:
    if not text.isascii():
        return False
    words = text.split()
    is_one = len(words) > 0 and min(map(len, words[:-1] or words)) >= MIN_ENCODED_LINE_CHARS
    return is_one and ENCODED_TEXT.fullmatch(text) is not None


def new_raw_article(
    url: str,
    site: type[SiteConfig],
    captured_at: datetime,
    boilerplate: Boilerplate,
    warnings: list[Reason],
) -> RawArticle:
    """Return a raw article with its identity only: site, key, URL, time and extractor version."""
    version = f".t{boilerplate.version}" if boilerplate.version else ""
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


def element_text(element: _Element | str) -> str:
    """Return the text of an element, or the content of a meta tag. XPath may select strings."""
    if isinstance(element, str):
        text = element
    elif element.tag == "meta":
        text = element.get("content") or ""
    else:
        return " ".join(text_lines(element))
    return one_line(text)  # cleaned later: clean() removes bytes of legacy text


def byline_text(element: _Element | str) -> str:
    """Return the text of a byline: names on lines of their own are separated by dashes."""
    if isinstance(element, str) or element.tag == "meta":
        return element_text(element)
    text = ""
    for line in text_lines(element):
        joined = not text or text.endswith((":", ",", "&", " và")) or line.startswith(("(", "-"))
        text += (" " if joined else " - ") + line
    return separated_credits(text.strip()) if ":" in text else text.strip()


def image_links(images: list[_Element], url: str) -> list[str]:
    """Return the absolute URLs of images. Lazy-loaded ones have theirs in another attribute."""
    sources = (e.get("data-src") or e.get("data-original") or e.get("src") for e in images)
    links = (absolute_url(url, s) for s in sources if s and not s.startswith("data:"))
    return list(dict.fromkeys(link for link in links if link))


def absolute_url(base: str, link: str) -> str:
    """Return the link as an absolute URL, or an empty string if it is malformed."""
    if link.startswith(("https://", "http://")):
        return link
    plain = PLAIN_LINK.fullmatch(link)
    if plain and not ("/." in plain["path"] or "//" in plain["path"]):
        # As urljoin does, in a tenth of its time.
        origin, folders = _origin_and_folders(base)
        if origin and plain["start"] == "/":
            return f"{origin}/{plain['path']}"
        if origin and folders:
            folders = folders[: max(1, len(folders) - plain["start"].count(".") // 2)]
            return f"{origin}{'/'.join(folders)}/{plain['path']}"
    try:
        return urljoin(base, link.strip())
    except ValueError:  # "http://[broken" and the like
        return ""


@cache_short_texts(64)  # of all links of a page
def _origin_and_folders(base: str) -> tuple[str, list[str]]:
    """Return the origin of a URL and the names in its path, the last one left out.

    The origin is empty if it is no HTTP URL, the list if the path has dot segments.
    """
    origin = ORIGIN.match(base)
    if origin is None:
        return "", []
    folders = FOLDERS.match(base, origin.end())
    return origin.group(), folders["folders"].split("/") if folders else []


def head_of(tree: _Element) -> _Element:
    """Return the <head> of a page, or the page if it has none."""
    return next(tree.iterchildren("head"), tree)


def base_url(tree: _Element, url: str) -> str:
    """Return the URL that the relative links of the page at `url` are resolved against."""
    hrefs = (element.get("href") for element in head_of(tree).iter("base"))
    href = next((href for href in hrefs if href), None)
    if href is None:
        return url
    base = absolute_url(url, href)
    is_usable = base.startswith(("http://", "https://")) and absolute_url(base, "x")
    return base if is_usable else url


def links_of(body: bytes, url: str, content_type: str | None = None) -> list[str]:
    """Return the absolute URLs of all links in order, without repeats. Raises UnreadablePage."""
    tree, _ = parse(body, content_type)
    base = base_url(tree, url)
    links = (absolute_url(base, e.get("href") or "") for e in tree.iter("a"))
    return list(dict.fromkeys(link for link in links if link.startswith(("http://", "https://"))))


def links_by_text(body: bytes, url: str, content_type: str | None = None) -> dict[str, str]:
    """Return the absolute URLs of links by their texts, or titles, in the form for comparisons.

    Raises UnreadablePage.
    """
    tree, _ = parse(body, content_type)
    base = base_url(tree, url)
    found: dict[str, str] = {}
    for link in tree.iter("a"):
        for text in (element_text(link), link.get("title") or ""):
            found.setdefault(comparison(text), absolute_url(base, link.get("href") or ""))
    return found


def canonical_of(body: bytes) -> str | None:
    """Return the canonical link of a page, or og:url, or None. Raises UnreadablePage."""
    tree, _ = parse(body)
    canonical = canonical_link(tree)
    if canonical:
        return canonical
    tags = (e for e in tree.iter("meta") if e.get("property") == "og:url")
    return next((text for e in tags if (text := element_text(e))), None)


def canonical_link(tree: _Element, base: str = "") -> str | None:
    """Return the canonical link of a page, resolved against `base`."""
    links = (e.get("href") for e in head_of(tree).iter("link") if e.get("rel") == "canonical")
    return next((absolute_url(base, link) for link in links if link), None)
