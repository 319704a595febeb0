"""The elements of a page between two others, in document order."""

from __future__ import annotations

from itertools import chain, takewhile

from lxml.etree import _Element


def elements_between(start: _Element, end: _Element) -> list[_Element]:
    """Return the elements after `start`, and not in it, up to `end`.

    Those that hold `end` are left out. If `end` holds `start` or stands before it, none are.
    """
    found: list[_Element] = []
    around_end = set(end.iterancestors())
    levels = chain((start,), start.iterancestors())
    for level in takewhile(lambda e: e not in around_end, levels):
        for sibling in level.itersiblings("*"):
            for element in sibling.iter("*"):
                if element is end:
                    return found
                if element not in around_end:
                    found.append(element)
    return []
