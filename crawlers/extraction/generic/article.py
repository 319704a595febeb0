"""The generic reader: pages of a site without rules, or whose rules no longer fit.

trafilatura says which text is the article's; where that text stands in our own tree is then read
with the same rules as every other page, so that captions, subheads, byline and source come out
alike. All that it finds is marked "generic", and its reader version ends in ".generic".
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from lxml.etree import _Element

from crawlers.extraction.classify_lines import END_MARK, NOTHING_LEARNED, Body, compose
from crawlers.extraction.encoding import decode
from crawlers.extraction.generic.dates import read_dates
from crawlers.extraction.generic.fields import (
    author_boxes,
    authors_in,
    is_own_name,
    publisher_names,
    read_lead,
    read_section,
    read_tags,
    read_title,
)
from crawlers.extraction.generic.layout import (
    Scene,
    Weights,
    container_of,
    furniture_in,
    is_inside,
    marks,
    spots_of,
    weigh,
    with_pictures,
)
from crawlers.extraction.html import (
    NotFoundPage,
    UnreadablePage,
    absolute,
    canonical_link,
    image_links,
    new_raw_article,
    parse,
)
from crawlers.extraction.lines import HEADINGS, Line, lines_of
from crawlers.extraction.metadata import structured_data
from crawlers.extraction.trace import Kind, Trace
from crawlers.selectors import PageIndex
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.detector import Boilerplate
from pipelines.record.datelines import split_dateline
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import comparison
from storage.messages.reasons_pages import PageReason, Unread
from storage.reasons import Reason

FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar)$", re.I)
# Headings and buttons that these sites print around an article, as a line of their own.
LABEL = re.compile(
    r"(?:chia sẻ(?: bài viết)?|từ khóa|từ khoá|tags?|bình luận|ý kiến bạn đọc|in bài(?: viết)?"
    r"|gửi (?:mail|email|bình luận)|đọc tiếp|về trang (?:chủ|chủ đề)|nghe đọc bài|lượt xem"
    r"|print|send email|sao chép liên kết|quay lại|publishingportal - \w+)\s*:?\s*[\d()]*",
    re.I,
)
OTHERS = re.compile(
    r"(?:(?:các )?(?:tin|bài|bài viết|tin bài|tin,? bài)\s"
    r"(?:liên quan|khác|cũ hơn|mới(?: hơn| nhất)?|cùng (?:chuyên mục|chủ đề))"
    r"|xem thêm|đọc thêm|tham khảo thêm|có thể bạn quan tâm|tin nổi bật|other news)\s*:?",
    re.I,
)
LONG_LINE = 150  # characters; below it a line after such a heading is another article's title
OPENING = 60  # characters that a bold opening paragraph has at least


def extract_generic_article(
    body: bytes,
    url: str,
    site: type[SiteConfig],
    captured_at: datetime,
    content_type: str | None = None,
    template: Boilerplate = NOTHING_LEARNED,
    trace: Trace | None = None,
) -> RawArticle:
    """Reads one article page without the site's selectors. Raises Unreadable, as read_page does.

    What the site declares to be dropped, or a caption, is still taken as such. `trace` is told
    what was left out of the text.
    """
    tree, warnings = parse(body, content_type)
    page = new_raw_article(url, site, captured_at, template, warnings)
    page.extractor_version += ".generic"
    page.canonical = canonical_link(tree)
    page.structured = structured_data(tree)
    text = _article_text(decode(body, content_type)[0])
    scene = Scene(tree, spots_of(tree), tree)
    read_title(scene, page)
    title = scene.spots[scene.title].block if scene.title is not None else None
    weights = weigh(tree, text, title)
    container = container_of(tree, weights)
    if container is None:
        raise UnreadablePage(Reason(Unread.NO_ARTICLE_TEXT))
    page.rules["body"] = "generic: trafilatura"
    scene = Scene(tree, scene.spots, with_pictures(container, weights, title), scene.title)
    _read_head(scene, site, page)
    _read_body(scene, site, page, weights, template, trace)
    return page


def _article_text(html: str) -> str:
    """The text that trafilatura takes for the article's."""
    from trafilatura import bare_extraction  # slow to import, and most runs never need it

    try:
        found = bare_extraction(html, include_comments=False, with_metadata=False)
    except Exception as error:  # a third-party reader of unknown pages may fail in any way
        raise UnreadablePage(Reason(Unread.TRAFILATURA_FAILED, error=repr(error))) from error
    text = getattr(found, "text", None)
    if not text:
        raise UnreadablePage(Reason(Unread.TRAFILATURA_FOUND_NOTHING))
    return str(text)


def _read_head(scene: Scene, site: type[SiteConfig], page: RawArticle) -> None:
    if not page.title:
        raise UnreadablePage(Reason(Unread.NO_TITLE))
    if any(mark in page.title for mark in site.not_found):
        raise NotFoundPage(Reason(PageReason.NOT_FOUND_PAGE, title=page.title))
    read_dates(scene, page)
    read_section(scene, page)
    read_tags(scene, page)


def _read_body(
    scene: Scene,
    site: type[SiteConfig],
    page: RawArticle,
    weights: Weights,
    template: Boilerplate,
    trace: Trace | None,
) -> None:
    container = scene.container
    index = PageIndex(scene.root, site.indexed_names)
    furniture = furniture_in(container, weights)
    ruled = {
        e for rule in (*site.exclude, *site.posting_account) for e in index.find(rule, container)
    }
    dropped = furniture | ruled
    captions = {e for rule in site.captions for e in index.find(rule, container)}
    read_lead(scene, page)
    boxes = [box for box in author_boxes(scene) if box is not container]
    dropped |= {box for box in boxes if is_inside(box, container)}
    lines, images = lines_of(container, dropped, captions)
    page.images = image_links(images, page.url or "")
    given = lines
    lines = _own_lines(lines, scene, page)
    if page.lead:
        # Left out here and not in the tree: a picture may stand inside it, before its caption.
        lines = [line for line in lines if comparison(line.text) != comparison(page.lead)]
    else:
        _take_opening(lines, page)
    if trace is not None:
        _tell(trace, container, dropped - furniture, furniture)
        trace.lines(given, lines, lambda line: _fate(line, page))
    body = compose(lines, lead=page.lead, template=template, trace=trace)
    page.blocks, page.captions, page.zones = body.blocks, body.captions, body.zones
    _read_byline(scene, site, page, body, boxes)
    if not page.blocks and not page.lead and not page.captions:
        raise UnreadablePage(Reason(Unread.BODY_EMPTY))


def _tell(
    trace: Trace, container: _Element, ruled: set[_Element], furniture: set[_Element]
) -> None:
    for element in container.iterdescendants():
        if element in ruled:
            trace.element(element, "drop rule", "dropped by the site's rules, or its author's box")
        elif element in furniture:
            named = f"{element.tag} {marks(element)}".strip()
            trace.element(element, "furniture", f"named or hidden as no part of a text: {named}")
    trace.unread_in(container)


def _fate(line: Line, page: RawArticle) -> tuple[Kind, str]:
    """Why a line does not even come to be sorted, for a trace."""
    if page.lead and comparison(line.text) == comparison(page.lead):
        return "lead", "is the lead, or repeats it"
    if line.link:
        return "related", f"the whole line is a link to another page: {line.link}"
    if LABEL.fullmatch(line.text) or OTHERS.fullmatch(line.text):
        return "furniture", "a button, or the heading of a list of other articles"
    if page.title and comparison(line.text) == comparison(page.title):
        return "repeated", "repeats the title"
    return "related", "stands above the text, or in a list of other articles behind it"


def _own_lines(lines: list[Line], scene: Scene, page: RawArticle) -> list[Line]:
    """The lines without links to other articles, the site's buttons and a repeated title."""
    head = {comparison(text) for text in (page.title or "", *scene.head)}
    kept = [line for line in lines if not (line.link and _leads_away(line.link, page.url or ""))]
    kept = [line for line in kept if not LABEL.fullmatch(line.text)]
    while kept and comparison(kept[0].text) in head and not (kept[0].italic or kept[0].align):
        del kept[0]  # set apart, it would be the caption of a picture
    for place, line in enumerate(kept):
        if OTHERS.fullmatch(line.text):
            short = all(len(later.text) < LONG_LINE for later in kept[place:])
            return kept[:place] if short else [k for k in kept if not OTHERS.fullmatch(k.text)]
    return kept


def _leads_away(link: str, url: str) -> bool:
    """Whether a line that is one link belongs to the site's furniture: another page, a script."""
    if link.startswith(("#", "javascript:", "mailto:")):
        return True
    try:
        here, there = urlsplit(url), urlsplit(absolute(url, link))
    except ValueError:
        return True
    same_host = (here.hostname or "").removeprefix("www.") == (there.hostname or "").removeprefix(
        "www."
    )
    return same_host and not FILE.search(there.path)


def _take_opening(lines: list[Line], page: RawArticle) -> None:
    """An opening paragraph that is bold as a whole, where the others are not, is the lead.

    Only where it opens with a dateline, or no description could have said so: many a site sets
    its first paragraph in bold.
    """
    if len(lines) < 3:
        return
    first, bold = lines[0], sum(line.bold for line in lines)
    if first.caption or first.tag in HEADINGS or bold > len(lines) / 2:
        return
    if page.structured.lead and not split_dateline(first.text)[0]:
        return
    if first.bold and len(first.text) >= OPENING and END_MARK.search(first.text):
        page.lead = first.text
        page.rules["lead"] = "generic: bold opening"
        del lines[0]


def _read_byline(
    scene: Scene,
    site: type[SiteConfig],
    page: RawArticle,
    body: Body,
    boxes: list[_Element],
) -> None:
    """The end of the body first: a box beside the title may name the account that posted it."""
    publishers = publisher_names(scene, site.title)
    own = [b for b in boxes if is_inside(b, scene.container)]
    choices = [("end of body", body.bylines)]
    choices += [("author's box", authors_in(box)) for box in [*own, *boxes]]
    for how, names in choices:
        kept = [name for name in names if not is_own_name(name, publishers)]
        if kept:
            page.byline = " - ".join(kept)
            page.rules["byline"] = f"generic: {how}"
            break
    if body.sources:
        page.source = body.sources[0]
        page.rules["source"] = "generic: end of body"
