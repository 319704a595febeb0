"""Finding what the rules name, in one pass over a page.

libxml2 evaluates a class selector by testing every element's class text: a third of a
millisecond on these pages, for each rule of each field. So the page is walked once and the
elements are kept that carry a class or id which any rule of the site names; a rule then looks
only at those. Rules beyond tag, class, id, [name=value] and descendant are lxml's own selectors.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from lxml.cssselect import CSSSelector
from lxml.etree import XPath, _Element

from crawlers.first_day import DAY_RULE, day_between

Selector = Callable[[_Element], list[Any]]

COMPOUND = re.compile(
    r"(?P<tag>[a-z][a-z0-9]*)?(?P<marks>(?:[.#][\w-]+)*)(?:\[(?P<name>[\w-]+)=(?P<value>[^\]~^$*|]+)\])?"
)
MARK = re.compile(r"[.#][\w-]+")
WITH_ID = cast(Selector, XPath("//@id/.."))  # a third of the time of //*[@id]


@dataclass(frozen=True, slots=True)
class Compound:
    """One step of a selector, such as div.time, #content or meta[name=author]."""

    tag: str | None
    classes: frozenset[str]
    identity: str | None
    attribute: tuple[str, str] | None = None  # [name=value]

    @property
    def key(self) -> str | None:
        """The mark by which its elements are found: its #id, or one of its classes as .class."""
        if self.identity is not None:
            return f"#{self.identity}"
        return f".{min(self.classes)}" if self.classes else None

    def matches(self, element: _Element) -> bool:
        if self.tag is not None and element.tag != self.tag:
            return False
        if self.identity is not None and element.get("id") != self.identity:
            return False
        if self.attribute is not None and element.get(self.attribute[0]) != self.attribute[1]:
            return False
        return not self.classes or self.classes <= set((element.get("class") or "").split())


@dataclass(frozen=True, slots=True)
class Rule:
    """A selector: as steps from the outermost to the element itself, or as lxml compiles it.

    `anchor` is the innermost step that carries a class or id: where the search begins. A `plain`
    rule is one class or id and nothing else, so that whatever is found by it fits. `day_between`:
    the rules of a title and a text between which a day is looked for.
    """

    steps: tuple[Compound, ...]
    compiled: Selector | None = None
    anchor: Compound | None = None
    plain: bool = False
    day_between: tuple[str, str] | None = None


@cache
def compile_rule(rule: str) -> Rule:
    """CSS, XPath where the rule starts with "/" or "./", or a day rule.

    Raises lxml's or cssselect's error.
    """
    if day := DAY_RULE.fullmatch(rule):
        return Rule(
            (), anchor=compile_rule(day["text"]).anchor, day_between=(day["title"], day["text"])
        )
    if rule.startswith(("/", "./")):
        return Rule((), cast(Selector, XPath(rule)))
    steps = tuple(_compound(part) for part in rule.split())
    if steps and all(steps):
        return _rule(cast(tuple[Compound, ...], steps))
    return Rule((), cast(Selector, CSSSelector(rule, translator="html")), anchor=_opening(rule))


def _opening(rule: str) -> Compound | None:
    """The first step of a rule that lxml answers, if it carries a class or id: without that on
    the page lxml need not be asked."""
    match = COMPOUND.match(rule)
    opening = _compound(match.group()) if match and "," not in rule else None
    return opening if opening is not None and opening.key else None


def _rule(steps: tuple[Compound, ...]) -> Rule:
    anchor = next((step for step in reversed(steps) if step.key), None)
    only = steps[0]
    marks = len(only.classes) + (only.identity is not None)
    plain = len(steps) == 1 and marks == 1 and not (only.tag or only.attribute)
    return Rule(steps, anchor=anchor, plain=plain)


def _compound(text: str) -> Compound | None:
    found = COMPOUND.fullmatch(text)
    if found is None:
        return None
    marks = MARK.findall(found["marks"])
    ids = [m[1:] for m in marks if m.startswith("#")]
    classes = frozenset(m[1:] for m in marks if m.startswith("."))
    if len(ids) > 1 or not (found["tag"] or classes or ids):
        return None
    value = (found["value"] or "").strip("'\"")
    attribute = (found["name"], value) if found["name"] else None
    return Compound(found["tag"], classes, ids[0] if ids else None, attribute)


class PageIndex:
    """The elements of a page that the given rules may name, found in one walk."""

    def __init__(self, tree: _Element, keys: frozenset[str]) -> None:
        self.tree = tree
        self.marked: dict[str, list[_Element]] = {}
        marked = self.marked
        ids = any(key.startswith("#") for key in keys)
        seen: dict[str, list[str]] = {}  # the same class text stands on many elements
        for element in tree.iter("*"):
            classes = element.get("class")
            if classes:
                names = seen.get(classes)
                if names is None:
                    names = seen[classes] = ["." + n for n in classes.split() if n in keys]
                for name in names:
                    marked.setdefault(name, []).append(element)
        for element in WITH_ID(tree) if ids else ():
            if (name := "#" + element.get("id", "")) in keys:
                marked.setdefault(name, []).append(element)

    def find(self, rule: str, inside: _Element | None = None) -> list[Any]:
        """The elements that a rule names, in document order; only those under `inside`."""
        compiled = compile_rule(rule)
        if compiled.compiled is not None:
            if compiled.anchor is not None and compiled.anchor.key not in self.marked:
                return []
            return compiled.compiled(self.tree if inside is None else inside)
        found = self._named(compiled)
        if found and inside is not None:
            found = [e for e in found if _is_inside(e, inside)]
        return found

    def _named(self, rule: Rule) -> list[_Element]:
        if rule.day_between is not None:
            return day_between(*map(self.find, rule.day_between))
        found = self._candidates(rule)
        return found if rule.plain else [e for e in found if _fits(e, rule.steps)]

    def _candidates(self, rule: Rule) -> list[_Element]:
        anchor, last = rule.anchor, rule.steps[-1]
        if anchor is None:
            return list(self.tree.iter(last.tag))
        anchored = self.marked.get(anchor.key or "", [])
        if anchor is last:
            return anchored
        found = (e for a in anchored if anchor.matches(a) for e in a.iterdescendants(last.tag))
        return list(dict.fromkeys(found))


def _fits(element: _Element, steps: tuple[Compound, ...]) -> bool:
    """Right to left, as browsers do: the element itself, then each step among its ancestors."""
    if not steps[-1].matches(element):
        return False
    left = list(steps[:-1])
    if not left:
        return True
    for ancestor in element.iterancestors():
        if left[-1].matches(ancestor):
            left.pop()
            if not left:
                return True
    return False


def _is_inside(element: _Element, container: _Element) -> bool:
    return element is not container and any(a is container for a in element.iterancestors())


def keys_of(rules: list[str]) -> frozenset[str]:
    """What PageIndex must look for so that these rules can be answered."""
    anchors = (compile_rule(rule).anchor for rule in rules)
    keys = (anchor.key for anchor in anchors if anchor is not None)
    return frozenset(key.removeprefix(".") for key in keys if key)
