"""No text that a page, a person or a server can send makes a regular expression take long.

Every compiled pattern of the product takes linear time, or is applied only by functions that bound
their input (BOUNDING_FUNCTIONS). Both are measured. Times are CPU seconds.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, partial
from html import escape
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from lxml.html import fromstring

from crawlers.crawl.soft404 import find_sign
from crawlers.extraction.date_lines import date_line, find_date
from crawlers.extraction.generic.fields import extract_title
from crawlers.extraction.generic.layout import PageLayout, located_lines
from crawlers.extraction.html import parse
from crawlers.extraction.line_catalogue import (
    frame_kind,
    is_masthead,
    is_section,
    without_counters,
)
from crawlers.extraction.metadata import structured_data
from crawlers.registry import all_sites
from pipelines.boilerplate.page_counters import is_counter_or_age
from pipelines.record.bylines.parse import is_byline, parse_byline, photographer, split_dateline
from pipelines.record.bylines.person_names import (
    is_account,
    is_collective,
    is_signature,
    without_titles,
)
from pipelines.record.bylines.sources import joined_initials, parse_source
from pipelines.record.dates.parse import BrokenDate, parse_date
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import clean, comparison, search_fold, syllables
from storage.search.parser import QueryError, parse_query

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("storage", "pipelines", "crawlers", "schedules", "tinwatch")
INPUT_CHARS = 100_000
SAMPLE_CHARS = 4_000
MAX_SECONDS = 1.0  # for INPUT_CHARS; linear patterns take less than 0.05
# A pattern of quadratic time that takes this for SAMPLE_CHARS would take MAX_SECONDS for
# INPUT_CHARS. One that takes less is not measured with INPUT_CHARS, nor is one whose time grows
# at most GROWTH times as fast as a text of TIMES the length (quadratic time: 16 times).
SUSPECT_SECONDS = MAX_SECONDS * (SAMPLE_CHARS / INPUT_CHARS) ** 2 / 2
TIMES = 4
GROWTH = 7
MAX_PREFIX_CHARS = 60
UNITS = (
    ". ", " ", "a ", "a", "1/", "1", "1 ", "(", "- ", "-", "–", "<", "<a ", "ạ\u0301 ", "a\u0323",
    "_", ", ", ";", ":", ".", "a.", "A.", "A. ", "&amp;", "\n", "=", "&a=", "http://a.",
    "x@", "Nguyễn ",
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
    else:
        for key, part in _parts(value, module=name.partition(":")[0]):
            yield from patterns_in(part, f"{name}{key}", depth + 1)


def _parts(value: Any, module: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, tuple | list | set | frozenset):
        yield from ((f"[{index}]", part) for index, part in enumerate(value))
    elif isinstance(value, dict):
        yield from ((f"[{key!r}]", part) for key, part in value.items())
    elif isinstance(value, type) and value.__module__ == module:
        attributes = list(vars(value).items())
        yield from ((f".{key}", part) for key, part in attributes if not key.startswith("__"))
    elif type(value).__module__.partition(".")[0] in PACKAGES and not callable(value):
        names = getattr(type(value), "__slots__", ()) or getattr(value, "__dict__", ())
        yield from ((f".{key}", getattr(value, key, None)) for key in names)


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


SEARCHES = {"search", "finditer", "findall", "sub", "subn", "split"}


METHODS = frozenset({"match", "fullmatch", *SEARCHES})


def methods_of(name: str) -> frozenset[str]:
    """Return the methods that are called on a pattern; all, if it is applied by another name."""
    called = called_methods().get(name.partition(":")[2])
    return frozenset(called) if called and "" not in called else METHODS


@cache
def called_methods() -> dict[str, set[str]]:
    """Return by name the methods that the product calls on it; "" if it is passed on."""
    use = re.compile(rf"\b(\w+)(?:\.({'|'.join(METHODS)})\b|[,)])")
    called: dict[str, set[str]] = {}
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            for match in use.finditer(file.read_text("utf-8")):
                called.setdefault(match[1], set()).add(match[2] or "")
    return called


def match_seconds(
    pattern: re.Pattern[Any], unit: str, chars: int, methods: frozenset[str]
) -> float:
    """Return the time of the slowest of `methods` on a text of repeated units and another end."""
    text: Any = repeated(unit, chars) + "\x01"
    if isinstance(pattern.pattern, bytes):
        text = text.encode()
    calls: list[Callable[[], object]] = []
    if methods & SEARCHES:
        calls.append(lambda: sum(1 for _ in pattern.finditer(text)))
    calls += [partial(getattr(pattern, name), text) for name in methods - SEARCHES]
    return max(map(seconds, calls))


def slow_unit(name: str) -> str | None:
    """Return the unit whose repetition makes the pattern slow, or None."""
    pattern, methods = all_patterns()[name], methods_of(name)
    for unit in units_of(pattern):
        sample = match_seconds(pattern, unit, SAMPLE_CHARS, methods)
        if (
            sample > SUSPECT_SECONDS
            and not grows_slowly(
                sample, match_seconds(pattern, unit, SAMPLE_CHARS * TIMES, methods)
            )
            and match_seconds(pattern, unit, INPUT_CHARS, methods) > MAX_SECONDS
        ):
            return unit
    return None


def grows_slowly(sample: float, longer: float) -> bool:
    """Whether a linear pattern with these times stays far below MAX_SECONDS for INPUT_CHARS."""
    at_most = longer * INPUT_CHARS / (SAMPLE_CHARS * TIMES)
    return longer <= sample * GROWTH and at_most < MAX_SECONDS * 0.8


def _migration(name: str) -> Callable[[str], object]:
    reason_of: Callable[[str], object] = import_module(f"storage.db.migrations.{name}").reason_of
    return reason_of


def _date(text: str) -> None:
    with suppress(BrokenDate):
        parse_date(text, datetime(2025, 4, 7, tzinfo=UTC))


def _generic_title(text: str) -> None:
    html = f"<html><head><title>{escape(text)}</title></head><body><h1>{escape(text)}</h1>"
    tree, _ = parse(html.encode(), "text/html; charset=utf-8")
    page = RawArticle("a", "1", None, datetime(2025, 4, 7, tzinfo=UTC), "1")
    extract_title(PageLayout(tree, located_lines(tree), tree), page)


def _json_ld(text: str) -> None:
    for script in (text, f'{{"headline": "{text}"}}'):
        page = f'<script type="application/ld+json">{script}</script>'
        structured_data(fromstring(page))


def _query(text: str) -> None:
    with suppress(QueryError):
        parse_query(text)


def _url(text: str) -> None:
    for site in all_sites().values():
        site.key_of(f"https://{site.domains[0]}/{text}")


# Modules of patterns that are slow on long texts -> the functions that apply them, which bound
# their input. These functions are measured instead.
BOUNDING_FUNCTIONS: dict[str, tuple[Callable[[str], object], ...]] = {
    "pipelines.record.bylines": (
        parse_byline, is_byline, is_account, is_collective, is_signature, without_titles,
        parse_source, joined_initials, photographer,
    ),
    "pipelines.record.datelines": (split_dateline,),
    "pipelines.record.dates": (_date,),
    "crawlers.crawl.soft404": (
        lambda text: find_sign([text], []), lambda text: find_sign([], [text], unread=True),
    ),
    "crawlers.extraction.line_catalogue": (
        frame_kind, without_counters, is_masthead, is_section,
    ),
    "crawlers.extraction.date_lines": (date_line, find_date),
    "crawlers.extraction.metadata": (_json_ld,),
    "pipelines.boilerplate.page_counters": (is_counter_or_age,),
    "crawlers.extraction.generic": (_generic_title,),  # of DATE_LIKE: test_hostile_pages.py
    "storage.search.parser": (_query,),
    "storage.db.migrations.run_sentences": (_migration("run_sentences"),),
    "storage.db.migrations.0021_reasons_as_codes": (_migration("0021_reasons_as_codes"),),
}  # fmt: skip
OWN_TEXTS = ("crawlers.day_rules:DAY_RULE",)  # sees only rules of site modules
# Functions whose patterns take linear time; a test of what they do around them.
OTHER_FUNCTIONS = (clean, comparison, search_fold, syllables, _url)


def test_each_pattern_is_linear_or_its_input_is_bounded() -> None:
    assert len(all_patterns()) > 200
    slow = {
        name: unit
        for name in all_patterns()
        if not name.startswith((*BOUNDING_FUNCTIONS, *OWN_TEXTS)) and (unit := slow_unit(name))
    }
    assert slow == {}


def test_no_pattern_has_a_possessive_group() -> None:
    """Python 3.11.0 to 3.11.4 match them wrongly (CPython issue 106052); Debian 12 has 3.11.2."""
    possessive = re.compile(r"(?<!\\)\)(?:[*+?]|\{[\d,]*\})\+|\(\?>")
    assert possessive.search(r"(?:[.,]\d)*+")
    assert [name for name, p in all_patterns().items() if possessive.search(str(p.pattern))] == []


@pytest.mark.parametrize("module", BOUNDING_FUNCTIONS)
def test_functions_bound_what_their_patterns_see(module: str) -> None:
    patterns = [p for name, p in all_patterns().items() if name.startswith(module)]
    units = dict.fromkeys(unit for p in patterns for unit in units_of(p))
    slow = [
        (number, unit)
        for number, function in enumerate(BOUNDING_FUNCTIONS[module])
        for unit in units
        if seconds(partial(function, repeated(unit, INPUT_CHARS))) > MAX_SECONDS
    ]
    assert patterns
    assert slow == []


@pytest.mark.parametrize("function", OTHER_FUNCTIONS)
def test_functions_of_long_texts_are_fast(function: Callable[[str], object]) -> None:
    slow = [u for u in UNITS if seconds(partial(function, repeated(u, INPUT_CHARS))) > MAX_SECONDS]
    assert slow == []
