"""Boxes in a body element whose class says that they are not the article's.

They are lists of other articles, adverts, embedded posts, rows of buttons, and what a class hides.
A class may be named after something else, so only short boxes are left out, and those that are
links for the most part.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from itertools import islice
from typing import cast

from lxml.etree import XPath, _Element

from crawlers.extraction.generic.layout import (
    ADVERT_CLASS,
    BOILERPLATE_CLASS,
    EMBEDDED_POST_CLASS,
    RELATED_CLASS,
    is_hidden_by_class,
)
from crawlers.extraction.lines import BLOCK_TAGS, HEADING_TAGS, inner_text
from crawlers.selectors import CLASS

# No inline elements, which are words of a sentence ("suggest-link"), and no cells of a data table.
BOX_TAGS = BLOCK_TAGS - {"td", "th", "tr", "tbody", "thead", "tfoot", "figure", "figcaption"}
TYPE = b"type"
WITH_CLASS = XPath("descendant::*[@class or @type]")
MAX_CLASS_CHARS = 200  # of class and of type
MIN_LINKED_SHARE = 0.8  # of the characters of a longer box
MAX_HEADING_CHARS = 60  # above the first link of a box
MIN_TITLE_CHARS = 20  # of that link, unless it is a button
MAX_LINKS = 200  # that are looked at
BUTTONS = "a", "button", "input", "svg"


class _Box(Enum):
    """Kinds of boxes, with the most characters of a box that is left out, and of one of links."""

    HIDDEN = "hidden", 200, 200
    ADVERT = "advert", 200, 2000
    RELATED = "related", 600, 5000
    POST = "post", 5000, 5000
    BUTTONS = "buttons", 100, 100


def foreign_boxes(body: _Element) -> list[_Element]:
    """Return the boxes inside a body element that are no part of the article, outer ones first."""
    elements = cast(list[_Element], WITH_CLASS(body))
    boxes = [(e, box) for e in elements if (box := _box_of(e)) is not None]
    return [e for e, box in boxes if _is_foreign(e, box, body)]


def _box_of(element: _Element) -> _Box | None:
    is_box = element.tag in BOX_TAGS
    if not is_box and element.tag != "span":
        return None
    names, kind = element.get(CLASS, ""), element.get(TYPE, "")
    if not names and not kind:
        return None
    box = _box(names[:MAX_CLASS_CHARS], kind[:MAX_CLASS_CHARS])
    return box if is_box or box is _Box.HIDDEN else None


def _is_foreign(element: _Element, box: _Box, body: _Element) -> bool:
    _, max_chars, max_linked_chars = box.value
    text = _short_text(element, max_linked_chars)
    if text is None:
        return False
    if box is _Box.HIDDEN:
        return True
    if box is _Box.BUTTONS:
        return not _holds_text(element, text)
    links = list(islice(element.iter("a"), MAX_LINKS))
    if not links:
        return False
    if box is _Box.POST:
        return True
    if box is _Box.RELATED and _ends_its_element(element, body):
        return False
    if box is _Box.ADVERT and next(element.iter("figcaption"), None) is not None:
        return False
    if len(text) > max_chars:
        return sum(len(inner_text(link)) for link in links) >= MIN_LINKED_SHARE * len(text)
    return not _is_prose(text, links)


def _short_text(element: _Element, max_chars: int) -> str | None:
    """Return the text of an element, or None if it is longer; boxes may be nested."""
    parts: list[str] = []
    length = 0
    for part in element.itertext():
        if stripped := part.strip():
            parts.append(cast(str, part))
            length += len(stripped)
            if length > max_chars:
                return None
    return "".join(parts).strip()


def _is_prose(text: str, links: list[_Element]) -> bool:
    """Return whether a sentence goes on after a link, or paragraphs stand above the links."""
    if any(link.tail and _goes_on(link.tail) for link in links):
        return True
    first = inner_text(links[0]).strip()
    if len(first) < MIN_TITLE_CHARS:
        return False
    return len(text.partition(first)[0].strip()) > MAX_HEADING_CHARS


def _goes_on(tail: str) -> bool:
    """Return whether a text below a link continues a sentence, and is no button ("đọc tiếp")."""
    words = tail.lstrip().lstrip(",; ")
    return words[:1].islower() and not words.startswith(("đọc", "xem"))


@lru_cache(maxsize=1024)  # the pages of a site repeat a few classes
def _box(class_names: str, kind: str) -> _Box | None:
    names = f"{class_names} {kind}"
    if is_hidden_by_class(names):
        return _Box.HIDDEN
    if ADVERT_CLASS.search(names):
        return _Box.ADVERT
    if RELATED_CLASS.search(names):
        return _Box.RELATED
    if EMBEDDED_POST_CLASS.search(names):
        return _Box.POST
    return _Box.BUTTONS if BOILERPLATE_CLASS.search(names) else None


def _holds_text(element: _Element, text: str) -> bool:
    """Return whether a box may hold a picture, its caption, a subhead or a sentence."""
    if element.tag in HEADING_TAGS or next(element.iter("img", "figcaption"), None) is not None:
        return True
    is_sentence = text.endswith((".", "!", "?", "…", "”"))
    return is_sentence or next(element.iter(*BUTTONS), None) is None


def _ends_its_element(element: _Element, body: _Element) -> bool:
    """Return whether nothing follows a list of articles further inside, which ends the article."""
    return element.getparent() is not body and next(element.itersiblings("*"), None) is None
