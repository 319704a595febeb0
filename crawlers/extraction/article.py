"""extract_article: from the bytes of a page and the site's rules to a raw article.

It is a pure function, used by crawls, replay, reparse and tests.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import cast

from lxml.etree import _Element

from crawlers.extraction.classify_lines import EMPTY_BOILERPLATE, ClassifiedLines, classify_lines
from crawlers.extraction.generic.article import extract_generic_article
from crawlers.extraction.html import (
    NotFoundPage,
    UnreadablePage,
    absolute_url,
    base_url,
    canonical_link,
    element_text,
    image_links,
    new_raw_article,
    parse,
)
from crawlers.extraction.lines import PageLine, inner_text, page_lines
from crawlers.extraction.metadata import structured_data
from crawlers.extraction.trace import ExclusionKind, Trace
from crawlers.selectors import PageIndex
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.detector import Boilerplate
from pipelines.record.normalise import STRUCTURED_DATA_RULE
from pipelines.record.raw_article import RawArticle
from pipelines.text.encodings.repair import convert_to_unicode
from pipelines.text.normal_forms import comparison
from storage.messages.reasons_inspection import ExclusionReason
from storage.messages.reasons_pages import PageReason, Unread
from storage.messages.reasons_warnings import WarningCode
from storage.reasons import Reason


def extract_article(
    body: bytes,
    url: str,
    site: type[SiteConfig],
    captured_at: datetime,
    content_type: str | None = None,
    boilerplate: Boilerplate = EMPTY_BOILERPLATE,
    trace: Trace | None = None,
) -> RawArticle:
    """Extract one article page of `site`. Raises UnreadablePage, never returns half an article.

    Args:
        boilerplate: the boilerplate lines of the site; its version is part of the extractor version
        trace: collects what is left out of the text, if given
    """
    if site.generic:
        return extract_generic_article(
            body, url, site, captured_at, content_type, boilerplate, trace
        )
    tree, warnings = parse(body, content_type)
    page = new_raw_article(url, site, captured_at, boilerplate, warnings)
    index = PageIndex(tree, site.indexed_names)
    for field in ("title", "lead", "byline", "source", "section"):
        setattr(page, field, _first_text(index, site, field, page.rules))
    _extract_dates(index, site, page)
    tags = _matching_texts(index, site, "tags", page.rules)
    page.tags = list(dict.fromkeys(tag.lstrip("#") for tag in tags))
    page.base = base_url(tree, url)
    page.canonical = canonical_link(tree, page.base)
    has_json = b"ld+json" in body or b"\x00" in body  # UTF-16 has a zero byte in every ASCII letter
    page.structured = structured_data(tree, has_json=has_json)
    _use_structured_data(page)
    if not page.title:
        raise UnreadablePage(Reason(Unread.NO_TITLE_BY_RULES, rules=site.select["title"]))
    if any(text in page.title for text in site.not_found):
        raise NotFoundPage(Reason(PageReason.NOT_FOUND_PAGE, title=page.title))
    container = _find_body(index, site, page.rules)
    if container is None:
        raise UnreadablePage(Reason(Unread.NO_BODY_BY_RULES, rules=site.select["body"]))
    excluded = {e for rule in site.exclude for e in index.find(rule, container)}
    _exclude_posting_account(index, site, page, excluded)
    if trace is not None:
        _trace_excluded(trace, index, container, site)
    classified = _extract_lines(index, container, site, page, excluded, boilerplate, trace)
    _fill_body(page, site, classified)
    if not page.blocks and not page.lead and not page.captions:
        raise UnreadablePage(Reason(Unread.BODY_EMPTY))
    if classified.encoding_problem is not None:
        _convert_legacy_text(page, site, classified.encoding_problem)
    return page


def _convert_legacy_text(page: RawArticle, site: type[SiteConfig], encoding_problem: str) -> None:
    """Warn of TCVN3, VNI and the like, or convert them if the site sets `repair_text`."""
    if not site.repair_text:
        page.legacy_encoding = encoding_problem
        page.warnings.append(Reason(WarningCode.LEGACY_ENCODING, encoding=encoding_problem))
        return
    page.warnings.append(Reason(WarningCode.LEGACY_ENCODING_CONVERTED, encoding=encoding_problem))
    for field in ("title", "lead", "byline", "source", "section"):
        value = getattr(page, field)
        setattr(page, field, convert_to_unicode(value, encoding_problem) if value else value)
    page.blocks = [
        replace(block, text=convert_to_unicode(block.text, encoding_problem))
        for block in page.blocks
    ]
    page.captions = [convert_to_unicode(caption, encoding_problem) for caption in page.captions]


def _use_structured_data(page: RawArticle) -> None:
    """Fill title and section from the metadata if no rule matched, and record that."""
    for field in ("title", "section"):
        value = getattr(page.structured, field)
        if value and not getattr(page, field) and field not in page.absent:
            setattr(page, field, value)
            page.rules[field] = STRUCTURED_DATA_RULE


def _extract_lines(
    index: PageIndex,
    container: _Element,
    site: type[SiteConfig],
    page: RawArticle,
    excluded: set[_Element],
    boilerplate: Boilerplate,
    trace: Trace | None,
) -> ClassifiedLines:
    captions = {e for rule in site.captions for e in index.find(rule, container)}
    lines, images = page_lines(container, excluded, captions)
    page.images = image_links(images, page.base)
    all_lines = lines
    lines = [
        line for line in lines if not (line.link and _links_to_other_article(line.link, page, site))
    ]
    if lines and page.title and _repeats_title(lines[0].text, page.title):
        del lines[0]  # NukeViet and ePi pages repeat the title above the text
    if trace is not None:
        trace.add_lines(all_lines, lines, lambda line: _exclusion_reason(line, page, site))
    lead = None if site.lead_is == "first_paragraph_kept" else page.lead
    return classify_lines(
        lines, lead=lead, bold_is_subhead=site.bold_is_subhead, boilerplate=boilerplate, trace=trace
    )


def _exclusion_reason(
    line: PageLine, page: RawArticle, site: type[SiteConfig]
) -> tuple[ExclusionKind, Reason]:
    """Return why a line is removed before the lines are classified, for a trace."""
    if line.link and _links_to_other_article(line.link, page, site):
        why = Reason(ExclusionReason.LINK_TO_OTHER_PAGE, url=line.link)
        return ExclusionKind.RELATED, why
    return ExclusionKind.REPEATED_TITLE, Reason(ExclusionReason.REPEATS_TITLE)


def _trace_excluded(
    trace: Trace, index: PageIndex, container: _Element, site: type[SiteConfig]
) -> None:
    for rule in site.exclude:
        for element in index.find(rule, container):
            why = Reason(ExclusionReason.MATCHES_RULE, rule=rule)
            trace.add_element(element, ExclusionKind.EXCLUDE_RULE, why)
    for rule in site.posting_account:
        for element in index.find(rule, container):
            why = Reason(ExclusionReason.MATCHES_RULE, rule=rule)
            trace.add_element(element, ExclusionKind.POSTING_ACCOUNT, why)
    trace.add_skipped_elements(container)


def _repeats_title(text: str, title: str) -> bool:
    """Compare without case. Lengths first, because folding a paragraph is slow."""
    similar_length = abs(len(text) - len(title)) <= 8
    return similar_length and comparison(text).lower() == comparison(title).lower()


def _links_to_other_article(link: str, page: RawArticle, site: type[SiteConfig]) -> bool:
    """Return whether the link leads to another article of the site."""
    key = site.key_of(absolute_url(page.base, link))
    return key is not None and key != page.key


def _fill_body(page: RawArticle, site: type[SiteConfig], body: ClassifiedLines) -> None:
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


def _matching_texts(
    index: PageIndex, site: type[SiteConfig], field: str, rules: dict[str, str]
) -> list[str]:
    """Return the texts of the first matching rule of a field, and store the rule in `rules`."""
    for rule in site.select.get(field, []):
        texts = [text for element in index.find(rule) if (text := element_text(element))]
        if texts:
            rules[field] = rule
            return texts
    return []


def _first_text(
    index: PageIndex, site: type[SiteConfig], field: str, rules: dict[str, str]
) -> str | None:
    texts = _matching_texts(index, site, field, rules)
    if field == "byline" and texts:  # one element for each author
        return " - ".join(dict.fromkeys(texts))
    return texts[0] if texts else None


def _extract_dates(index: PageIndex, site: type[SiteConfig], page: RawArticle) -> None:
    page.published = _first_text(index, site, "published", page.rules)
    page.updated = _first_text(index, site, "updated", page.rules)
    rule = page.rules.get("published")
    if rule:
        stamps = (e.get("datetime") for e in index.find(rule))
        page.published_stamp = next((s for s in stamps if s), None)


def _exclude_posting_account(
    index: PageIndex, site: type[SiteConfig], page: RawArticle, excluded: set[_Element]
) -> None:
    for rule in site.posting_account:
        for element in index.find(rule):
            page.posting_account = page.posting_account or element_text(element)
            excluded.add(element)


def _find_body(index: PageIndex, site: type[SiteConfig], rules: dict[str, str]) -> _Element | None:
    """Return the longest match of the first matching rule; some pages also have an empty one."""
    for rule in site.select["body"]:
        matches = index.find(rule)
        if matches:
            rules["body"] = rule
            longest = max(matches, key=_length) if len(matches) > 1 else matches[0]
            return cast(_Element, longest)
    return None


def _length(element: _Element) -> int:
    return len(inner_text(element))
