"""Reading a page: bytes and a site's rules in, what the page says out. No network, no database.

The same function serves a live crawl, a replay, a reread of the archive and a test.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import cast

from lxml.etree import _Element

from crawlers.extraction.classify_lines import NOTHING_LEARNED, Body, compose
from crawlers.extraction.generic.article import extract_generic_article
from crawlers.extraction.html import (
    NotFoundPage,
    UnreadablePage,
    absolute,
    canonical_link,
    image_links,
    new_raw_article,
    parse,
    text_of,
)
from crawlers.extraction.lines import Line, inner_text, lines_of
from crawlers.extraction.metadata import structured_data
from crawlers.extraction.trace import Kind, Trace
from crawlers.selectors import PageIndex
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.detector import Boilerplate
from pipelines.record.normalise import STRUCTURED_DATA_RULE
from pipelines.record.raw_article import RawArticle
from pipelines.text.encodings.repair import convert_to_unicode
from pipelines.text.normal_forms import comparison
from storage.messages.reasons_pages import PageReason, Unread
from storage.reasons import Reason


def extract_article(
    body: bytes,
    url: str,
    site: type[SiteConfig],
    captured_at: datetime,
    content_type: str | None = None,
    template: Boilerplate = NOTHING_LEARNED,
    trace: Trace | None = None,
) -> RawArticle:
    """Reads one article page of `site`. Raises Unreadable, never returns half an article.

    `template` holds what was learned of the site's template; its version is part of the reader's.
    `trace` is told what was left out of the text.
    """
    if site.generic:
        return extract_generic_article(body, url, site, captured_at, content_type, template, trace)
    tree, warnings = parse(body, content_type)
    page = new_raw_article(url, site, captured_at, template, warnings)
    index = PageIndex(tree, site.indexed_names)
    for field in ("title", "lead", "byline", "source", "section"):
        setattr(page, field, _first(index, site, field, page.rules))
    _read_dates(index, site, page)
    tags = _texts(index, site, "tags", page.rules)
    page.tags = list(dict.fromkeys(tag.lstrip("#") for tag in tags))
    page.canonical = canonical_link(tree)
    has_json = b"ld+json" in body or b"\x00" in body  # UTF-16 has zeros between its letters
    page.structured = structured_data(tree, has_json=has_json)
    _stand_in(page)
    if not page.title:
        raise UnreadablePage(Reason(Unread.NO_TITLE_BY_RULES, rules=site.select["title"]))
    if any(mark in page.title for mark in site.not_found):
        raise NotFoundPage(Reason(PageReason.NOT_FOUND_PAGE, title=page.title))
    container = _container(index, site, page.rules)
    if container is None:
        raise UnreadablePage(Reason(Unread.NO_BODY_BY_RULES, rules=site.select["body"]))
    dropped = {e for rule in site.exclude for e in index.find(rule, container)}
    _read_posted_by(index, site, page, dropped)
    if trace is not None:
        _tell_dropped(trace, index, container, site)
    text = _compose(index, container, site, page, dropped, template, trace)
    _fill_body(page, site, text)
    if not page.blocks and not page.lead and not page.captions:
        raise UnreadablePage(Reason(Unread.BODY_EMPTY))
    if text.trouble is not None:
        _mend_legacy_text(page, site, text.trouble)
    return page


def _mend_legacy_text(page: RawArticle, site: type[SiteConfig], trouble: str) -> None:
    """Warns of TCVN3, VNI and the like; converts them where the site asks for it."""
    if not site.repair_text:
        page.old_encoding = trouble
        page.warnings.append(f"the text looks like {trouble} (repair_text converts it)")
        return
    page.warnings.append(f"converted from {trouble}")
    for field in ("title", "lead", "byline", "source", "section"):
        value = getattr(page, field)
        setattr(page, field, convert_to_unicode(value, trouble) if value else value)
    page.blocks = [
        replace(block, text=convert_to_unicode(block.text, trouble)) for block in page.blocks
    ]
    page.captions = [convert_to_unicode(caption, trouble) for caption in page.captions]


def _stand_in(page: RawArticle) -> None:
    """Takes from the metadata what no rule found, and says so."""
    for field in ("title", "section"):
        value = getattr(page.structured, field)
        if value and not getattr(page, field) and field not in page.absent:
            setattr(page, field, value)
            page.rules[field] = STRUCTURED_DATA_RULE


def _compose(
    index: PageIndex,
    container: _Element,
    site: type[SiteConfig],
    page: RawArticle,
    dropped: set[_Element],
    template: Boilerplate,
    trace: Trace | None,
) -> Body:
    captions = {e for rule in site.captions for e in index.find(rule, container)}
    lines, images = lines_of(container, dropped, captions)
    page.images = image_links(images, page.url or "")
    given = lines
    lines = [line for line in lines if not (line.link and _leads_away(line.link, page, site))]
    if lines and page.title and _repeats(lines[0].text, page.title):
        del lines[0]  # NukeViet and ePi pages repeat the title over the text
    if trace is not None:
        trace.lines(given, lines, lambda line: _aside(line, page, site))
    lead = None if site.lead_is == "first_paragraph_kept" else page.lead
    return compose(
        lines, lead=lead, bold_is_subhead=site.bold_is_subhead, template=template, trace=trace
    )


def _aside(line: Line, page: RawArticle, site: type[SiteConfig]) -> tuple[Kind, str]:
    """Why a line does not even come to be sorted, for a trace."""
    if line.link and _leads_away(line.link, page, site):
        return "related", f"the whole line is a link to another article: {line.link}"
    return "repeated", "repeats the title"


def _tell_dropped(
    trace: Trace, index: PageIndex, container: _Element, site: type[SiteConfig]
) -> None:
    for rule in site.exclude:
        for element in index.find(rule, container):
            trace.element(element, "drop rule", rule)
    for rule in site.posting_account:
        for element in index.find(rule, container):
            trace.element(element, "posted by", rule)
    trace.unread_in(container)


def _repeats(text: str, title: str) -> bool:
    """The title again, be it in capitals. Lengths first: folding a paragraph costs most of it."""
    near = abs(len(text) - len(title)) <= 8
    return near and comparison(text).lower() == comparison(title).lower()


def _leads_away(link: str, page: RawArticle, site: type[SiteConfig]) -> bool:
    """Whether a line that is a link as a whole names another article: a related list's entry."""
    key = site.key_of(absolute(page.url or "", link))
    return key is not None and key != page.key


def _fill_body(page: RawArticle, site: type[SiteConfig], body: Body) -> None:
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


def _texts(
    index: PageIndex, site: type[SiteConfig], field: str, rules: dict[str, str]
) -> list[str]:
    """The texts that the first fitting rule of a field finds; `rules` is told which one it was."""
    for rule in site.select.get(field, []):
        texts = [text for element in index.find(rule) if (text := text_of(element))]
        if texts:
            rules[field] = rule
            return texts
    return []


def _first(
    index: PageIndex, site: type[SiteConfig], field: str, rules: dict[str, str]
) -> str | None:
    found = _texts(index, site, field, rules)
    if field == "byline" and found:  # several authors stand in an element each
        return " - ".join(dict.fromkeys(found))
    return found[0] if found else None


def _read_dates(index: PageIndex, site: type[SiteConfig], page: RawArticle) -> None:
    page.published = _first(index, site, "published", page.rules)
    page.updated = _first(index, site, "updated", page.rules)
    rule = page.rules.get("published")
    if rule:
        stamped = (e.get("datetime") for e in index.find(rule))
        page.published_stamp = next((s for s in stamped if s), None)


def _read_posted_by(
    index: PageIndex, site: type[SiteConfig], page: RawArticle, dropped: set[_Element]
) -> None:
    for rule in site.posting_account:
        for element in index.find(rule):
            page.posting_account = page.posting_account or text_of(element)
            dropped.add(element)


def _container(index: PageIndex, site: type[SiteConfig], rules: dict[str, str]) -> _Element | None:
    """The body's element: the first rule's longest match, as some pages nest an empty one."""
    for rule in site.select["body"]:
        found = index.find(rule)
        if found:
            rules["body"] = rule
            longest = max(found, key=_length) if len(found) > 1 else found[0]
            return cast(_Element, longest)
    return None


def _length(element: _Element) -> int:
    return len(inner_text(element))
