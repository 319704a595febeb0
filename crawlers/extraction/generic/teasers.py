"""Lists of other articles with their teasers, which trafilatura may take for the article.

A teaser is a paragraph below the linked title of another page, or one that ends in "Xem tiếp".
Sites name such boxes in any way, so a list is known by its text: there is nothing else in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from crawlers.extraction.frame_lines import DATE_ONLY, MAX_DATE_CHARS, MIN_TITLE_CHARS
from crawlers.extraction.generic.layout import LocatedLine, self_and_ancestors
from crawlers.extraction.line_catalogue import frame_kind
from crawlers.extraction.lines import inner_text
from pipelines.text.normal_forms import clean

MIN_LINKS = 2  # of a list
MIN_LINKED_SHARE = 0.6  # of the characters of a line that is a title
MIN_TEASER_CHARS = 60  # a shorter line may be the heading of the list
MAX_LINKS_OF_BLOCK = 3
MAX_LINES = 3000  # of a page that is searched for lists


@dataclass(frozen=True, slots=True)
class _Line:
    elements: frozenset[_Element]  # that hold it
    linked: bool  # to another page
    long: bool


def teaser_lists(
    lines: list[LocatedLine], around: frozenset[_Element], leads_elsewhere: Callable[[str], bool]
) -> list[_Element]:
    """Return the outermost elements that hold links to other pages, their teasers and no more.

    Args:
        around: the elements that hold the article's title
        leads_elsewhere: whether the target of a link is another page of the site
    """
    links: Counter[_Element] = Counter()
    with_teaser: set[_Element] = set()
    with_text: set[_Element] = set()
    nothing: frozenset[_Element] = frozenset()
    if len(lines) > MAX_LINES:
        return []
    inner: dict[_Element, list[tuple[_Element, str]]] = {}
    own = [
        _line(line, around, _links(line, inner), leads_elsewhere)
        for line in lines
        if not _is_frame(line.text)
    ]
    for before, line, after in zip([None, *own], own, [*own[1:], None], strict=False):
        above = before.elements if before and before.linked else nothing
        below = after.elements if after and after.linked and not line.long else nothing
        if line.linked:
            links.update(line.elements)
        else:
            with_text |= line.elements - above - below
        if line.long:
            with_teaser |= line.elements if line.linked else line.elements & above
    found = {e for e, n in links.items() if n >= MIN_LINKS} & with_teaser - with_text
    return [e for e in found if found.isdisjoint(e.iterancestors())]


def _line(
    line: LocatedLine,
    around: frozenset[_Element],
    links: list[_Element],
    leads_elsewhere: Callable[[str], bool],
) -> _Line:
    elements = frozenset(self_and_ancestors(line.block)) - around
    linked = any(leads_elsewhere(a.get("href") or "") for a in links)
    return _Line(elements, linked, len(line.text) >= MIN_TEASER_CHARS)


def _links(line: LocatedLine, inner: dict[_Element, list[tuple[_Element, str]]]) -> list[_Element]:
    """Return the links of which a line is the text, or that lead from it to the whole text.

    `inner`: the links of blocks, or around them, and their texts, as far as they are known.
    """
    own = next((e for e in self_and_ancestors(line.element) if e.tag == "a"), None)
    if own is not None:
        if own not in inner:
            inner[own] = [(own, clean(inner_text(own)))]
        is_short = len(line.text) < MIN_TITLE_CHARS
        is_sentence = len(inner[own][0][1]) < MIN_LINKED_SHARE * len(line.text)  # begins with it
        return [] if is_short or is_sentence else [own]
    if line.block not in inner:
        links = islice(line.block.iter("a"), MAX_LINKS_OF_BLOCK)
        inner[line.block] = [(a, clean(inner_text(a))) for a in links]
    texts = inner[line.block]
    return [a for a, text in texts if text in line.text and _is_title(text, line.text)]


def _is_title(text: str, line: str) -> bool:
    """Return whether the text of a link is that of its line, or a button below a teaser."""
    if len(text) >= max(MIN_TITLE_CHARS, MIN_LINKED_SHARE * len(line)):
        return True
    return bool(text) and line.endswith(text) and frame_kind(text) is not None


def _is_frame(text: str) -> bool:
    """Return whether a line is a date or belongs to the frame of the page."""
    is_date = DATE_ONLY.fullmatch(text) if len(text) <= MAX_DATE_CHARS else None
    return is_date is not None or frame_kind(text) is not None
