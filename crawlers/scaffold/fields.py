"""Selectors for title, dates, lead and byline: those that hold on all the sample articles.

The values come from the generic extractor. The elements that print them propose their selectors,
and each selector is tried on every sample as crawlers/extraction/article.py would use it.
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
from crawlers.scaffold.selectors import cost, has_own_name, selectors_of
from pipelines.record.dates.parse import BrokenDate, parse_date
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import clean, comparison

FIELDS = ("title", "published", "updated", "lead", "byline", "section")
BOILERPLATE_FIELDS = ("title", "lead", "section")  # equal on all samples, they are boilerplate
MIN_EQUAL_SAMPLES = 2
MAX_CANDIDATES = 200  # selectors of one field that are tried
MAX_ELEMENTS = 12  # that print the same text on one page
MAX_DATE_MARGIN_CHARS = 60  # of text around a date in its element


@dataclass(frozen=True, slots=True)
class SelectorScore:
    """A selector for a field, scored on the samples.

    Attributes:
        correct: samples on which it extracts the expected value
        exact: of these, samples with the same letters and not only the same date
        wrong: samples on which it extracts something else
        total: samples that print the field
    """

    rule: str
    correct: int
    exact: int
    wrong: int
    total: int

    @property
    def holds(self) -> bool:
        return self.correct == self.total and not self.wrong


def expected_values(samples: Iterable[Sample], field: str) -> list[str | None]:
    """Return the generic extractor's value for each sample; None if all samples have the same."""
    values: list[str | None] = [_expected_value(sample.generic, field) for sample in samples]
    stated = [text for text in values if text]
    equal = len(stated) >= MIN_EQUAL_SAMPLES and len(set(stated)) == 1
    if equal and field in BOILERPLATE_FIELDS:
        return [None] * len(values)
    if field == "section" and len(set(stated)) < MIN_EQUAL_SAMPLES:
        return [None] * len(values)  # one section alone may as well be the menu's
    return values


def _expected_value(read: RawArticle, field: str) -> str | None:
    """Return the value; a byline at the end of the body is found without a selector."""
    if field == "byline" and read.rules.get("byline") == "generic: end of body":
        return None
    text: str | None = getattr(read, field)
    return text


def best_selectors(samples: list[Sample], field: str) -> list[SelectorScore]:
    """Return the best selector of a field, and a second one if the first does not always hold."""
    expected = expected_values(samples, field)
    if not any(expected):
        return []
    rules = list(dict.fromkeys(_candidates(samples, field, expected)))[:MAX_CANDIDATES]
    choices = [score_selector(rule, samples, field, expected) for rule in rules]
    fewest = _fewest_correct(samples)
    choices = [c for c in choices if c.correct >= fewest and c.wrong * 4 <= c.correct]
    if field == "lead":  # one of many paragraphs, or their bold words, are no lead by the selector
        choices = [c for c in choices if has_own_name(c.rule)]
        choices = [c for c in choices if not _surplus_matches(c.rule, samples)]
    choices.sort(
        key=lambda c: (
            c.wrong,
            -c.correct,
            -c.exact,
            _surplus_matches(c.rule, samples),
            cost(c.rule),
        )
    )
    if not choices:
        return []
    first = choices[0]
    return [first] if first.holds else _with_second(first, choices, samples, field, expected)


def _fewest_correct(samples: list[Sample]) -> int:
    """Return on how many samples a selector must hold: one that fits a single page is no rule."""
    return MIN_EQUAL_SAMPLES if len(samples) > MIN_EQUAL_SAMPLES else 1


def _with_second(
    first: SelectorScore,
    choices: list[SelectorScore],
    samples: list[Sample],
    field: str,
    expected: list[str | None],
) -> list[SelectorScore]:
    """Add the selector that is correct on most of the samples that the first one misses."""
    missed = [
        (sample, text)
        for sample, text in zip(samples, expected, strict=True)
        if text and not extract_field(sample, first.rule, field)
    ]
    if not missed:
        return [first]
    left, texts = [s for s, _ in missed], [text for _, text in missed]
    again = [score_selector(c.rule, left, field, list(texts)) for c in choices if c is not first]
    again = [c for c in again if c.correct >= _fewest_correct(samples) and not c.wrong]
    best = max(again, key=lambda c: c.correct, default=None)
    return [first, best] if best else [first]


def _candidates(samples: list[Sample], field: str, expected: list[str | None]) -> Iterator[str]:
    for sample, text in zip(samples, expected, strict=True):
        for element in elements_that_print(sample, field, text) if text else []:
            yield from selectors_of(element)


def elements_that_print(sample: Sample, field: str, text: str) -> list[_Element]:
    """Return the elements whose text is that of a field, the innermost first."""
    parts = text.split(" - ") if field == "byline" else []
    fits = _is_date(text, sample.generic.captured_at) if field in ("published", "updated") else None
    expected = {comparison(t) for t in (text, *parts)}
    longest = len(text) + MAX_DATE_MARGIN_CHARS
    elements = []
    for element in sample.tree.iter("*"):
        if element.tag in UNREAD_TAGS or element.tag in ("html", "body"):
            continue
        printed = clean(element_text(element)) if element.tag != "meta" else ""
        if not printed or len(printed) > longest:
            continue
        if comparison(printed) in expected or (fits is not None and fits(printed)):
            elements.append(element)
    return sorted(elements, key=lambda e: (len(element_text(e)), e.tag not in BLOCK_TAGS))[
        :MAX_ELEMENTS
    ]


def _is_date(text: str, captured_at: datetime) -> Callable[[str], bool]:
    expected = date_in(text, captured_at)
    return lambda printed: expected is not None and date_in(printed, captured_at) == expected


def date_in(text: str, captured_at: datetime) -> str | None:
    """Return the date in a text as ISO 8601; None without a valid date."""
    try:
        printed = parse_date(text, captured_at)
    except BrokenDate:
        return None
    return printed.value if printed else None


def score_selector(
    rule: str, samples: list[Sample], field: str, expected: list[str | None]
) -> SelectorScore:
    """Score a selector by the samples on which it extracts the expected value."""
    correct = exact = wrong = 0
    for sample, text in zip(samples, expected, strict=True):
        read = extract_field(sample, rule, field)
        if not read:
            continue
        if text and agree(sample, field, read, text):
            correct += 1
            exact += comparison(read) == comparison(text)
        elif text or field != "lead":
            wrong += 1
    return SelectorScore(rule, correct, exact, wrong, sum(text is not None for text in expected))


def extract_field(sample: Sample, rule: str, field: str) -> str:
    """Return what an extraction with this selector would read."""
    texts = [text for e in sample.index.find(rule) if (text := clean(element_text(e)))]
    if field == "byline":
        return " - ".join(dict.fromkeys(texts))
    return texts[0] if texts else ""


def agree(sample: Sample, field: str, read: str, text: str) -> bool:
    """Return whether two values of a field are the same: dates as dates."""
    if field in ("published", "updated"):
        taken = sample.generic.captured_at
        return len(read) <= len(text) + MAX_DATE_MARGIN_CHARS and date_in(read, taken) == date_in(
            text, taken
        )
    return comparison(read) == comparison(text)


def _surplus_matches(rule: str, samples: list[Sample]) -> int:
    """Return the number of further elements that a selector matches on all samples."""
    return sum(max(0, len(sample.index.find(rule)) - 1) for sample in samples)
