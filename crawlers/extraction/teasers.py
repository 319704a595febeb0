"""Teasers of other articles inside a body element: a linked title, and a paragraph below it.

An article may print the same: a survey with linked subheads, or a digest. So a list of teasers
needs a sign of its own beside the links: a heading, the signature above it, linked pictures, dates,
cut sentences, or boxes that the article's paragraphs do not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from crawlers.extraction.frame_lines import DATE_ONLY, MAX_DATE_CHARS, MIN_TITLE_CHARS
from crawlers.extraction.line_catalogue import frame_kind
from crawlers.extraction.lines import HEADING_TAGS, PageLine, inner_text, text_lines
from pipelines.record.bylines.parse import is_byline, is_source
from pipelines.text.normal_forms import search_fold
from storage.messages.reasons_inspection import FrameLine

MIN_TEASER_CHARS = 60
MIN_TITLE_WORDS = 0.5  # of the words of a title, that a single teaser has too
MIN_LIST = 2  # of teasers without a heading or a signature above them
MIN_PARAGRAPH_CHARS = 80
MIN_PARAGRAPHS = 2  # of the article, above boxes with more text than it has
MAX_LAST_LINES = 6  # of a body, of which one is the title of its last teaser
MAX_BOX_CHARS = 1000
MAX_LINKS = 200  # of a body, that are looked at
BOX_TAGS = ("div", "li", "article", "section")
TITLE_TAGS = (*sorted(HEADING_TAGS), "p", "span", "b", "strong", "a", "em", "font")
WORD = re.compile(r"[^\W_]+")
ENDS_IN_DATE = re.compile(r"\(?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\)?$")
ELLIPSIS = ("...", "…", "[…]")


@dataclass(slots=True)
class _Teaser:
    title: PageLine
    text: PageLine
    dated: bool


def without_teasers(
    lines: list[PageLine], leads_elsewhere: Callable[[str], bool]
) -> list[PageLine]:
    """Remove a list of teasers, with its heading, from the end of the lines of a body."""
    if not any(line.link for line in lines[-MAX_LAST_LINES:]):
        return lines  # almost always
    teasers, start = _teasers_at_end(lines, leads_elsewhere)
    if not teasers or not _is_list(teasers, lines[start - 1 : start]):
        return lines
    if start > 1 and _is_heading(lines[start - 1]):
        start -= 1
    return lines[:start]


def _teasers_at_end(
    lines: list[PageLine], leads_elsewhere: Callable[[str], bool]
) -> tuple[list[_Teaser], int]:
    """Return the teasers that end the lines, and the index of the first one's title."""
    teasers: list[_Teaser] = []
    start = index = len(lines)
    while index > 1:
        index -= 1
        dated = False
        while index > 0 and _is_of_frame(lines[index]):
            dated = dated or _is_date(lines[index].text)
            index -= 1
        text = lines[index]
        if text.link or not _may_be_teaser(text):
            break
        while index > 1 and _is_date(lines[index - 1].text):
            dated = True
            index -= 1
        title = lines[index - 1]
        if len(title.text) < MIN_TITLE_CHARS or not title.link or not leads_elsewhere(title.link):
            break
        index -= 1
        dated = dated or ENDS_IN_DATE.search(title.text) is not None
        teasers.append(_Teaser(title, text, dated))
        start = index
    return teasers, start


def _is_of_frame(line: PageLine) -> bool:
    return _is_date(line.text) or frame_kind(line.text) in (FrameLine.TOOLBAR, FrameLine.LIST_ITEM)


def _is_date(text: str) -> bool:
    return len(text) <= MAX_DATE_CHARS and DATE_ONLY.fullmatch(text) is not None


def _may_be_teaser(line: PageLine) -> bool:
    if line.caption or line.row or line.quote or line.tag in HEADING_TAGS:
        return False
    return _is_long_sentence(line.text) and not is_source(line.text)


def _is_long_sentence(text: str) -> bool:
    """Return whether a text may be a teaser, and does not go on with the words of a link."""
    return len(text) >= MIN_TEASER_CHARS and not text[:1].islower()


def _is_list(teasers: list[_Teaser], above: list[PageLine]) -> bool:
    """Return whether what is above the teasers, or every one of them, shows that they are a list.

    Below a single link, the paragraph may be the article's own last one: it must say what the title
    of the link names.
    """
    if above and _is_heading(above[0]):
        return len(teasers) >= MIN_LIST or teasers[0].title.tag in HEADING_TAGS
    if above and above[0].align == "right" and is_byline(above[0].text):
        return True
    return (len(teasers) >= MIN_LIST or _says_what_title_names(teasers[0])) and (
        all(t.title.picture_link == t.title.link for t in teasers)
        or all(t.dated for t in teasers)
        or all(t.text.text.endswith(ELLIPSIS) for t in teasers)
    )


def _says_what_title_names(teaser: _Teaser) -> bool:
    texts = teaser.text.text, ENDS_IN_DATE.sub("", teaser.title.text)
    words, title = (frozenset(WORD.findall(search_fold(text))) for text in texts)
    return len(words & title) >= MIN_TITLE_WORDS * len(title)


def _is_heading(line: PageLine) -> bool:
    return not line.row and not line.caption and frame_kind(line.text) is FrameLine.LIST_HEADING


def teaser_boxes(body: _Element, leads_elsewhere: Callable[[str], bool]) -> list[_Element]:
    """Return the boxes in a body element that each hold the teaser of another article and no more.

    A digest consists of such boxes, so they must be less than the article's text, or stand below
    several paragraphs of it.
    """
    boxes: dict[_Element, int] = {}
    for link in islice(body.iter("a"), MAX_LINKS):
        title = inner_text(link).strip() if link.get("href") else ""
        box = _box_of(link, title, body) if len(title) >= MIN_TITLE_CHARS else None
        if box is not None and box not in boxes and leads_elsewhere(link.get("href") or ""):
            boxes[box] = len(inner_text(box).strip())
    if not boxes:
        return []
    lines = text_lines(body)
    theirs = sum(boxes.values())
    few = 2 * theirs <= sum(map(len, lines))
    return list(boxes) if few or _follow_text(lines, list(boxes)) else []


def _box_of(link: _Element, title: str, body: _Element) -> _Element | None:
    """Return the innermost box around a linked title and its teaser, or None."""
    for element in link.iterancestors():
        if element is body:
            return None
        if element.tag in BOX_TAGS:
            lines = text_lines(element) if len(inner_text(element)) <= MAX_BOX_CHARS else []
            if [" ".join(title.split())] == lines[:1] and len(lines) == 1:
                continue  # a box for the title only
            return element if _is_teaser(lines, " ".join(title.split())) else None
        if element.tag == "td":
            return _table_of(link, title, body)
        if element.tag not in TITLE_TAGS:
            return None
    return None


def _table_of(link: _Element, title: str, body: _Element) -> _Element | None:
    """Return the table that lays out a teaser: its picture leads to the article, too."""
    table = next(link.iterancestors("table"), body)
    if table is body or table in body.iterancestors() or len(inner_text(table)) > MAX_BOX_CHARS:
        return None
    pictures = (a for a in table.iter("a") if next(a.iter("img"), None) is not None)
    if not any(a.get("href") == link.get("href") for a in pictures):
        return None
    return table if _is_teaser(text_lines(table), " ".join(title.split())) else None


def _is_teaser(lines: list[str], title: str) -> bool:
    """Return whether the lines of a box are a title, one paragraph, dates and buttons.

    Below the heading of a list the paragraph may be short.
    """
    headed = bool(lines) and frame_kind(lines[0]) is FrameLine.LIST_HEADING
    texts = [line for line in lines if not _is_date(line) and frame_kind(line) is None]
    texts = texts[:1] + [line for line in texts[1:] if not is_byline(line)]
    if not texts or ENDS_IN_DATE.sub("", texts[0]).strip() != title:
        return False
    return len(texts[1:]) == 1 and (headed or _is_long_sentence(texts[1]))


def _follow_text(lines: list[str], boxes: list[_Element]) -> bool:
    """Return whether a heading of a list, or paragraphs of the article, stand above the boxes.

    Below the boxes there is no paragraph, then.
    """
    first, last = text_lines(boxes[0])[0], text_lines(boxes[-1])[-1]
    above, below = lines[: lines.index(first)], lines[::-1][: lines[::-1].index(last)]
    if any(map(_is_paragraph, below)):
        return False
    headed = bool(above) and frame_kind(above[-1]) is FrameLine.LIST_HEADING
    return headed or sum(map(_is_paragraph, above)) >= MIN_PARAGRAPHS


def _is_paragraph(text: str) -> bool:
    return len(text) >= MIN_PARAGRAPH_CHARS
