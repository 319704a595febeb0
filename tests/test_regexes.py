"""No text that a page, a person or a server can send makes a regular expression take long.

Every compiled pattern of the product takes linear time, or is applied only by functions that bound
their input (BOUNDING_FUNCTIONS). Times are CPU seconds.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from crawlers.registry import all_sites

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("storage", "pipelines", "crawlers", "schedules", "tinwatch")
INPUT_CHARS = 100_000
SAMPLE_CHARS = 10_000
MAX_SECONDS = 1.0  # for INPUT_CHARS; linear patterns take less than 0.05
# A pattern of quadratic time that takes this for SAMPLE_CHARS would take MAX_SECONDS for
# INPUT_CHARS. One that takes less is not measured with INPUT_CHARS.
SUSPECT_SECONDS = MAX_SECONDS * (SAMPLE_CHARS / INPUT_CHARS) ** 2 / 2
MAX_PREFIX_CHARS = 60
UNITS = (
    ". ", " ", "a ", "a", "1/", "1", "1 ", "(", "- ", "-", "–", "<", "<a ", "ạ\u0301 ", "a\u0323",
    "_", ", ", ";", ":", ".", "a.", "A.", "A. ", "&amp;", "\n", "=", "&a=", "http://a.", "x@", "Nguyễn ",
)  # fmt: skip


def repeated(unit: str, chars: int) -> str:
    return (unit * (chars // len(unit) + 1))[:chars]


def modules() -> Iterator[str]:
    for package in PACKAGES:
        for module in walk_packages(import_module(package).__path__, f"{package}."):
            if not module.name.endswith("__main__"):
                yield module.name


def patterns_in(value: Any, name: str, depth: int = 0) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Yield the patterns in a value: of a module, its classes, collections and records."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif depth > 3:
        return
    elif isinstance(value, tuple | list | set | frozenset):
        for index, part in enumerate(value):
            yield from patterns_in(part, f"{name}[{index}]", depth + 1)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from patterns_in(part, f"{name}[{key!r}]", depth + 1)
    elif isinstance(value, type) and value.__module__ == name.partition(":")[0]:
        for key, part in list(vars(value).items()):
            if not key.startswith("__"):
                yield from patterns_in(part, f"{name}.{key}", depth + 1)
    elif type(value).__module__.partition(".")[0] in PACKAGES and not callable(value):
        for key in getattr(type(value), "__slots__", ()) or getattr(value, "__dict__", ()):
            yield from patterns_in(getattr(value, key, None), f"{name}.{key}", depth + 1)


@cache
def all_patterns() -> dict[str, re.Pattern[Any]]:
    """Return each pattern of the product once, by the first name that it has."""
    names: dict[tuple[Any, int], str] = {}
    patterns: dict[str, re.Pattern[Any]] = {}
    for module in modules():
        for attribute, value in list(vars(import_module(module)).items()):
            for name, pattern in patterns_in(value, f"{module}:{attribute}"):
                if names.setdefault((pattern.pattern, pattern.flags), name) == name:
                    patterns[name] = pattern
    return patterns


def own_prefix(pattern: re.Pattern[Any]) -> str:
    """Return a text that the beginning of a pattern matches: the first choice of everything."""
    text: list[str] = []
    _add_prefix(_parser.parse(pattern.pattern, pattern.flags), text)
    return "".join(text)[:MAX_PREFIX_CHARS]


def _add_prefix(parsed: Any, text: list[str]) -> None:
    for operator, argument in parsed:
        match str(operator):
            case "LITERAL":
                text.append(chr(argument))
            case "NOT_LITERAL":
                text.append("a" if argument != ord("a") else "b")
            case "ANY":
                text.append("a")
            case "IN":
                text.append(_first_character(argument))
            case "SUBPATTERN":
                _add_prefix(argument[3], text)
            case "BRANCH":
                _add_prefix(argument[1][0], text)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                _add_prefix(argument[2], text)
        if len(text) > MAX_PREFIX_CHARS:
            return


def _first_character(members: Any) -> str:
    samples = {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a"}
    for operator, argument in members:
        match str(operator):
            case "LITERAL":
                return chr(argument)
            case "RANGE":
                return chr(argument[0])
            case "CATEGORY":
                return samples.get(str(argument), "-")
    return "%"


def units_of(pattern: re.Pattern[Any]) -> list[str]:
    prefix = own_prefix(pattern)
    sizes = (3, 6, 10, 16, 25, MAX_PREFIX_CHARS)
    return list(dict.fromkeys([*UNITS, *(prefix[:size] for size in sizes if prefix)]))


def seconds(call: Callable[[], object]) -> float:
    """Return the CPU seconds of a call; of the faster of two, if other processes disturb it."""
    fastest = MAX_SECONDS * 100
    for _ in range(2):
        start = time.process_time()
        call()
        fastest = min(fastest, time.process_time() - start)
        if fastest < SUSPECT_SECONDS:
            break
    return fastest


@cache
def is_searched(name: str) -> bool:
    """Whether a module searches with the pattern, instead of matching from one position only."""
    attribute = name.partition(":")[2]
    if not attribute.isidentifier():
        return True  # in a collection: applied by another name
    calls = re.compile(rf"\b{attribute}\.(?:search|finditer|findall|sub|subn|split)\b|\b{attribute}[,)]")
    return any(calls.search(source) for source in sources())


@cache
def sources() -> list[str]:
    return [path.read_text("utf-8") for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def match_seconds(pattern: re.Pattern[Any], unit: str, chars: int, *, search: bool) -> float:
    """Return the time to match a text that ends otherwise and, with `search`, to find all matches."""
    text: Any = repeated(unit, chars)
    end: Any = "\x01"
    if isinstance(pattern.pattern, bytes):
        text, end = text.encode(), b"\x01"

    def apply() -> None:
        pattern.fullmatch(text + end)
        if search:
            for _ in pattern.finditer(text):
                pass

    return seconds(apply)


def slow_unit(name: str) -> str | None:
    """Return the unit whose repetition makes the pattern slow, or None."""
    pattern, search = all_patterns()[name], is_searched(name)
    for unit in units_of(pattern):
        if (
            match_seconds(pattern, unit, SAMPLE_CHARS, search=search) > SUSPECT_SECONDS
            and match_seconds(pattern, unit, INPUT_CHARS, search=search) > MAX_SECONDS
        ):
            return unit
    return None


def _migration(name: str) -> Any:
    return import_module(f"storage.db.migrations.{name}")


AT = datetime(2025, 4, 7, tzinfo=UTC)
BYLINES = "pipelines.record.bylines"
# Functions that bound a text before a pattern sees it -> patterns that are slow without them.
BOUNDING_FUNCTIONS: dict[Callable[[str], object], list[str]] = {
    parse_byline: [f"{BYLINES}.parse:{name}" for name in ("_SEPARATOR", "_SOURCE_TAIL", "_PROVIDED")],
    is_byline: [f"{BYLINES}.roles:_LABEL_AFTER_NAME", f"{BYLINES}.organisations:HOST"],
    is_account: [f"{BYLINES}.person_names:_ACCOUNT"],
    is_collective: [],
    is_signature: [],
    without_titles: [],
    parse_source: [f"{BYLINES}.sources:_JOINED_INITIALS"],
    joined_initials: [],
    photographer: [f"{BYLINES}.photo_credits:_SEPARATOR"],
    split_dateline: ["pipelines.record.datelines:_BARE"],
    partial(parse_date_or_none, captured_at=AT): [
        "pipelines.record.dates.parse:_TWO_NUMBERS",
        "pipelines.record.dates.relative:_BARE_AGE",
        "pipelines.record.dates.relative:_JUST_NOW",
    ],
    partial(find_block_page, text=""): ["crawlers.crawl.soft404_patterns:SITE_NAME_SEPARATOR"],
    partial(not_found_phrase, text=""): ["crawlers.crawl.soft404_patterns:STATUS_PREFIX"],
    clean: [],
    comparison: [],
    search_fold: [],
    syllables: [],
}
