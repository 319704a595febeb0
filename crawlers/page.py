"""Reading a page: bytes and a site's rules in, what the page says out. No network, no database.

The same function serves a live crawl, a replay, a reread of the archive and a test.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin

from lxml.etree import ParserError, _Element
from lxml.html import HTMLParser, document_fromstring

from crawlers.blocks import inner_text, lines_of
from crawlers.compose import Body, compose
from crawlers.decode import decode
from crawlers.rules import SiteRules, compile_selector
from pipelines.printed import PrintedArticle
from pipelines.text import clean, comparison

MAX_BYTES = 10_000_000  # no article page of these sites is a tenth of it
CANONICAL = compile_selector("link[rel=canonical]")
LINKS = compile_selector("a[href]")
OG_URL = compile_selector("meta[property='og:url']")


class Unreadable(ValueError):
    """The page is no article that can be read; the message says why. The capture is kept."""


class NotFoundPage(Unreadable):
    """The site's own page for what it does not have, sent with status 200 (a soft 404)."""


def parse(body: bytes, content_type: str | None = None) -> tuple[_Element, list[str]]:
    """The tree of a page and the warnings of decoding it. Raises Unreadable."""
    if not body.strip():
        raise Unreadable("empty body")
    if len(body) > MAX_BYTES:
        raise Unreadable(f"page of {len(body)} bytes, more than {MAX_BYTES}")
    text, warnings = decode(body, content_type)
    try:
        parser = HTMLParser(encoding="utf-8", remove_pis=True)
        return document_fromstring(text.encode("utf-8", "replace"), parser=parser), warnings
    except (ParserError, ValueError) as error:
        raise Unreadable(f"no HTML in it: {error}") from error


def read_page(
    body: bytes,
    url: str,
    site: type[SiteRules],
    captured_at: datetime,
    content_type: str | None = None,
) -> PrintedArticle:
    """Reads one article page of `site`. Raises Unreadable, never returns half an article."""
    tree, warnings = parse(body, content_type)
    page = PrintedArticle(
        site=site.name,
        key=site.key_of(url) or url,
        url=url,
        captured_at=captured_at,
        reader=site.reader,
        language=site.language,
        absent=frozenset(site.absent),
        warnings=warnings,
    )
    dropped = {e for rule in site.drop for e in compile_selector(rule)(tree)}
    for field in ("title", "lead", "byline", "source", "section"):
        setattr(page, field, _first(tree, site, field, page.rules))
    _read_dates(tree, site, page)
    _read_posted_by(tree, site, page, dropped)
    page.tags = _all(tree, site, "tags")
    page.canonical = next((e.get("href") for e in CANONICAL(tree)), None)
    if not page.title:
        raise Unreadable(f"no title: none of {site.select['title']} is on the page")
    if any(mark in page.title for mark in site.not_found):
        raise NotFoundPage(f"shows the site's page for what it does not have: {page.title!r}")
    container = _container(tree, site, page.rules)
    if container is None:
        raise Unreadable(f"no body: none of {site.select['body']} is on the page")
    page.images = _images(container, dropped, url)
    _fill_body(page, site, _compose(container, site, page, dropped))
    if not page.blocks and not page.lead and not page.captions:
        raise Unreadable("the body is empty")
    return page


def _compose(
    container: _Element, site: type[SiteRules], page: PrintedArticle, dropped: set[_Element]
) -> Body:
    captions = {e for rule in site.captions for e in compile_selector(rule)(container)}
    lines = lines_of(container, dropped, captions)
    if lines and page.title and comparison(lines[0].text) == comparison(page.title):
        del lines[0]  # NukeViet and ePi pages repeat the title over the text
    lead = None if site.lead_is == "first_paragraph_kept" else page.lead
    return compose(lines, lead=lead, bold_is_subhead=site.bold_is_subhead)


def _fill_body(page: PrintedArticle, site: type[SiteRules], body: Body) -> None:
    if site.lead_is != "selected" and body.blocks and body.blocks[0].kind == "paragraph":
        page.lead = body.blocks[0].text
        page.rules["lead"] = site.lead_is.replace("_", " ")
        if site.lead_is == "first_paragraph":
            del body.blocks[0]
    page.blocks, page.captions = body.blocks, body.captions
    if body.bylines and not page.byline:
        page.byline = " - ".join(body.bylines)
        page.rules["byline"] = "end of body"
    if body.sources and not page.source:
        page.source = body.sources[0]
        page.rules["source"] = "end of body"


def _first(tree: _Element, site: type[SiteRules], field: str, rules: dict[str, str]) -> str | None:
    for rule in site.select.get(field, []):
        for element in compile_selector(rule)(tree):
            text = text_of(element)
            if text:
                rules[field] = rule
                return text
    return None


def _all(tree: _Element, site: type[SiteRules], field: str) -> list[str]:
    for rule in site.select.get(field, []):
        texts = [text.lstrip("#") for e in compile_selector(rule)(tree) if (text := text_of(e))]
        if texts:
            return list(dict.fromkeys(texts))
    return []


def _read_dates(tree: _Element, site: type[SiteRules], page: PrintedArticle) -> None:
    page.published = _first(tree, site, "published", page.rules)
    page.updated = _first(tree, site, "updated", page.rules)
    rule = page.rules.get("published")
    if rule:
        stamped = (e.get("datetime") for e in compile_selector(rule)(tree))
        page.published_stamp = next((s for s in stamped if s), None)


def _read_posted_by(
    tree: _Element, site: type[SiteRules], page: PrintedArticle, dropped: set[_Element]
) -> None:
    for rule in site.posted_by:
        for element in compile_selector(rule)(tree):
            page.posted_by = page.posted_by or text_of(element)
            dropped.add(element)


def _container(tree: _Element, site: type[SiteRules], rules: dict[str, str]) -> _Element | None:
    """The body's element: the first rule's longest match, as some pages nest an empty one."""
    for rule in site.select["body"]:
        found = compile_selector(rule)(tree)
        if found:
            rules["body"] = rule
            longest: _Element = max(found, key=lambda e: len(inner_text(e)))
            return longest
    return None


def text_of(element: _Element | str) -> str:
    """The text of a selected element; the content of a meta tag; XPath may select text itself."""
    if isinstance(element, str):
        return clean(element)
    if element.tag == "meta":
        return clean(element.get("content") or "")
    return clean(inner_text(element))


def _images(container: _Element, dropped: set[_Element], url: str) -> list[str]:
    found = []
    for image in container.iter("img"):
        source = image.get("data-src") or image.get("data-original") or image.get("src")
        inside = any(ancestor in dropped for ancestor in image.iterancestors())
        if source and not source.startswith("data:") and not inside:
            found.append(_absolute(url, source))
    return list(dict.fromkeys(f for f in found if f))


def _absolute(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip())
    except ValueError:  # "http://[broken" and the like
        return ""


def links_of(body: bytes, url: str, content_type: str | None = None) -> list[str]:
    """Every link of a page, absolute, in order, once each. Raises Unreadable."""
    tree, _ = parse(body, content_type)
    links = (_absolute(url, e.get("href") or "") for e in LINKS(tree))
    return list(dict.fromkeys(link for link in links if link.startswith(("http://", "https://"))))


def canonical_of(body: bytes) -> str | None:
    """The canonical link of a page, or the address that its OpenGraph tags give."""
    tree, _ = parse(body)
    for element in CANONICAL(tree):
        if element.get("href"):
            return str(element.get("href"))
    return next((text_of(e) for e in OG_URL(tree) if text_of(e)), None)
