"""Selectors for an element: short ones, by ids and classes that other pages have too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from lxml.etree import _Element

from crawlers.selectors import compile_rule

NAME = re.compile(r"[A-Za-z_][\w-]*")
MAX_NAME_CHARS = 40  # longer names are generated
MAX_ANCESTORS = 6
DIGIT = re.compile(r"\d")
# Classes for appearance and layout, which say nothing about the content.
UTILITY_NAME = re.compile(
    r"(?:[mp][tblrxy]?|[wh]|mb|mt|col|row|d|text|font|bg|fs|fw|lh|border|rounded|flex|grid|gap|order"
    r"|float|pull|align|justify|items|position|z|overflow|lg|md|sm|xs|xl)(?:-\w+)*"
    r"|clear\w*|container\w*|wrap\w*|inner|active|show|hidden?|left|right|center|full|first|last"
    r"|odd|even|clearfix|cf|fl|fr|bold|italic|underline|uppercase|red|blue|black|white|main|box"
    r"|page|site|body|block|item|section|group|column|layout|vn|new|news|ng-\w+|js-\w+|css-\w+"
    r"|sticky|desktop|mobile|web|hide\w*|visible\w*",
    re.I,
)
MEANINGFUL_NAME = re.compile(
    r"tit|headline|tieu-?de|sapo|lead|summary|desc|date|time|ngay|publish|author|tac-?gia|name"
    r"|detail|article|content|noi-?dung|body|entry|post|chi-?tiet|view|fck",
    re.I,
)
GENERATED_NAME = re.compile(r"^(?:css|sc|jsx|svelte|_)[-_]?[a-z0-9]{5,}$|[a-f0-9]{8,}|\d{3,}", re.I)
NUMBERED_NAME = re.compile(r"[-_]\d+$|^[a-z]*\d+$", re.I)  # post-13, term_7, b12: of one page


def selectors_of(element: _Element) -> list[str]:
    """Return selectors of an element, first by its own id and classes, then with ancestors."""
    own = _own_selectors(element)
    rules = [*own, *_with_attribute(element)]
    if isinstance(element.tag, str) and element.tag in ("h1", "time"):
        rules.append(element.tag)
    inner = [*own[:3], element.tag] if isinstance(element.tag, str) else own[:3]
    for around in islice(element.iterancestors(), MAX_ANCESTORS):
        if around.tag in ("body", "html"):
            break
        rules += [f"{outer} {one}" for outer in _id_and_classes(around)[:2] for one in inner]
    return list(dict.fromkeys(rule for rule in rules if is_valid(rule)))


def _own_selectors(element: _Element) -> list[str]:
    names = _id_and_classes(element)
    classes = [mark for mark in names if mark.startswith(".")]
    tagged = [f"{element.tag}{mark}" for mark in names[:3]]
    return [*names, *tagged, *("".join(pair) for pair in pairwise(classes))]


def _id_and_classes(element: _Element) -> list[str]:
    """Return the element's id and classes as selectors, meaningful ones first."""
    identity = element.get("id") or ""
    names = [f"#{identity}"] if _is_stable(identity) and not DIGIT.search(identity) else []
    names += [f".{name}" for name in (element.get("class") or "").split() if _is_stable(name)]
    return sorted(dict.fromkeys(names), key=lambda name: bool(UTILITY_NAME.fullmatch(name[1:])))


def _is_stable(name: str) -> bool:
    """Whether other pages have the name too: no running number, nothing generated."""
    short = len(name) <= MAX_NAME_CHARS
    generated = GENERATED_NAME.search(name) or NUMBERED_NAME.search(name)
    return short and bool(NAME.fullmatch(name)) and not generated


def _with_attribute(element: _Element) -> Iterator[str]:
    for name in ("itemprop", "data-role"):
        value = element.get(name) or ""
        if NAME.fullmatch(value):
            yield f"{element.tag}[{name}={value}]"


def is_valid(rule: str) -> bool:
    try:
        compile_rule(rule)
    except Exception:  # lxml and cssselect raise many types
        return False
    return True


def has_own_name(rule: str) -> bool:
    """Whether a selector names the element itself by id or class, not only its ancestors."""
    last = rule.split()[-1]
    return "." in last or "#" in last


def cost(rule: str) -> tuple[int, int, int]:
    """Return a sort key: the lower, the more likely the selector stays valid."""
    names = re.findall(r"[.#]([\w-]+)", rule)
    meaningful = sum(bool(MEANINGFUL_NAME.search(name)) for name in names)
    utility = sum(bool(UTILITY_NAME.fullmatch(name)) for name in names)
    digits = sum(bool(DIGIT.search(name)) for name in names)
    bare = not names and "[" not in rule
    steps = len(rule.split())
    own = re.findall(r"[.#]([\w-]+)", rule.split()[-1])
    vague = not own or all(UTILITY_NAME.fullmatch(name) for name in own)
    return (
        4 * bare + 2 * utility + 3 * digits + 2 * vague + steps - min(meaningful, 1),
        steps,
        len(rule),
    )
