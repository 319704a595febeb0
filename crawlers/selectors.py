"""PageIndex: the elements that a site's selectors match, found in one walk over the page.

libxml2 evaluates a class selector by testing the class attribute of every element, which takes
about 0.3 ms a selector on these pages. The index walks the page once and stores the elements by
the classes and ids that occur in the site's selectors; a selector then tests only those. It
supports tag, class, id, [name=value] and the descendant combinator; lxml evaluates the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

from lxml.cssselect import CSSSelector
from lxml.etree import XPath, _Element

from crawlers.day_rules import DAY_RULE, day_between

Selector = Callable[[_Element], list[Any]]

COMPOUND = re.compile(
    r"(?P<tag>[a-z][a-z0-9]*)?(?P<names>(?:[.#][\w-]+)*)(?:\[(?P<name>[\w-]+)=(?P<value>[^\]~^$*|]+)\])?"
)
COMBINATOR = re.compile(r"[\s>+~,]")
CLASS_OR_ID = re.compile(r"[.#][\w-]+")
MAX_CACHED_SITES, MAX_CACHED_NAMES, MAX_CACHED_CHARS = 128, 512, 200
CLASS = b"class"  # lxml takes a sixth less time for a name in bytes
# Not "//@id", which goes through all text, and not the parents (@id/..), in quadratic time.
IDS = cast(Selector, XPath("descendant-or-self::*/@id"))


@dataclass(frozen=True, slots=True)
class CompoundSelector:
    """A part of a selector between combinators: div.time, #content, meta[name=author]."""

    tag: str | None
    classes: frozenset[str]
    identity: str | None
    attribute: tuple[str, str] | None = None  # [name=value]

    @property
    def key(self) -> str | None:
        """The name under which PageIndex stores its elements: #id, or one of its .classes."""
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
        if not self.classes:
            return True
        stated = element.get(CLASS)
        return stated is not None and self.classes.issubset(stated.split())


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule of a site in a form that PageIndex evaluates.

    Attributes:
        steps: the compound selectors, outermost first; empty if lxml evaluates the rule
        compiled: lxml's selector, if PageIndex does not support the rule
        anchor: the innermost compound selector with a class or id; the search starts there
        single_name: the rule is one class or id only, so every element of the index matches
        day_between: the rules for title and text of a day rule (crawlers/day_rules.py)
        is_compound: the rule for lxml is CSS without combinators
        has_siblings: it may match elements beside those that match its first compound selector
        keys: those of all compound selectors; a page that lacks one of them has no match
    """

    steps: tuple[CompoundSelector, ...]
    compiled: Selector | None = None
    anchor: CompoundSelector | None = None
    single_name: bool = False
    day_between: tuple[str, str] | None = None
    is_compound: bool = False
    has_siblings: bool = False
    keys: frozenset[str] = frozenset()


@cache
def compile_rule(rule: str) -> CompiledRule:
    """Compile CSS, XPath (if it starts with "/" or "./") or a day rule.

    Raises the error of lxml or cssselect.
    """
    if day := DAY_RULE.fullmatch(rule):
        keys = compile_rule(day["title"]).keys | compile_rule(day["text"]).keys
        return CompiledRule((), day_between=(day["title"], day["text"]), keys=keys)
    if rule.startswith(("/", "./")):
        return CompiledRule((), cast(Selector, XPath(rule)))
    steps = tuple(_compound(part) for part in rule.split())
    if steps and all(steps):
        return _rule_of(cast(tuple[CompoundSelector, ...], steps))
    compiled = cast(Selector, CSSSelector(rule, translator="html"))
    is_compound = not COMBINATOR.search(rule)
    first = _first_compound(rule)
    return CompiledRule(
        (), compiled, anchor=first, is_compound=is_compound,
        has_siblings=re.search("[+~]", rule) is not None, keys=_keys((first,)),
    )  # fmt: skip


def _first_compound(rule: str) -> CompoundSelector | None:
    """Return the first compound selector of a rule for lxml, if it has a class or id.

    If the page lacks that class or id, lxml need not evaluate the rule.
    """
    match = COMPOUND.match(rule)
    first = _compound(match.group()) if match and "," not in rule else None
    return first if first is not None and first.key else None


def _rule_of(steps: tuple[CompoundSelector, ...]) -> CompiledRule:
    anchor = next((step for step in reversed(steps) if step.key), None)
    only = steps[0]
    names = len(only.classes) + (only.identity is not None)
    single_name = len(steps) == 1 and names == 1 and not (only.tag or only.attribute)
    return CompiledRule(steps, anchor=anchor, single_name=single_name, keys=_keys(steps))


def _keys(parts: Iterable[CompoundSelector | None]) -> frozenset[str]:
    return frozenset(part.key for part in parts if part is not None and part.key)


def _compound(text: str) -> CompoundSelector | None:
    match = COMPOUND.fullmatch(text)
    if match is None:
        return None
    names = CLASS_OR_ID.findall(match["names"])
    ids = [name[1:] for name in names if name.startswith("#")]
    classes = frozenset(name[1:] for name in names if name.startswith("."))
    if len(ids) > 1 or not (match["tag"] or classes or ids):
        return None
    value = (match["value"] or "").strip("'\"")
    attribute = (match["name"], value) if match["name"] else None
    return CompoundSelector(match["tag"], classes, ids[0] if ids else None, attribute)


class _IndexedNames(dict[str, tuple[str, ...]]):
    """The classes of a class attribute that are in `keys`; the pages of a site repeat most."""

    def __init__(self, keys: frozenset[str]) -> None:
        super().__init__()
        self.keys_of_site = keys
        self.has_ids = any(key.startswith("#") for key in keys)

    def __missing__(self, classes: str) -> tuple[str, ...]:
        names = tuple(f".{name}" for name in classes.split() if name in self.keys_of_site)
        if len(classes) <= MAX_CACHED_CHARS:
            if len(self) == MAX_CACHED_NAMES:
                self.clear()
            self[classes] = names
        return names


indexed_names = lru_cache(MAX_CACHED_SITES)(_IndexedNames)


class PageIndex:
    """The elements of a page by class and id, for the names in `keys` (see keys_of)."""

    def __init__(self, tree: _Element, keys: frozenset[str]) -> None:
        self.tree = tree
        self.by_name: dict[str, list[_Element]] = {}
        by_name = self.by_name
        names_of = indexed_names(keys)
        for element in tree.iter("*"):
            if classes := element.get(CLASS):
                for name in names_of[classes]:
                    by_name.setdefault(name, []).append(element)
        for identity in IDS(tree) if names_of.has_ids else ():
            if (name := f"#{identity}") in keys:
                by_name.setdefault(name, []).append(identity.getparent())

    def find(self, rule: str, inside: _Element | None = None) -> list[Any]:
        """Return the elements that match a rule, in document order; only those under `inside`.

        A rule means the same with and without `inside`: it is matched in the whole document. Only
        an XPath that begins with "./" starts at `inside`.
        """
        compiled = compile_rule(rule)
        if not compiled.keys.issubset(self.by_name):
            return []  # most rules that exclude elements
        if inside is not None and rule.startswith("./"):
            assert compiled.compiled is not None
            return compiled.compiled(inside)
        matches = self._matches(compiled, inside)
        if matches and inside is not None:
            matches = [e for e in matches if _is_inside(e, inside)]
        return matches

    def _matches(self, rule: CompiledRule, inside: _Element | None) -> list[_Element]:
        """Return the matches; those outside `inside` may be missing."""
        if rule.compiled is not None:
            return [match for scope in self._scopes(rule, inside) for match in rule.compiled(scope)]
        if rule.day_between is not None:
            return day_between(*map(self.find, rule.day_between))
        candidates = self._candidates(rule, inside)
        if rule.single_name:
            return candidates
        *outer, last = rule.steps
        matches = [e for e in candidates if last.matches(e)]
        # Right to left, as browsers do: the element itself, then its ancestors.
        tests = [self._test(step) for step in reversed(outer)] if matches else []
        return [e for e in matches if _is_inside_all(e, tests)] if tests else matches

    def _scopes(self, rule: CompiledRule, inside: _Element | None) -> list[_Element]:
        """Return the elements in which lxml looks for all matches of a rule."""
        if rule.is_compound and inside is not None:
            return [inside]
        anchors = self._anchors(rule)
        if len(anchors) == 2 and not rule.has_siblings and not _is_inside(*reversed(anchors)):
            return anchors
        return anchors if len(anchors) == 1 else [self.tree]

    def _anchors(self, rule: CompiledRule) -> list[_Element]:
        key = rule.anchor.key if rule.anchor is not None else None
        return self.by_name.get(key, []) if key is not None else []

    def _test(self, step: CompoundSelector) -> Callable[[_Element], bool]:
        """Return the test whether an element matches; one of the index is looked up."""
        if step.key is None:
            return step.matches
        return {e for e in self.by_name[step.key] if step.matches(e)}.__contains__

    def _candidates(self, rule: CompiledRule, inside: _Element | None) -> list[_Element]:
        anchor, last = rule.anchor, rule.steps[-1]
        if anchor is None:
            return list((self.tree if inside is None else inside).iter(last.tag))
        anchored = self._anchors(rule)
        if anchor is last:
            return anchored
        inner = (e for a in anchored if anchor.matches(a) for e in a.iterdescendants(last.tag))
        return list(dict.fromkeys(inner))


def _is_inside_all(element: _Element, tests: list[Callable[[_Element], bool]]) -> bool:
    """Return whether ancestors of an element pass the tests, the innermost one first."""
    ancestors = element.iterancestors()
    return all(any(map(test, ancestors)) for test in tests)


def _is_inside(match: Any, container: _Element) -> bool:
    """Whether an element, or a text or attribute that XPath selected, is in the container."""
    if not isinstance(match, _Element):
        match = match.getparent()
        return match is container or (match is not None and _is_inside(match, container))
    return match is not container and any(a is container for a in match.iterancestors())


def keys_of(rules: list[str]) -> frozenset[str]:
    """Return the classes and #ids that PageIndex needs to evaluate these rules."""
    keys = frozenset[str]().union(*(compile_rule(rule).keys for rule in rules))
    return frozenset(key.removeprefix(".") for key in keys)
