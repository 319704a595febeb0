"""Where a page prints its lead: above the body, in its first paragraph, or nowhere.

A lead that only the metadata state is none: readers do not see it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import dropwhile, islice, takewhile
from typing import cast

from lxml.etree import XPath, _Element

from crawlers.document_order import elements_between
from crawlers.extraction.frame_lines import MIN_TITLE_CHARS
from crawlers.extraction.generic.fields import MAX_LEAD_CHARS, MIN_LEAD_CHARS
from crawlers.extraction.generic.layout import (
    ADVERT_CLASS,
    LEAD_CLASS,
    RELATED_CLASS,
    class_and_id,
    self_and_ancestors,
)
from crawlers.extraction.leads import is_same_lead, lead_key, settle_lead
from crawlers.extraction.lines import inner_text
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import clean, comparison

LEAD_START_CHARS = 40  # that are looked for on the page
MAX_ELEMENTS_ABOVE_LEAD = 40  # in the body, or in a box
MAX_BOXES = 5  # around a lead above the body
BOXES_OF_OTHERS = frozenset(("a", "li", "aside", "nav", "footer"))
LEAD_TAGS = ("p", "h2", "h3", "h4", "div", "span", "strong", "b", "em", "i", "td", "li")
# libxml2 collects the text of all elements above the body in a fourth of the time.
ABOVE = XPath(
    " | ".join(
        f"preceding::{tag}[string-length(normalize-space()) >= $min_chars]"
        for tag in ("h1", *LEAD_TAGS)
    )
)


def check_described_lead(page: RawArticle, lines: list[str], body: _Element | None = None) -> None:
    """Remove a lead that only the metadata state: none of the lines prints it, nor what is above
    the body.
    """
    if not (start := _described_start(page)):
        return
    lines = [line for line in lines if len(line) >= len(start)]
    printed = any(lead_key(line).startswith(start) for line in lines)
    if not printed and body is not None:
        printed = any(lead_key(text).startswith(start) for text in _texts_above(page, body, start))
    if not printed or comparison(page.title or "").startswith(start):
        _remove_lead(page)


def check_inside_lead(page: RawArticle) -> None:
    """Remove a lead that only the metadata state, and that is a later paragraph of the body."""
    start = _described_start(page)
    if start and any(lead_key(block.text).startswith(start) for block in page.blocks):
        _remove_lead(page)


def take_marked_lead(page: RawArticle, body: _Element) -> None:
    """Take the first paragraph if its class says that it is the lead."""
    if page.lead or "lead" in page.absent or len(page.blocks) < 2:
        return
    elements = islice(body.iterdescendants(*LEAD_TAGS), MAX_ELEMENTS_ABOVE_LEAD)
    marked = {clean(inner_text(e)) for e in elements if _is_named_lead(e)}
    first, second = page.blocks[:2]
    if first.text in marked and second.text not in marked:  # else the class is every paragraph's
        page.lead, page.rules["lead"] = first.text, "marked paragraph"
        del page.blocks[0]


def take_lead_above(
    page: RawArticle, body: _Element, find_title: Callable[[], _Element | None]
) -> None:
    """Take the lead that stands between title and body, if the site's rule does not find it.

    Its class says that it is the lead, and it is no teaser, or it is what the metadata describe.
    """
    if page.lead or "lead" in page.absent or not page.title or not page.blocks:
        return
    title = find_title()
    if title is None:
        return
    stated = page.structured.lead
    around = {body, *body.iterancestors(), *title.iterancestors()}
    for element in elements_between(title, body):
        text = clean(inner_text(element)) if element.tag in LEAD_TAGS else ""
        if MIN_LEAD_CHARS <= len(text) <= MAX_LEAD_CHARS:
            marked = _is_named_lead(element) and not _is_of_box(element, around)
            is_described = stated is not None and is_same_lead(text, stated)
            if marked or (is_described and not _is_of_advert(element, text)):
                page.lead = text
                page.rules["lead"] = "marked above the body" if marked else "described above"
                settle_lead(page)
                return


def _described_start(page: RawArticle) -> str:
    """Return how a lead begins that the metadata state, as `lead_key`; "" without such a lead."""
    if not page.lead or not page.rules.get("lead", "").startswith("meta"):
        return ""
    return lead_key(clean(page.lead))[:LEAD_START_CHARS]


def _remove_lead(page: RawArticle) -> None:
    page.lead = None
    del page.rules["lead"]


def _texts_above(page: RawArticle, body: _Element, start: str) -> list[str]:
    """Return the texts between title and body of which one may be the lead, outside adverts."""
    min_chars = min(len(start), len(page.title or ""))
    elements = cast(list[_Element], ABOVE(body, min_chars=min_chars))
    texts = [(clean(inner_text(element)), element) for element in elements]
    below = list(dropwhile(lambda text: text[0] != page.title, texts))
    return [text for text, element in below or texts if not _is_of_advert(element, text)]


def _is_of_advert(element: _Element, text: str) -> bool:
    """Return whether a text is in an advert, or leads to another page."""
    boxes = islice(self_and_ancestors(element), MAX_BOXES)
    if any(box.tag == "a" or ADVERT_CLASS.search(class_and_id(box)) for box in boxes):
        return True
    return any(len(inner_text(link).strip()) >= len(text) for link in element.iter("a"))


def _is_named_lead(element: _Element) -> bool:
    names = class_and_id(element)
    return names != "" and LEAD_CLASS.search(names) is not None


def _is_of_box(element: _Element, around: set[_Element]) -> bool:
    """Return whether a text is in an advert or below the linked title of another article.

    Args:
        around: the elements that hold the article's title or body
    """
    boxes = takewhile(lambda box: box not in around, self_and_ancestors(element))
    return any(
        box.tag in BOXES_OF_OTHERS
        or ADVERT_CLASS.search(class_and_id(box))
        or RELATED_CLASS.search(class_and_id(box))
        or _has_link_above(box, element)
        for box in islice(boxes, MAX_BOXES)
    )


def _has_link_above(box: _Element, element: _Element) -> bool:
    above = takewhile(lambda e: e is not element, islice(box.iter("*"), MAX_ELEMENTS_ABOVE_LEAD))
    return any(e.tag == "a" and len(inner_text(e).strip()) >= MIN_TITLE_CHARS for e in above)
