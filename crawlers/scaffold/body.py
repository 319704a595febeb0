"""The element of the body and what in it is no text: for `body`, `exclude` and `captions`."""

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
from crawlers.scaffold.selectors import cost, is_marked, selectors_of
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import comparison
from storage.models import Block

OUTER = 4  # elements around the innermost one that are tried as well
MOST_BODIES = 6
ROOM = 200  # characters
MOST_UNWANTED = 200  # lines of one body


def body_rules(samples: list[Sample]) -> list[str]:
    """Selectors of the element that holds every paragraph, the best ones first.

    Each finds such an element on most samples; of those that hold the same, the narrower comes
    first, as what else stands in a wider one would have to be dropped. The generic reader may err
    about one sample, so the narrowest ones of all are among them too.
    """
    found: dict[str, list[int]] = {}
    rules = [rule for sample in samples for e in _bodies(sample) for rule in selectors_of(e)]
    for rule in dict.fromkeys(rule for rule in rules if is_marked(rule)):
        surplus = [_surplus(sample, rule) for sample in samples]
        held = [s for s in surplus if s is not None]
        if held and len(held) * 3 >= len(samples) * 2:
            found[rule] = held
    ranked = sorted(found, key=lambda r: (-len(found[r]), _room(found[r]), cost(r)))
    # Of the many selectors of one element the best one is enough.
    different: dict[tuple[frozenset[_Element], ...], str] = {}
    for rule in ranked:
        elements = tuple(frozenset(sample.index.find(rule)) for sample in samples)
        different.setdefault(elements, rule)
    bodies = list(different.values())
    tight = sorted(bodies, key=lambda r: (_room(found[r]), -len(found[r])))
    return list(dict.fromkeys([*bodies[: MOST_BODIES // 2], *tight]))[:MOST_BODIES]


def _room(surplus: list[int]) -> int:
    """How much else stands beside the text, in steps too coarse to matter by a caption."""
    return sum(surplus) // (ROOM * len(surplus))


def text_blocks(read: RawArticle) -> list[Block]:
    """The blocks of a body without its date, which the generic reader takes for text where an
    article is little more than pictures."""
    return [block for block in read.blocks if block.text != read.published]


def body_spots(sample: Sample) -> list[LocatedLine]:
    """The lines of the page that the generic reader took for paragraphs of the body."""
    wanted = {comparison(block.text) for block in text_blocks(sample.read)}
    title = comparison(sample.read.title or "")
    printed = [comparison(spot.text) for spot in sample.spots]
    start = printed.index(title) + 1 if title in printed else 0
    spots = zip(sample.spots[start:], printed[start:], strict=True)
    return [spot for spot, text in spots if text in wanted]


def _bodies(sample: Sample) -> list[_Element]:
    """The innermost element with all paragraphs, then those around it."""
    spots = body_spots(sample)
    if not spots:
        return []
    shared = list(self_and_ancestors(spots[0].block))
    for spot in spots[1:]:
        above = set(self_and_ancestors(spot.block))
        kept = [element for element in shared if element in above]
        # A paragraph that is repeated far away, as in a footer, is not the body's.
        shared = kept if kept and kept[0].tag not in ("body", "html") else shared
    if len(spots) == 1 or shared[0].tag in ("p", "span"):
        shared = shared[1:]
    return [e for e in islice(shared, OUTER) if e.tag not in ("body", "html")]


def _surplus(sample: Sample, rule: str) -> int | None:
    """Characters beside the paragraphs in what a selector finds; None where it finds not all."""
    found = sample.index.find(rule)
    if not found:
        return None
    chosen = max(found, key=lambda e: len(inner_text(e)))
    spots = body_spots(sample)
    inside = [spot for spot in spots if is_inside(spot.element, chosen)]
    if not spots or len(inside) < len(spots):
        return None
    return max(0, len(inner_text(chosen)) - sum(len(spot.text) for spot in inside))


@dataclass(frozen=True, slots=True)
class _Body:
    """The body of one sample: its elements, the lines to keep in it and those to take out."""

    sample: Sample
    elements: frozenset[_Element]
    kept: list[LocatedLine]
    unwanted: list[LocatedLine]

    def allows(self, rule: str) -> bool:
        """Whether a selector holds no line to keep, and no picture but with unwanted lines."""
        found = [
            e
            for e in self.sample.index.find(rule)
            if not self.elements.isdisjoint(self_and_ancestors(e))
        ]
        if not self.elements.isdisjoint(found):
            return False
        held = set(found)
        if any(not held.isdisjoint(self_and_ancestors(spot.element)) for spot in self.kept):
            return False
        pictured = [e for e in found if next(e.iter("img"), None) is not None]
        return all(any(is_inside(s.element, e) for s in self.unwanted) for e in pictured)


def rules_for_lines(
    samples: list[Sample], body: str, unwanted: list[set[str]], kept: list[set[str]]
) -> list[str]:
    """Selectors of the lines in the body that are unwanted; none of them holds a line to keep.

    `unwanted` and `kept` hold lines in their comparison form, sample by sample.
    """
    bodies = [
        _body(sample, body, keep, lines)
        for sample, keep, lines in zip(samples, kept, unwanted, strict=True)
    ]
    allowed = cache(lambda rule: all(body.allows(rule) for body in bodies))
    found: list[str] = []
    for one in bodies:
        for spot in one.unwanted[:MOST_UNWANTED]:
            if any(is_inside(spot.element, e) for r in found for e in one.sample.index.find(r)):
                continue
            rule = _rule_for(spot, one, allowed)
            if rule is not None:
                found.append(rule)
    return found


def _body(sample: Sample, body: str, kept: set[str], unwanted: set[str]) -> _Body:
    elements = frozenset(sample.index.find(body))
    inside = [
        spot for spot in sample.spots if not elements.isdisjoint(self_and_ancestors(spot.element))
    ]
    texts = [comparison(spot.text) for spot in inside]
    pairs = list(zip(inside, texts, strict=True))
    return _Body(
        sample,
        elements,
        [spot for spot, text in pairs if text in kept],
        [spot for spot, text in pairs if text in unwanted and text not in kept],
    )


def _rule_for(spot: LocatedLine, own: _Body, allowed: Callable[[str], bool]) -> str | None:
    """A selector of an element around a line that holds nothing to keep.

    What is named for what it is (a related box, a share bar) comes first, then the outermost.
    """
    found: list[tuple[bool, int, tuple[int, int, int], str]] = []
    for level, element in enumerate(self_and_ancestors(spot.element)):
        if element in own.elements:
            break
        for rule in selectors_of(element):
            # ".article em" would take the stress out of every other article.
            if is_marked(rule) and allowed(rule):
                found.append((not _is_named(rule), -level, cost(rule), rule))
    return min(found)[3] if found else None


def _is_named(rule: str) -> bool:
    names = re.findall(r"[.#]([\w-]+)", rule)
    return any(BOILERPLATE_CLASS.search(name) or RELATED_CLASS.search(name) for name in names)
