"""A rule for platforms whose date has no known class: the first day printed below the title.

    day below h1 above .editor-content

Only between the title and the text: above stands the page's clock, below stand lists of other
articles, and both print days of the same form. The text's element may be the second, empty one of
its class on some pages, so the last one counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element

DAY_RULE = re.compile(r"day below (?P<title>\S.*?) above (?P<text>\S.*)")
PRINTED_DAY = re.compile("[0-9]{2}/[0-9]{2}/[0-9]{4}")


def day_between(titles: list[_Element], texts: list[_Element]) -> list[_Element]:
    """The first element with a day in its own words, behind a title and before a text's element."""
    if not titles or not texts:
        return []
    text = texts[-1]
    around = set(text.iterancestors())
    for element in _behind(titles[0]):
        if element is text:
            break
        if element not in around and any(map(PRINTED_DAY.search, _own_words(element))):
            return [element]
    return []


def _behind(element: _Element) -> Iterator[_Element]:
    """What XPath calls `following`: in document order, without what is inside the element."""
    level: _Element | None = element
    while level is not None:
        for sibling in level.itersiblings("*"):
            yield from sibling.iter("*")
        level = level.getparent()


def _own_words(element: _Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield child.tail or ""
