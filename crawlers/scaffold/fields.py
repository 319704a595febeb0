"""Selectors for title, dates, lead and byline: those that hold on all the sample articles.

What the generic reader read says what to look for; the elements that print it propose their
selectors; each selector is then tried on every sample, as crawlers/extraction/article.py would
use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml.etree import _Element

from crawlers.extraction.generic.layout import UNREAD_TAGS
from crawlers.extraction.html import element_text
from crawlers.extraction.lines import BLOCK_TAGS
from crawlers.scaffold.samples import Sample
from crawlers.scaffold.selectors import cost, selectors_of
from pipelines.record.dates.parse import BrokenDate, parse_date
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import clean, comparison

FIELDS = ("title", "published", "updated", "lead", "byline", "section")
TEMPLATE_FIELDS = ("title", "lead", "section")  # equal on all samples, they are the template's
FEWEST_FOR_TEMPLATE = 2
MOST_RULES = 200  # candidates of one field that are tried
MOST_ELEMENTS = 12  # that print the same text on one page
DATE_ROOM = 60  # characters that may stand around a date in its element


@dataclass(frozen=True, slots=True)
class Choice:
    """A selector for a field, and on how many of the samples that print it it reads it."""

    rule: str
    right: int
    exact: int  # of them letter by letter, and not just the same date
    wrong: int
    of: int

    @property
    def holds(self) -> bool:
        return self.right == self.of and not self.wrong


def targets(samples: Iterable[Sample], field: str) -> list[str | None]:
    """What the generic reader read in each sample; nothing where it is the same everywhere."""
    found: list[str | None] = [_target(sample.read, field) for sample in samples]
    stated = [text for text in found if text]
    equal = len(stated) >= FEWEST_FOR_TEMPLATE and len(set(stated)) == 1
    if equal and field in TEMPLATE_FIELDS:
        return [None] * len(found)
    if field == "section" and len(set(stated)) < FEWEST_FOR_TEMPLATE:
        return [None] * len(found)  # one section alone may as well be the menu's
    return found


def _target(read: RawArticle, field: str) -> str | None:
    """A byline at the end of the body needs no selector: every reader looks there."""
    if field == "byline" and read.rules.get("byline") == "generic: end of body":
        return None
    text: str | None = getattr(read, field)
    return text


def best_rules(samples: list[Sample], field: str) -> list[Choice]:
    """The best selector of a field, with a second one where the first does not hold everywhere."""
    wanted = targets(samples, field)
    if not any(wanted):
        return []
    rules = list(dict.fromkeys(_proposed(samples, field, wanted)))[:MOST_RULES]
    choices = [tried(rule, samples, field, wanted) for rule in rules]
    choices = [c for c in choices if c.right and c.wrong * 4 <= c.right]
    if field == "lead":  # one of many paragraphs is no lead by its selector
        choices = [c for c in choices if not _crowd(c.rule, samples)]
    choices.sort(key=lambda c: (c.wrong, -c.right, -c.exact, _crowd(c.rule, samples), cost(c.rule)))
    if not choices:
        return []
    first = choices[0]
    return [first] if first.holds else _with_second(first, choices, samples, field, wanted)


def _with_second(
    first: Choice,
    choices: list[Choice],
    samples: list[Sample],
    field: str,
    wanted: list[str | None],
) -> list[Choice]:
    """Adds the selector that reads most of the samples which the first one misses."""
    missed = [
        (sample, text)
        for sample, text in zip(samples, wanted, strict=True)
        if text and not read_by(sample, first.rule, field)
    ]
    if not missed:
        return [first]
    left, texts = [s for s, _ in missed], [text for _, text in missed]
    again = [tried(c.rule, left, field, list(texts)) for c in choices if c is not first]
    again = [c for c in again if c.right and not c.wrong]
    best = max(again, key=lambda c: c.right, default=None)
    return [first, best] if best else [first]


def _proposed(samples: list[Sample], field: str, wanted: list[str | None]) -> Iterator[str]:
    for sample, text in zip(samples, wanted, strict=True):
        for element in elements_that_print(sample, field, text) if text else []:
            yield from selectors_of(element)


def elements_that_print(sample: Sample, field: str, text: str) -> list[_Element]:
    """The elements whose text is that of a field, the innermost of nested ones first."""
    parts = text.split(" - ") if field == "byline" else []
    fits = _is_date(text, sample.read.captured_at) if field in ("published", "updated") else None
    wanted = {comparison(t) for t in (text, *parts)}
    longest = len(text) + DATE_ROOM
    found = []
    for element in sample.tree.iter("*"):
        if element.tag in UNREAD_TAGS or element.tag in ("html", "body"):
            continue
        printed = clean(element_text(element)) if element.tag != "meta" else ""
        if not printed or len(printed) > longest:
            continue
        if comparison(printed) in wanted or (fits is not None and fits(printed)):
            found.append(element)
    return sorted(found, key=lambda e: (len(element_text(e)), e.tag not in BLOCK_TAGS))[
        :MOST_ELEMENTS
    ]


def _is_date(text: str, captured_at: datetime) -> Callable[[str], bool]:
    wanted = date_in(text, captured_at)
    return lambda printed: wanted is not None and date_in(printed, captured_at) == wanted


def date_in(text: str, captured_at: datetime) -> str | None:
    """The date that a text prints as its ISO value; None for none and for an impossible one."""
    try:
        found = parse_date(text, captured_at)
    except BrokenDate:
        return None
    return found.value if found else None


def tried(rule: str, samples: list[Sample], field: str, wanted: list[str | None]) -> Choice:
    """A selector, measured: on how many samples it reads what the generic reader read."""
    right = exact = wrong = 0
    for sample, text in zip(samples, wanted, strict=True):
        read = read_by(sample, rule, field)
        if not read:
            continue
        if text and _agree(sample, field, read, text):
            right += 1
            exact += comparison(read) == comparison(text)
        elif text or field != "lead":
            wrong += 1
    return Choice(rule, right, exact, wrong, sum(text is not None for text in wanted))


def read_by(sample: Sample, rule: str, field: str) -> str:
    """What a selector reads on a page, as the reader of pages would take it."""
    texts = [text for e in sample.index.find(rule) if (text := clean(element_text(e)))]
    if field == "byline":
        return " - ".join(dict.fromkeys(texts))
    return texts[0] if texts else ""


def _agree(sample: Sample, field: str, read: str, text: str) -> bool:
    if field in ("published", "updated"):
        taken = sample.read.captured_at
        return len(read) <= len(text) + DATE_ROOM and date_in(read, taken) == date_in(text, taken)
    return comparison(read) == comparison(text)


def _crowd(rule: str, samples: list[Sample]) -> int:
    """How many elements a selector finds beyond the one that is meant, on all samples."""
    return sum(max(0, len(sample.index.find(rule)) - 1) for sample in samples)
