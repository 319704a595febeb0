"""extract_article: from the bytes of a page and the site's rules to a raw article.

It is a pure function, used by crawls, replay, import, reparse and tests. The rules of a site are
hypotheses: each field is decided on its own, by what the witnesses (witnesses.py) say of its
candidates. The generic extractor runs only for a body or a date that the rules do not find.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from lxml.etree import _Element

from crawlers.extraction.classify_lines import (
    EMPTY_BOILERPLATE,
    ClassifiedLines,
    classify_lines,
    is_moment,
)
from crawlers.extraction.foreign_boxes import foreign_boxes
from crawlers.extraction.frame_lines import repeats_title, title_index, without_frame, without_links
from crawlers.extraction.generic.article import extract_generic_article
from crawlers.extraction.generic.layout import class_and_id
from crawlers.extraction.head_fields import (
    HEAD_TITLE_RULE,
    extract_dates,
    extract_title,
    first_text,
    matching_texts,
)
from crawlers.extraction.html import (
    NotFoundPage,
    OtherKindPage,
    UnreadablePage,
    absolute_url,
    base_url,
    canonical_link,
    check_encoded,
    element_text,
    image_links,
    new_raw_article,
    parse,
)
from crawlers.extraction.leads import bold_opening, settle_lead
from crawlers.extraction.legacy_text import handle_legacy_text
from crawlers.extraction.lines import PageLine, inner_text, page_lines, text_lines
from crawlers.extraction.metadata import structured_data
from crawlers.extraction.pictures import caption_line, pictures_above
from crawlers.extraction.printed_leads import (
    check_described_lead,
    check_inside_lead,
    take_lead_above,
    take_marked_lead,
)
from crawlers.extraction.teasers import teaser_boxes, without_teasers
from crawlers.extraction.trace import ExclusionKind, Trace
from crawlers.extraction.witnesses import Witnesses, Words
from crawlers.selectors import PageIndex
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.detector import Boilerplate
from pipelines.record.bylines.parse import adds_source, is_byline, names_in_full, parse_byline
from pipelines.record.normalise import STRUCTURED_DATA_RULE
from pipelines.record.raw_article import RawArticle, Verdict
from storage.messages.reasons_inspection import ExclusionReason
from storage.messages.reasons_pages import PageReason, Unread
from storage.messages.reasons_warnings import WarningCode
from storage.reasons import Reason

LEGACY_WARNINGS = (WarningCode.LEGACY_ENCODING, WarningCode.LEGACY_ENCODING_CONVERTED)
MIN_PART_CHARS = 30  # of a further body element
MAX_COMPARED_CHARS = 1500  # of a text that is compared with its title
MIN_TITLE_WORDS = 0.5  # of the words of a title, that the text has too
MIN_LONGER = 2  # times as long as a disputed body, which is another part of the page
MIN_COMMON_TEXT = 0.5  # of the generic extractor's text that must be in a disputed body
# Of a page of which the generic extractor is asked for a field: it takes seconds a megabyte.
MAX_COMPARED_BYTES = 500_000


@dataclass(frozen=True, slots=True)
class _Arguments:
    """What extract_article was called with, for a second extraction of the same page."""

    body: bytes
    url: str
    site: type[SiteConfig]
    captured_at: datetime
    content_type: str | None
    boilerplate: Boilerplate

    @property
    def is_huge(self) -> bool:
        """Whether a second extraction, for a single field, would take too long."""
        return len(self.body) > MAX_COMPARED_BYTES


def extract_article(
    body: bytes,
    url: str,
    site: type[SiteConfig],
    captured_at: datetime,
    content_type: str | None = None,
    boilerplate: Boilerplate = EMPTY_BOILERPLATE,
    trace: Trace | None = None,
    *,
    rules_only: bool = False,
    is_stored: bool = True,
) -> RawArticle:
    """Extract one article page of `site`. Raises UnreadablePage, never returns half an article.

    Args:
        boilerplate: the boilerplate lines of the site; its version is part of the extractor version
        trace: collects what is left out of the text, if given
        rules_only: read the body by the site's rules or not at all. The body of an article that
            they have read before must not change because another extractor reads it.
        is_stored: what is stored as an article stays one; another page may be OtherKindPage
    """
    arguments = _Arguments(body, url, site, captured_at, content_type, boilerplate)
    if site.generic:
        return _extract_generic(arguments, trace)
    tree, warnings = parse(body, content_type)
    page = new_raw_article(url, site, captured_at, boilerplate, warnings)
    index = PageIndex(tree, site.indexed_names)
    if not is_stored:
        _check_kind(index, site)
    page.base = base_url(tree, url)
    page.canonical = canonical_link(tree, page.base)
    page.structured = structured_data(tree)
    witnesses = Witnesses.of(page, tree, site.title)
    _extract_head(index, site, page, witnesses)
    if page.title and any(text in page.title for text in site.not_found):
        raise NotFoundPage(Reason(PageReason.NOT_FOUND_PAGE, title=page.title))
    containers = _find_body(index, site, page.rules)
    if not containers:
        check_described_lead(page, text_lines(index.tree))
        _read_by_generic(page, arguments, trace, rules_only=rules_only)
    else:
        lines = _body_lines(index, containers, site, page, trace)
        check_described_lead(page, [line.text for line in lines], containers[0])
        with_head = bool(title_index(lines, page.title or ""))
        problem = _read_body(lines, site, page, boilerplate, trace)
        check_inside_lead(page)
        take_marked_lead(page, containers[0])
        take_lead_above(page, containers[0], partial(_title_element, index, site, page))
        skipped = rules_only or (arguments.is_huge and page.blocks)
        better = not skipped and (with_head or _is_another_part(page))
        if better and _use_better_body(page, arguments, trace, with_head=with_head):
            problem = None  # the generic extractor has handled it
        if problem is not None:
            handle_legacy_text(page, site, problem)
    if not page.title:
        raise UnreadablePage(Reason(Unread.NO_TITLE_BY_RULES, rules=site.select["title"]))
    if not page.blocks and not page.lead and not page.captions:
        raise UnreadablePage(Reason(Unread.BODY_EMPTY))
    _complete_date(page, arguments, witnesses)
    return page


def _check_kind(index: PageIndex, site: type[SiteConfig]) -> None:
    """Raise OtherKindPage if a rule of `not_article` matches the page."""
    for rule in site.not_article:
        if index.find(rule):
            raise OtherKindPage(Reason(Unread.OTHER_KIND, rule=rule))


def _extract_generic(arguments: _Arguments, trace: Trace | None = None) -> RawArticle:
    return extract_generic_article(
        arguments.body,
        arguments.url,
        arguments.site,
        arguments.captured_at,
        arguments.content_type,
        arguments.boilerplate,
        trace,
    )


def _read_by_generic(
    page: RawArticle, arguments: _Arguments, trace: Trace | None, *, rules_only: bool
) -> None:
    """Read a page on which the rules find no body. Raises what the rules miss."""
    select = arguments.site.select
    missing = Reason(Unread.NO_BODY_BY_RULES, rules=select["body"])
    if not page.title:
        missing = Reason(Unread.NO_TITLE_BY_RULES, rules=select["title"])
    if rules_only:
        raise UnreadablePage(missing)
    try:
        other = _extract_generic(arguments, trace)
    except NotFoundPage:
        raise
    except UnreadablePage as error:
        raise UnreadablePage(missing) from error
    _use_generic_body(page, other)


def _extract_head(
    index: PageIndex, site: type[SiteConfig], page: RawArticle, witnesses: Witnesses
) -> None:
    """Extract the fields outside the body."""
    extract_title(index, site, page, witnesses)
    extract_dates(index, site, page, witnesses)
    for field in ("lead", "byline", "source", "section"):
        setattr(page, field, first_text(index, site, field, page.rules))
    if site.byline_is_account and page.byline and not is_byline(page.byline):
        page.posting_account, page.byline = page.byline, None  # "bientap", "Tuyengiao"
        del page.rules["byline"]
    tags = matching_texts(index, site, "tags", page.rules)
    page.tags = list(dict.fromkeys(tag.lstrip("#") for tag in tags))
    section = page.structured.section
    if section and not page.section and "section" not in page.absent:
        page.section = section
        page.rules["section"] = STRUCTURED_DATA_RULE


def _use_generic_body(page: RawArticle, other: RawArticle) -> None:
    """Take the body, and what stands in it, from the generic extractor's article."""
    page.blocks, page.captions, page.zones = other.blocks, other.captions, other.zones
    page.images, page.extractor_version = other.images, other.extractor_version
    page.rules["body"] = other.rules["body"]
    if page.rules.get("title") == HEAD_TITLE_RULE and page.verdicts["title"] is Verdict.UNKNOWN:
        page.title = None  # it may be that of the site
    page.legacy_encoding = other.legacy_encoding
    legacy = [w for w in other.warnings if w.code in LEGACY_WARNINGS]
    page.warnings += legacy
    for field in ("lead", "byline", "source", "title", "section"):
        better = getattr(other, field) and (field == "lead" or legacy)
        if better or not getattr(page, field):
            setattr(page, field, getattr(other, field))
            _use_source(page, other, field)
    page.tags = page.tags or other.tags
    if not page.published:
        _use_date(page, other)
    settle_lead(page)


def _use_date(page: RawArticle, other: RawArticle) -> None:
    page.published, page.published_stamp = other.published, other.published_stamp
    _use_source(page, other, "published")


def _use_source(page: RawArticle, other: RawArticle, field: str) -> None:
    if field in other.rules:
        page.rules[field] = other.rules[field]
    if field in other.verdicts:
        page.verdicts[field] = other.verdicts[field]


def _use_better_body(
    page: RawArticle, arguments: _Arguments, trace: Trace | None, *, with_head: bool
) -> bool:
    """Replace a disputed body by that of the generic extractor, if it finds the article there.

    `with_head`: the body holds the article, and more; else it may be another part of the page.
    Return whether it was replaced.
    """
    try:
        other = _extract_generic(arguments, trace)
    except UnreadablePage:
        return False
    ours = " ".join([page.lead or "", *(block.text for block in page.blocks), *page.captions])
    theirs = sum(len(block.text) for block in other.blocks)
    common = sum(len(block.text) for block in other.blocks if block.text in ours)
    same = common >= MIN_COMMON_TEXT * theirs
    if not same and _is_another_part(other):
        return False  # a teaser of another article, if the body is empty
    if not theirs or not (same if with_head else not same and theirs > MIN_LONGER * len(ours)):
        return False
    rule = page.rules["body"]
    page.warnings.append(Reason(WarningCode.VALUE_DISPUTED, field="body", rule=rule))
    _use_generic_body(page, other)
    return True


def _complete_date(page: RawArticle, arguments: _Arguments, witnesses: Witnesses) -> None:
    """Look for a printed date beside the title if neither rules nor metadata have one."""
    if page.published or page.published_stamp or "published" in page.absent or arguments.is_huge:
        return
    if witnesses.parse(page.structured.published) is not None:
        return
    try:
        other = _extract_generic(arguments)
    except UnreadablePage:
        return
    if other.published and witnesses.date(other.published) is not Verdict.DISPUTED:
        _use_date(page, other)


def _body_lines(
    index: PageIndex,
    containers: list[_Element],
    site: type[SiteConfig],
    page: RawArticle,
    trace: Trace | None,
) -> list[PageLine]:
    """Return the lines of the body elements, and set the images of the page."""
    lines: list[PageLine] = []
    images: list[_Element] = []
    find_title = partial(_title_element, index, site, page)
    captions, home_images = pictures_above(index, containers[0], site, find_title)
    for container in containers:
        excluded = {e for rule in site.exclude for e in index.find(rule, container)}
        related = [box for box in foreign_boxes(container) if box not in excluded]
        related += teaser_boxes(container, partial(_links_to_other_article, page=page, site=site))
        excluded.update(related)
        _exclude_posting_account(index, site, page, excluded)
        if trace is not None:
            _trace_excluded(trace, index, container, site)
            for box in related:
                why = Reason(ExclusionReason.BOILERPLATE_ELEMENT, element=class_and_id(box))
                trace.add_element(box, ExclusionKind.RELATED, why)
        marked = {e for rule in site.captions for e in index.find(rule, container)}
        text = page_lines(container, excluded, marked)
        if text.may_be_encoded:
            check_encoded(container)
        lines += text.lines
        images += text.images
    page.images = image_links([*home_images, *images], page.base)
    texts = {line.text for line in lines}
    return [*(caption_line(text) for text in captions if text not in texts), *lines]


def _title_element(index: PageIndex, site: type[SiteConfig], page: RawArticle) -> _Element | None:
    """Return the element that prints the title: what the site's rule matches, or a heading."""
    rule = page.rules.get("title", "")
    by_rule = rule in site.select["title"]
    found = index.find(rule) if by_rule else index.tree.iter("h1", "h2", "h3")
    return next((e for e in found if element_text(e) == page.title), None)


def _is_another_part(page: RawArticle) -> bool:
    """Return whether the body seems to be another part of the page than the article.

    An article says what its title names. A long one need not be compared.
    """
    texts = [page.lead or "", *(block.text for block in page.blocks), *page.captions]
    if sum(map(len, texts)) >= MAX_COMPARED_CHARS or page.legacy_encoding:
        return False
    title, words = Words(page.title or "").words, Words(" ".join(texts)).words
    return len(title & words) < MIN_TITLE_WORDS * len(title)


def _read_body(
    lines: list[PageLine],
    site: type[SiteConfig],
    page: RawArticle,
    boilerplate: Boilerplate,
    trace: Trace | None,
) -> str | None:
    """Classify the lines of the body. Return the problem of a legacy encoding, if it has one."""
    all_lines = lines
    leads_elsewhere = partial(_links_to_other_article, page=page, site=site)
    lines = without_links(without_teasers(lines, leads_elsewhere), leads_elsewhere)
    lines = without_frame(lines, page.title or "", page.published)
    if trace is not None:
        trace.add_lines(all_lines, lines, lambda line: _exclusion_reason(line, page, site))
    body = classify_lines(
        lines,
        lead=page.lead,
        bold_is_subhead=site.bold_is_subhead,
        boilerplate=boilerplate,
        trace=trace,
    )
    _fill_body(page, site, body)
    if not page.lead and "lead" not in page.absent and page.blocks:
        _take_bold_lead(page, lines)
    return body.encoding_problem


def _take_bold_lead(page: RawArticle, lines: list[PageLine]) -> None:
    """Take the bold first paragraph of an article whose lead has an element that is empty."""
    below = [line for line in lines if not line.caption]
    bold = bold_opening(below, page)
    if bold is not None and page.blocks[0].text == bold.text:
        page.lead, page.rules["lead"] = bold.text, "bold opening"
        del page.blocks[0]


def _fill_body(page: RawArticle, site: type[SiteConfig], body: ClassifiedLines) -> None:
    page.blocks, page.captions, page.zones = body.blocks, body.captions, body.zones
    if len(page.blocks) > 1 and is_moment(page.blocks[0].text):
        del page.blocks[0]  # the article's date, inside its body
    if not page.lead and site.lead_is != "selected" and page.blocks:
        first = page.blocks[0]
        if first.kind == "paragraph":
            page.lead = first.text
            page.rules["lead"] = "first paragraph"
            del page.blocks[0]
    settle_lead(page)
    byline = " - ".join(body.bylines)
    if byline and (
        not page.byline
        or not parse_byline(page.byline)[0]
        or _names_more(byline, page.byline)
        or names_in_full(byline, page.byline)
        or (not page.source and adds_source(byline, page.byline))
        or (site.byline_is_account and _names_writers(byline))
    ):
        page.byline = byline
        page.rules["byline"] = "end of body"
    if body.sources and not page.source:
        page.source = body.sources[0]
        page.rules["source"] = "end of body"


def _names_writers(byline: str) -> bool:
    return any("text" in author.roles for author in parse_byline(byline)[0])


def _names_more(byline: str, other: str) -> bool:
    """Return whether a byline names all the authors of another one, and more."""
    names, others = ({a.name for a in parse_byline(text)[0]} for text in (byline, other))
    return others < names and bool(others)


def _exclusion_reason(
    line: PageLine, page: RawArticle, site: type[SiteConfig]
) -> tuple[ExclusionKind, Reason]:
    """Return why a line is removed before the lines are classified, for a trace."""
    if line.link and _links_to_other_article(line.link, page, site):
        why = Reason(ExclusionReason.LINK_TO_OTHER_PAGE, url=line.link)
        return ExclusionKind.RELATED, why
    if page.title and repeats_title(line.text, page.title):
        return ExclusionKind.REPEATED_TITLE, Reason(ExclusionReason.REPEATS_TITLE)
    return ExclusionKind.BOILERPLATE_ELEMENT, Reason(ExclusionReason.BUTTON_OR_RELATED_HEADING)


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


def _links_to_other_article(link: str, page: RawArticle, site: type[SiteConfig]) -> bool:
    """Return whether the link leads to another article of the site."""
    key = site.key_of(absolute_url(page.base, link))
    return key is not None and key != page.key


def _exclude_posting_account(
    index: PageIndex, site: type[SiteConfig], page: RawArticle, excluded: set[_Element]
) -> None:
    for rule in site.posting_account:
        for element in index.find(rule):
            page.posting_account = page.posting_account or element_text(element)
            excluded.add(element)


def _find_body(index: PageIndex, site: type[SiteConfig], rules: dict[str, str]) -> list[_Element]:
    """Return the body elements: the longest match of the first matching rule, and its siblings.

    Some pages have an empty match too. Several matches side by side are parts of one text.
    """
    for rule in site.select["body"]:
        matches = index.find(rule)
        if not matches:
            continue
        rules["body"] = rule
        if len(matches) == 1:
            return matches
        longest = max(matches, key=_length)
        beside = [
            e for e in matches if e.getparent() is longest.getparent() and e.tag == longest.tag
        ]
        return [e for e in beside if e is longest or _length(e) >= MIN_PART_CHARS]
    return []


def _length(element: _Element) -> int:
    return len(inner_text(element).strip())
