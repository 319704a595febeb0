"""Selectors for `body`, `exclude` and `captions`: the element of the body, and what to exclude."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import islice

from lxml.etree import _Element

from crawlers.extraction.generic.layout import (
    BOILERPLATE_CLASS,
    RELATED_CLASS,
    LocatedLine,
    is_inside,
    self_and_ancestors,
)
from crawlers.extraction.lines import inner_text
from crawlers.scaffold.samples import Sample
from crawlers.scaffold.selectors import cost, has_own_name, selectors_of
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import comparison
from storage.models import Block

OUTER_ELEMENTS = 4  # around the innermost one that are tried as well
MAX_BODIES = 6
SURPLUS_STEP_CHARS = 200  # surplus text is compared in steps of this size
MIN_SAMPLES_WITH_LINE = 2
MAX_UNWANTED_LINES = 200  # lines of one body


def body_selectors(samples: list[Sample]) -> list[str]:
    """Return selectors of the element that contains every paragraph, the best ones first.

    Each finds such an element on most samples. Of those with the same paragraphs the narrower comes
    first, because the other content of a wider one would have to be excluded. The generic
    extractor may err about one sample, so the narrowest ones of all are included.
    """
    surpluses: dict[str, list[int]] = {}
    rules = [rule for sample in samples for e in _body_elements(sample) for rule in selectors_of(e)]
    for rule in dict.fromkeys(rule for rule in rules if has_own_name(rule)):
        surplus = [_surplus(sample, rule) for sample in samples]
        complete = [s for s in surplus if s is not None]
        if complete and len(complete) * 3 >= len(samples) * 2:
            surpluses[rule] = complete
    ranked = sorted(
        surpluses, key=lambda r: (-len(surpluses[r]), _surplus_steps(surpluses[r]), cost(r))
    )
    # Of the many selectors of one element the best one is enough.
    different: dict[tuple[frozenset[_Element], ...], str] = {}
    for rule in ranked:
        elements = tuple(frozenset(sample.index.find(rule)) for sample in samples)
        different.setdefault(elements, rule)
    bodies = list(different.values())
    tight = sorted(bodies, key=lambda r: (_surplus_steps(surpluses[r]), -len(surpluses[r])))
    return list(dict.fromkeys([*bodies[: MAX_BODIES // 2], *tight]))[:MAX_BODIES]


def _surplus_steps(surplus: list[int]) -> int:
    """Return the mean surplus text in steps too coarse for a caption to matter."""
    return sum(surplus) // (SURPLUS_STEP_CHARS * len(surplus))


def text_blocks(read: RawArticle) -> list[Block]:
    """Return the blocks of a body without the date.

    In articles that are little more than pictures the generic extractor takes the date for text.
    """
    return [block for block in read.blocks if block.text != read.published]


def body_spots(sample: Sample) -> list[LocatedLine]:
    """Return the lines of the page that the generic extractor read as paragraphs."""
    paragraphs = {comparison(block.text) for block in text_blocks(sample.generic)}
    title = comparison(sample.generic.title or "")
    printed = [comparison(spot.text) for spot in sample.spots]
    start = printed.index(title) + 1 if title in printed else 0
    spots = zip(sample.spots[start:], printed[start:], strict=True)
    return [spot for spot, text in spots if text in paragraphs]


def _body_elements(sample: Sample) -> list[_Element]:
    """Return the innermost element with all paragraphs, then those around it."""
    spots = body_spots(sample)
    if not spots:
        return []
    shared = list(self_and_ancestors(spots[0].block))
    for spot in spots[1:]:
        above = set(self_and_ancestors(spot.block))
        common = [element for element in shared if element in above]
        # A paragraph that is repeated far away, as in a footer, does not belong to the body.
        shared = common if common and common[0].tag not in ("body", "html") else shared
    if len(spots) == 1 or shared[0].tag in ("p", "span"):
        shared = shared[1:]
    return [e for e in islice(shared, OUTER_ELEMENTS) if e.tag not in ("body", "html")]


def _surplus(sample: Sample, rule: str) -> int | None:
    """Return the characters besides the paragraphs in a match; None if it lacks a paragraph."""
    elements = sample.index.find(rule)
    if not elements:
        return None
    chosen = max(elements, key=lambda e: len(inner_text(e)))
    spots = body_spots(sample)
    inside = [spot for spot in spots if is_inside(spot.element, chosen)]
    if not spots or len(inside) < len(spots):
        return None
    return max(0, len(inner_text(chosen)) - sum(len(spot.text) for spot in inside))


@dataclass(frozen=True, slots=True)
class _Body:
    """The body of one sample: its elements, lines to keep and lines to exclude."""

    sample: Sample
    elements: frozenset[_Element]
    wanted: list[LocatedLine]
    unwanted: list[LocatedLine]

    def has_unwanted(self, rule: str) -> bool:
        elements = self.sample.index.find(rule)
        return any(is_inside(spot.element, e) for spot in self.unwanted for e in elements)

    def allows(self, rule: str) -> bool:
        """Whether a selector matches no line to keep, and pictures only with unwanted lines."""
        matching = [
            e
            for e in self.sample.index.find(rule)
            if not self.elements.isdisjoint(self_and_ancestors(e))
        ]
        if not self.elements.isdisjoint(matching):
            return False
        matches = set(matching)
        if any(not matches.isdisjoint(self_and_ancestors(spot.element)) for spot in self.wanted):
            return False
        pictured = [e for e in matching if next(e.iter("img"), None) is not None]
        return all(any(is_inside(s.element, e) for s in self.unwanted) for e in pictured)


def selectors_for_lines(
    samples: list[Sample], body: str, unwanted: list[set[str]], wanted: list[set[str]]
) -> list[str]:
    """Return selectors of unwanted lines in the body that match no line to keep.

    A selector that excludes something from one of several samples only must be the name of a known
    box. `unwanted` and `wanted` are lines in their comparison form, one set for each sample.
    """
    bodies = [
        _body(sample, body, keep, lines)
        for sample, keep, lines in zip(samples, wanted, unwanted, strict=True)
    ]
    fewest = min(MIN_SAMPLES_WITH_LINE, len(bodies))

    @cache
    def allowed(rule: str) -> bool:
        if not all(body.allows(rule) for body in bodies):
            return False
        return _is_known_box(rule) or sum(body.has_unwanted(rule) for body in bodies) >= fewest

    rules: list[str] = []
    for one in bodies:
        for spot in one.unwanted[:MAX_UNWANTED_LINES]:
            if any(is_inside(spot.element, e) for r in rules for e in one.sample.index.find(r)):
                continue
            rule = _selector_for(spot, one, allowed)
            if rule is not None:
                rules.append(rule)
    return rules


def _body(sample: Sample, body: str, wanted: set[str], unwanted: set[str]) -> _Body:
    elements = frozenset(sample.index.find(body))
    inside = [
        spot for spot in sample.spots if not elements.isdisjoint(self_and_ancestors(spot.element))
    ]
    texts = [comparison(spot.text) for spot in inside]
    pairs = list(zip(inside, texts, strict=True))
    return _Body(
        sample,
        elements,
        [spot for spot, text in pairs if text in wanted],
        [spot for spot, text in pairs if text in unwanted and text not in wanted],
    )


def _selector_for(spot: LocatedLine, own: _Body, allowed: Callable[[str], bool]) -> str | None:
    """Return a selector of an element around a line that contains nothing to keep.

    Elements whose name says what they are (a related box, a share bar) come first, then the
    outermost.
    """
    choices: list[tuple[bool, int, tuple[int, int, int], str]] = []
    for level, element in enumerate(self_and_ancestors(spot.element)):
        if element in own.elements:
            break
        for rule in selectors_of(element):
            # ".article em" would remove the stressed words of every other article.
            if has_own_name(rule) and allowed(rule):
                choices.append((not _is_known_box(rule), -level, cost(rule), rule))
    return min(choices)[3] if choices else None


def _is_known_box(rule: str) -> bool:
    names = re.findall(r"[.#]([\w-]+)", rule)
    return any(BOILERPLATE_CLASS.search(name) or RELATED_CLASS.search(name) for name in names)
