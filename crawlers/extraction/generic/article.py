"""The generic extractor: for sites without selectors and for pages that no rule of a site matches.

trafilatura finds the text of the article. Its element in our own tree is then extracted as on other
pages, so that captions, subheads, byline and source follow the same rules. All names of its rules
begin with "generic:", and its extractor version ends in ".generic".
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from lxml.etree import _Element

from crawlers.extraction.classify_lines import (
    EMPTY_BOILERPLATE,
    ClassifiedLines,
    classify_lines,
)
from crawlers.extraction.frame_lines import (
    FILE_LINK,
    MIN_SENTENCE_CHARS,
    is_frame_line,
    is_sentence,
    without_frame,
    without_links,
)
from crawlers.extraction.generic.dates import extract_dates
from crawlers.extraction.generic.fields import (
    author_beside_date,
    author_boxes,
    authors_after_theo,
    authors_in,
    credits_below,
    extract_lead,
    extract_section,
    extract_tags,
    extract_title,
    is_own_name,
    labelled_credits,
    linked_authors,
    publisher_names,
    source_beside,
    source_in,
    sources_below_title,
)
from crawlers.extraction.generic.layout import (
    MASTHEAD_CLASS,
    PageLayout,
    Weights,
    boilerplate_elements,
    class_and_id,
    find_container,
    include_pictures,
    is_inside,
    is_inside_class,
    located_lines,
    self_and_ancestors,
    text_weights,
)
from crawlers.extraction.generic.teasers import teaser_lists
from crawlers.extraction.html import (
    NotFoundPage,
    UnreadablePage,
    absolute_url,
    base_url,
    canonical_link,
    check_encoded,
    image_links,
    new_raw_article,
    parse,
    readable_html,
)
from crawlers.extraction.leads import bold_opening, settle_lead
from crawlers.extraction.legacy_text import handle_legacy_text
from crawlers.extraction.line_catalogue import frame_kind
from crawlers.extraction.lines import PageLine, inner_text, page_lines
from crawlers.extraction.metadata import structured_data
from crawlers.extraction.pictures import caption_line, pictures_above
from crawlers.extraction.teasers import teaser_boxes, without_teasers
from crawlers.extraction.trace import ExclusionKind, Trace
from crawlers.extraction.witnesses import WORD, Witnesses
from crawlers.selectors import PageIndex
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.detector import Boilerplate
from pipelines.record.bylines.parse import adds_source, names_in_full
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import comparison
from storage.messages.reasons_inspection import ExclusionReason
from storage.messages.reasons_pages import PageReason, Unread
from storage.reasons import Reason

# Sum of the depths of all links: trafilatura counts the links of every box, with those inside it.
MAX_LINK_DEPTHS = 250_000
MAX_COMPARED_LINES = 3000  # of a page
MIN_TITLE_WORDS = 0.3  # of a title, that only the text in its column has


def extract_generic_article(
    body: bytes,
    url: str,
    site: type[SiteConfig],
    captured_at: datetime,
    content_type: str | None = None,
    boilerplate: Boilerplate = EMPTY_BOILERPLATE,
    trace: Trace | None = None,
) -> RawArticle:
    """Extract one article page without the site's selectors. Raises UnreadablePage.

    `exclude`, `posting_account` and `captions` of the site still apply. If given, `trace` collects
    what is left out of the text.
    """
    tree, warnings = parse(body, content_type)
    page = new_raw_article(url, site, captured_at, boilerplate, warnings)
    page.extractor_version += ".generic"
    page.base = base_url(tree, url)
    page.canonical = canonical_link(tree, page.base)
    page.structured = structured_data(tree)
    _check_links(tree)
    layout = PageLayout(tree, located_lines(tree), tree)
    html = readable_html(body, content_type)
    text = _trafilatura_text(html, fast=len(layout.lines) > MAX_COMPARED_LINES)
    extract_title(layout, page)
    _leave_out_teasers(layout, page)
    title = layout.lines[layout.title].block if layout.title is not None else None
    weights = text_weights(tree, text, title, layout.lists)
    if title is not None and not (weights[tree][0] and _has_sentences(layout, text)):
        weights = text_weights(tree, _text_below_title(layout), title, layout.lists)
    layout.container = _find_body(tree, weights, title)
    if beside := _text_beside_title(layout, page):
        weights = text_weights(tree, beside, title, layout.lists)
        layout.container = _find_body(tree, weights, title)
    page.rules["body"] = "generic: trafilatura"
    _extract_head(layout, site, page)
    _extract_body(layout, site, page, weights, boilerplate, trace)
    _add_verdicts(page, Witnesses.of(page, tree, site.title))
    return page


def _find_body(tree: _Element, weights: Weights, title: _Element | None) -> _Element:
    container = find_container(tree, weights)
    if container is None:
        raise UnreadablePage(Reason(Unread.NO_ARTICLE_TEXT))
    check_encoded(container)
    return include_pictures(container, weights, title)


def _leave_out_teasers(layout: PageLayout, page: RawArticle) -> None:
    """Set the lists of other articles on the page, and remove their lines."""
    title = layout.lines[layout.title] if layout.title is not None else None
    around = frozenset(self_and_ancestors(title.block)) if title else frozenset()
    found = teaser_lists(layout.lines, around, lambda link: _leads_elsewhere(link, page))
    layout.lists = frozenset(e for box in found for e in box.iter("*"))
    layout.lines = [line for line in layout.lines if line.block not in layout.lists]
    layout.title = layout.lines.index(title) if title else None


def _has_sentences(layout: PageLayout, text: str) -> bool:
    """Return whether a sentence of the page is in a text, and not only titles of other articles."""
    lines = (line.text for line in layout.lines if is_sentence(line.text))
    return any(line[:MIN_SENTENCE_CHARS] in text for line in lines) or not _text_below_title(layout)


def _text_below_title(layout: PageLayout) -> str:
    """Return the sentences below the title, if trafilatura finds none that are the article's."""
    below = layout.lines[(layout.title or 0) + 1 :]
    texts = (line for line in below if is_sentence(line.text) and frame_kind(line.text) is None)
    return " ".join(
        line.text
        for line in texts
        if not is_inside_class(line.element, MASTHEAD_CLASS, frozenset())
    )


def _text_beside_title(layout: PageLayout, page: RawArticle) -> str:
    """Return the sentences in the column of the title if they, and not the body, say what it names.

    Boxes in the other column may hold more text than the article. Return "" otherwise.
    """
    if layout.title is None:
        return ""
    around = self_and_ancestors(layout.lines[layout.title].block)
    own = [e for e in around if not is_inside(layout.container, e)]
    if not own:
        return ""
    lines = [line for line in layout.lines[layout.title + 1 :] if is_inside(line.element, own[-1])]
    text = " ".join(line.text for line in lines if is_sentence(line.text))
    texts = page.title or "", text, inner_text(layout.container)
    title, beside, found = (set(WORD.findall(comparison(text).lower())) for text in texts)
    only_beside, only_found = title & beside - found, title & found - beside
    return text if len(only_beside) - len(only_found) >= MIN_TITLE_WORDS * len(title) else ""


def _add_verdicts(page: RawArticle, witnesses: Witnesses) -> None:
    page.verdicts["title"] = witnesses.title(page.title or "")
    if page.published:
        page.verdicts["published"] = witnesses.date(page.published)


def _check_links(tree: _Element) -> None:
    """Raise UnreadablePage for a page on which trafilatura would take longer than some seconds."""
    depths = 0
    for link in tree.iter("a"):
        depths += sum(1 for _ in link.iterancestors())
        if depths > MAX_LINK_DEPTHS:
            raise UnreadablePage(Reason(Unread.LINKS_TOO_DEEP))


def _trafilatura_text(html: str, *, fast: bool) -> str:
    """Return the text of the article as trafilatura finds it. Raises UnreadablePage.

    `fast`: without comparing it with what justext finds, in a time that grows with the square of
    the number of lines
    """
    from trafilatura import bare_extraction  # slow to import, and rarely needed

    try:
        document = bare_extraction(html, include_comments=False, with_metadata=False, fast=fast)
    except Exception as error:  # trafilatura may fail in any way on an unknown page
        raise UnreadablePage(Reason(Unread.TRAFILATURA_FAILED, error=repr(error))) from error
    text = getattr(document, "text", None)
    if not text:
        raise UnreadablePage(Reason(Unread.TRAFILATURA_FOUND_NOTHING))
    return "\n".join(line for line in str(text).splitlines() if frame_kind(line) is None)


def _extract_head(layout: PageLayout, site: type[SiteConfig], page: RawArticle) -> None:
    if not page.title:
        raise UnreadablePage(Reason(Unread.NO_TITLE))
    if any(text in page.title for text in site.not_found):
        raise NotFoundPage(Reason(PageReason.NOT_FOUND_PAGE, title=page.title))
    extract_dates(layout, page)
    extract_section(layout, page)
    extract_tags(layout, page)


def _extract_body(
    layout: PageLayout,
    site: type[SiteConfig],
    page: RawArticle,
    weights: Weights,
    boilerplate: Boilerplate,
    trace: Trace | None,
) -> None:
    container = layout.container
    index = PageIndex(layout.root, site.indexed_names)
    boilerplate_boxes = boilerplate_elements(container, weights) | layout.lists
    excluded_by_rules = {
        e for rule in (*site.exclude, *site.posting_account) for e in index.find(rule, container)
    }
    boilerplate_boxes.update(teaser_boxes(container, partial(_leads_elsewhere, page=page)))
    excluded = boilerplate_boxes | excluded_by_rules
    captions = {e for rule in site.captions for e in index.find(rule, container)}
    extract_lead(layout, page)
    boxes = [box for box in author_boxes(layout) if box is not container]
    excluded |= {box for box in boxes if is_inside(box, container)}
    lines, images, _ = page_lines(container, excluded, captions)
    title = layout.lines[layout.title].element if layout.title is not None else None
    above, home_images = pictures_above(index, container, site, lambda: title)
    page.images = image_links([*home_images, *images], page.base)
    all_lines = lines
    lines = _article_lines(lines, layout, page)
    if page.lead:
        # Removed here and not in the tree: its element may hold a picture, before its caption.
        lines = [line for line in lines if comparison(line.text) != comparison(page.lead)]
    else:
        bold = bold_opening(lines, page)
        if bold is not None:
            page.lead, page.rules["lead"] = bold.text, "generic: bold opening"
            lines.remove(bold)
    if trace is not None:
        _trace_excluded(trace, container, excluded - boilerplate_boxes, boilerplate_boxes)
        trace.add_lines(all_lines, lines, lambda line: _exclusion_reason(line, page))
    texts = {line.text for line in lines}
    lines = [*(caption_line(text) for text in above if text not in texts), *lines]
    body = classify_lines(lines, lead=page.lead, boilerplate=boilerplate, trace=trace)
    page.blocks, page.captions, page.zones = body.blocks, body.captions, body.zones
    settle_lead(page)
    _extract_byline(layout, site, page, body, boxes)
    if body.encoding_problem is not None:
        handle_legacy_text(page, site, body.encoding_problem)
    if not page.blocks and not page.lead and not page.captions:
        raise UnreadablePage(Reason(Unread.BODY_EMPTY))


def _trace_excluded(
    trace: Trace,
    container: _Element,
    excluded_by_rules: set[_Element],
    boilerplate_boxes: set[_Element],
) -> None:
    for element in container.iterdescendants():
        if element in excluded_by_rules:
            why = Reason(ExclusionReason.SITE_RULE_OR_AUTHOR_BOX)
            trace.add_element(element, ExclusionKind.EXCLUDE_RULE, why)
        elif element in boilerplate_boxes:
            names = f"{element.tag} {class_and_id(element)}".strip()
            why = Reason(ExclusionReason.BOILERPLATE_ELEMENT, element=names)
            trace.add_element(element, ExclusionKind.BOILERPLATE_ELEMENT, why)
    trace.add_skipped_elements(container)


def _exclusion_reason(line: PageLine, page: RawArticle) -> tuple[ExclusionKind, Reason]:
    """Return why a line is removed before the lines are classified, for a trace."""
    if page.lead and comparison(line.text) == comparison(page.lead):
        return ExclusionKind.LEAD, Reason(ExclusionReason.REPEATS_LEAD)
    if line.link:
        why = Reason(ExclusionReason.LINK_TO_OTHER_PAGE, url=line.link)
        return ExclusionKind.RELATED, why
    if is_frame_line(line):
        why = Reason(ExclusionReason.BUTTON_OR_RELATED_HEADING)
        return ExclusionKind.BOILERPLATE_ELEMENT, why
    if page.title and comparison(line.text) == comparison(page.title):
        return ExclusionKind.REPEATED_TITLE, Reason(ExclusionReason.REPEATS_TITLE)
    return ExclusionKind.RELATED, Reason(ExclusionReason.OUTSIDE_TEXT)


def _article_lines(lines: list[PageLine], layout: PageLayout, page: RawArticle) -> list[PageLine]:
    """Remove links to other pages, buttons, lists of other articles and a repeated title."""
    known = page.title or "", page.lead or "", *layout.head, *sources_below_title(layout)
    head = set(map(comparison, known))
    leads_elsewhere = partial(_links_to_other_page, page=page)
    lines = without_links(without_teasers(lines, leads_elsewhere), leads_elsewhere)
    while lines and comparison(lines[0].text) in head and not (lines[0].italic or lines[0].align):
        del lines[0]  # in italics or aligned, it would be the caption of a picture
    return without_frame(lines, page.title or "", page.published)


def _links_to_other_page(link: str, page: RawArticle) -> bool:
    """Return whether a link leads to another page of the site or runs a script."""
    if link.startswith(("#", "javascript:", "mailto:")):
        return True
    try:
        here, there = urlsplit(page.url or ""), urlsplit(absolute_url(page.base, link))
    except ValueError:
        return True
    same_host = (here.hostname or "").removeprefix("www.") == (there.hostname or "").removeprefix(
        "www."
    )
    return same_host and not FILE_LINK.search(there.path)


def _leads_elsewhere(link: str, page: RawArticle) -> bool:
    """Return whether a link leads to another page, and not within this one."""
    if not link or link.startswith(("#", "javascript:", "mailto:")):
        return False
    return _links_to_other_page(link, page) and absolute_url(page.base, link) != page.url


def _extract_byline(
    layout: PageLayout,
    site: type[SiteConfig],
    page: RawArticle,
    body: ClassifiedLines,
    boxes: list[_Element],
) -> None:
    """Set byline and source. The end of the body comes first: an author's box beside the title may
    name the posting account."""
    publishers = publisher_names(layout, site.title)
    own = [b for b in boxes if is_inside(b, layout.container)]
    ordered = [*own, *boxes]
    choices = [("end of body", body.bylines)]
    choices += [("author's box", authors_in(box)) for box in ordered]
    choices.append(("link to the author", linked_authors(layout)))
    labelled_authors, labelled_sources = labelled_credits(layout)
    choices.append(("label under the body", labelled_authors))
    choices.append(("date line", author_beside_date(layout)))
    names_below, sources_below = credits_below(layout)
    choices.append(("line under the body", names_below))
    stated_source = next(filter(None, map(source_beside, ordered)), None)
    if stated_source is not None:  # "Theo Minh Tâm" beside it names the author
        choices.append(("author's box", [n for box in ordered for n in authors_after_theo(box)]))
    for origin, names in choices:
        authors = " - ".join(name for name in names if not is_own_name(name, publishers))
        if authors and (
            not page.byline
            or adds_source(authors, page.byline)
            or names_in_full(authors, page.byline)
        ):
            page.byline, page.rules["byline"] = authors, f"generic: {origin}"
    if body.sources:
        page.source = body.sources[0]
        page.rules["source"] = "generic: end of body"
    elif source := stated_source or next(filter(None, map(source_in, ordered)), None):
        page.source = source
        page.rules["source"] = "generic: author's box"
    elif labelled_sources or sources_below:
        page.source = (labelled_sources or sources_below)[0]
        page.rules["source"] = "generic: under the body"
    elif sources := sources_below_title(layout):
        page.source, page.rules["source"] = sources[0], "generic: below the title"
