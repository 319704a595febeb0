"""Boxes in a body element whose class says that they are not the article's.

They are lists of other articles, adverts, embedded posts, rows of buttons, and what a class hides.
Only short boxes are left out, because a class may be named after something else.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from lxml.etree import _Element

from crawlers.extraction.generic.layout import (
    ADVERT_CLASS,
    BOILERPLATE_CLASS,
    EMBEDDED_POST_CLASS,
    RELATED_CLASS,
    is_hidden_by_class,
)
from crawlers.extraction.lines import BLOCK_TAGS, inner_text

# No inline elements, which are words of a sentence ("suggest-link"), and no cells of a data table.
BOX_TAGS = BLOCK_TAGS - {"td", "th", "tr", "tbody", "thead", "tfoot", "figure", "figcaption"}
MAX_CLASS_CHARS = 200  # of class and type


class _Box(Enum):
    """Kinds of boxes, with the most characters of a box that is left out."""

    HIDDEN = "hidden", 200
    ADVERT = "advert", 200
    RELATED = "related", 600
    POST = "post", 600
    BUTTONS = "buttons", 100

    @property
    def max_chars(self) -> int:
        return self.value[1]


def foreign_boxes(body: _Element) -> set[_Element]:
    """Return the boxes inside a body element that are no part of the article."""
    return {e for e in body.iterdescendants(*BOX_TAGS) if _is_foreign(e, body)}


def _is_foreign(element: _Element, body: _Element) -> bool:
    names, kind = element.get("class"), element.get("type")
    if names is None and kind is None:
        return False
    box = _box(f"{names or ''} {kind or ''}"[:MAX_CLASS_CHARS])
    if box is None:
        return False
    text = inner_text(element).strip()
    if len(text) > box.max_chars:
        return False
    if box is _Box.HIDDEN:
        return True
    if box is _Box.BUTTONS:
        return not _holds_text(element, text)
    if box is _Box.RELATED and _ends_its_element(element, body):
        return False
    if box is _Box.ADVERT and next(element.iter("figcaption"), None) is not None:
        return False
    return next(element.iter("a"), None) is not None


@lru_cache(maxsize=1024)  # the pages of a site repeat a few classes
def _box(names: str) -> _Box | None:
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
    """Return whether a box may hold a picture, its caption or a sentence."""
    has_picture = next(element.iter("img", "figcaption"), None) is not None
    return has_picture or text.endswith((".", "!", "?", "…", "”"))


def _ends_its_element(element: _Element, body: _Element) -> bool:
    """Return whether nothing follows a list of articles further inside, which ends the article."""
    return element.getparent() is not body and next(element.itersiblings("*"), None) is None
