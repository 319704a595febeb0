"""Reading a page: bytes and a site's rules in, what the page says out. No network, no database.

The same function serves a live crawl, a replay, a reread of the archive and a test.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import cast
from urllib.parse import urljoin

from lxml.etree import HTMLParser, XMLSyntaxError, _Element, fromstring

from crawlers.blocks import inner_text, lines_of
from crawlers.compose import NOTHING_LEARNED, Body, compose
from crawlers.decode import as_utf8
from crawlers.rules import SiteRules
from crawlers.select import PageIndex
from crawlers.structured import structured_data
from pipelines.legacy import convert, suspect
from pipelines.normalise import STRUCTURED
from pipelines.printed import PrintedArticle
from pipelines.template import Template
from pipelines.text import comparison

MAX_BYTES = 10_000_000  # no article page of these sites is a tenth of it


class Unreadable(ValueError):
    """The page is no article that can be read; the message says why. The capture is kept."""


MAX_ATTRIBUTES = 10_000  # libxml2 takes quadratic time to read a tag's attributes
SAMPLE_BLOCKS, SAMPLE = 6, 2000  # paragraphs, characters: a legacy text shows in its first ones
LONG_TAG_BYTES = 30_000
LONG_TAG = re.compile(rb"<[a-zA-Z][^<>]{%d,}" % (LONG_TAG_BYTES - 1000))


class NotFoundPage(Unreadable):
    """The site's own page for what it does not have, sent with status 200 (a soft 404)."""


def parse(body: bytes, content_type: str | None = None) -> tuple[_Element, list[str]]:
    """The tree of a page and the warnings of decoding it. Raises Unreadable."""
    if not body.strip():
        raise Unreadable("empty body")
    if len(body) > MAX_BYTES:
        raise Unreadable(f"page of {len(body)} bytes, more than {MAX_BYTES}")
    if _is_bloated(body):
        raise Unreadable(f"a tag with more than {MAX_ATTRIBUTES} attributes")
    utf8, warnings = as_utf8(body, content_type)
    try:
        # lxml.html would choose a class for every element in Python; plain elements suffice.
        parser = HTMLParser(encoding="utf-8", remove_pis=True)
        tree: _Element | None = fromstring(utf8, parser)
    except (XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"no HTML in it: {error}") from error
    if tree is None:
        raise Unreadable("no HTML in it")
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


def read_page(
    body: bytes,
    url: str,
    site: type[SiteRules],
    captured_at: datetime,
    content_type: str | None = None,
    template: Template = NOTHING_LEARNED,
) -> PrintedArticle:
    """Reads one article page of `site`. Raises Unreadable, never returns half an article.

    `template` holds what was learned of the site's template; its version is part of the reader's.
    """
    if site.generic:
        from crawlers.generic import read_generic  # it stands on this module

        return read_generic(body, url, site, captured_at, content_type, template)
    tree, warnings = parse(body, content_type)
    page = PrintedArticle(
        site=site.name,
        key=site.key_of(url) or url,
        url=url,
        captured_at=captured_at,
        reader=reader_version(site, template),
        language=site.language,
        absent=frozenset(site.absent),
        warnings=warnings,
    )
    index = PageIndex(tree, site.keys)
    for field in ("title", "lead", "byline", "source", "section"):
        setattr(page, field, _first(index, site, field, page.rules))
    _read_dates(index, site, page)
    page.tags = _all(index, site, "tags", page.rules)
    page.canonical = canonical_link(tree)
    page.structured = structured_data(tree, has_json=b"ld+json" in body)
    _stand_in(page)
    if not page.title:
        raise Unreadable(f"no title: none of {site.select['title']} is on the page")
    if any(mark in page.title for mark in site.not_found):
        raise NotFoundPage(f"shows the site's page for what it does not have: {page.title!r}")
    container = _container(index, site, page.rules)
    if container is None:
        raise Unreadable(f"no body: none of {site.select['body']} is on the page")
    dropped = {e for rule in site.drop for e in index.find(rule, container)}
    _read_posted_by(index, site, page, dropped)
    _fill_body(page, site, _compose(index, container, site, page, dropped, template))
    if not page.blocks and not page.lead and not page.captions:
        raise Unreadable("the body is empty")
    _mend_legacy_text(page, site)
    return page


def _mend_legacy_text(page: PrintedArticle, site: type[SiteRules]) -> None:
    """Warns of TCVN3, VNI and the like; converts them where the site asks for it."""
    sample = "\n".join(block.text for block in page.blocks[:SAMPLE_BLOCKS])[:SAMPLE]
    trouble = suspect(sample)
    if trouble is None:
        return
    if not site.repair_text:
        page.warnings.append(f"the text looks like {trouble} (repair_text converts it)")
        return
    page.warnings.append(f"converted from {trouble}")
    for field in ("title", "lead", "byline", "source", "section"):
        value = getattr(page, field)
        setattr(page, field, convert(value, trouble) if value else value)
    page.blocks = [replace(block, text=convert(block.text, trouble)) for block in page.blocks]
    page.captions = [convert(caption, trouble) for caption in page.captions]


def _stand_in(page: PrintedArticle) -> None:
    """Takes from the metadata what no rule found, and says so."""
    for field in ("title", "section"):
        value = getattr(page.structured, field)
        if value and not getattr(page, field) and field not in page.absent:
            setattr(page, field, value)
            page.rules[field] = STRUCTURED


def _compose(
    index: PageIndex,
    container: _Element,
    site: type[SiteRules],
    page: PrintedArticle,
    dropped: set[_Element],
    template: Template,
) -> Body:
    captions = {e for rule in site.captions for e in index.find(rule, container)}
    lines, images = lines_of(container, dropped, captions)
    page.images = image_links(images, page.url or "")
    lines = [line for line in lines if not (line.link and _leads_away(line.link, page, site))]
    if lines and page.title and _repeats(lines[0].text, page.title):
        del lines[0]  # NukeViet and ePi pages repeat the title over the text
    lead = None if site.lead_is == "first_paragraph_kept" else page.lead
    return compose(lines, lead=lead, bold_is_subhead=site.bold_is_subhead, template=template)


def _repeats(text: str, title: str) -> bool:
    """The title again, be it in capitals. Lengths first: folding a paragraph costs most of it."""
    near = abs(len(text) - len(title)) <= 8
    return near and comparison(text).lower() == comparison(title).lower()


def _leads_away(link: str, page: PrintedArticle, site: type[SiteRules]) -> bool:
    """Whether a line that is a link as a whole names another article: a related list's entry."""
    key = site.key_of(absolute(page.url or "", link))
    return key is not None and key != page.key


def reader_version(site: type[SiteRules], template: Template) -> str:
    return f"{site.reader}.t{template.version}" if template.version else site.reader


def _fill_body(page: PrintedArticle, site: type[SiteRules], body: Body) -> None:
    if site.lead_is != "selected" and body.blocks and body.blocks[0].kind == "paragraph":
        page.lead = body.blocks[0].text
        page.rules["lead"] = site.lead_is.replace("_", " ")
        if site.lead_is == "first_paragraph":
            del body.blocks[0]
    page.blocks, page.captions, page.zones = body.blocks, body.captions, body.zones
    if body.bylines and not page.byline:
        page.byline = " - ".join(body.bylines)
        page.rules["byline"] = "end of body"
    if body.sources and not page.source:
        page.source = body.sources[0]
        page.rules["source"] = "end of body"


def _first(
    index: PageIndex, site: type[SiteRules], field: str, rules: dict[str, str]
) -> str | None:
    for rule in site.select.get(field, []):
        texts = (text_of(element) for element in index.find(rule))
        found = [text for text in texts if text]
        if found:
            rules[field] = rule
            # Several authors stand in an element each; of anything else the first one counts.
            return " - ".join(dict.fromkeys(found)) if field == "byline" else found[0]
    return None


def _all(index: PageIndex, site: type[SiteRules], field: str, rules: dict[str, str]) -> list[str]:
    for rule in site.select.get(field, []):
        texts = [text.lstrip("#") for e in index.find(rule) if (text := text_of(e))]
        if texts:
            rules[field] = rule
            return list(dict.fromkeys(texts))
    return []


def _read_dates(index: PageIndex, site: type[SiteRules], page: PrintedArticle) -> None:
    page.published = _first(index, site, "published", page.rules)
    page.updated = _first(index, site, "updated", page.rules)
    rule = page.rules.get("published")
    if rule:
        stamped = (e.get("datetime") for e in index.find(rule))
        page.published_stamp = next((s for s in stamped if s), None)


def _read_posted_by(
    index: PageIndex, site: type[SiteRules], page: PrintedArticle, dropped: set[_Element]
) -> None:
    for rule in site.posted_by:
        for element in index.find(rule):
            page.posted_by = page.posted_by or text_of(element)
            dropped.add(element)


def _container(index: PageIndex, site: type[SiteRules], rules: dict[str, str]) -> _Element | None:
    """The body's element: the first rule's longest match, as some pages nest an empty one."""
    for rule in site.select["body"]:
        found = index.find(rule)
        if len(found) == 1:
            rules["body"] = rule
            return cast(_Element, found[0])
        if found:
            rules["body"] = rule
            longest: _Element = max(found, key=lambda e: len(inner_text(e)))
            return longest
    return None


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
    links = (e.get("href") for e in tree.iter("link") if e.get("rel") == "canonical")
    return next((link for link in links if link), None)
