"""Facts (numbers, names and dates) that an edit changed.

They are searched in the running text (FACT_FIELDS) of paragraphs that both revisions have. A fact
has changed if the edit touches it and its value differs: 1.000 and 1000, 7/4/2025 and 07/04/2025
are equal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Literal

from pipelines.changes.diff import FieldDiff, Part
from pipelines.changes.fact_names import names_in
from pipelines.changes.word_diff import Op
from pipelines.text.normal_forms import comparison

Kind = Literal["number", "name", "date"]
Value = tuple[str, ...]
FACT_FIELDS = ("title", "lead", "body", "captions")

_UNITS = "trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ"
# Amounts (1.234,5; 30%; 3,2 triệu tỷ), ranges (5-6), document numbers (05-CT/TW) and numbers with
# letters (600m2, 1A).
_NUMBER = re.compile(
    r"(?<![\w/.,-])\d++(?:[.,]\d++)*[^\W_]*+(?:[/-][^\W_]++)*(?:\s?%)?"
    rf"(?:\s+(?:{_UNITS})(?!\w))*"
)
_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_MONTH_NAME = rf"(?:{_MONTH}|giêng|hai|ba|tư|năm|sáu|bảy|tám|chín|mười(?: một| hai)?|chạp)"
# Days, months, years and periods with a word or a year that identifies them, and times of day:
# "2/3" alone may be a fraction and "tỉ số 3-1" is a score.
_DATE = re.compile(
    rf"(?<!\w)(?:(?:ngày\s+)?{_DAY}\s?[/.-]\s?{_MONTH}\s?[/.-]\s?{_YEAR}"
    rf"|(?:ngày|sáng|trưa|chiều|tối|đêm|hôm|mùng|mồng)\s+{_DAY}"
    rf"(?:\s?[/-]\s?{_MONTH}|\s+tháng\s+{_MONTH_NAME}(?:\s+năm\s+{_YEAR})?)?"
    rf"|{_DAY}\s+tháng\s+{_MONTH_NAME}(?:\s+năm\s+{_YEAR})?"
    rf"|tháng\s+{_MONTH}(?:\s?[/-]\s?{_YEAR}|\s+năm\s+{_YEAR})?"
    rf"|qu[ýí]\s+(?:I{{1,3}}|IV|[1-4])(?:\s?[/-]\s?{_YEAR}|\s+năm\s+{_YEAR})?"
    rf"|năm\s+{_YEAR}|{_YEAR}\s?[-–]\s?{_YEAR}|{_MONTH}/{_YEAR}"
    r"|(?:[01]?\d|2[0-4])(?:h|g|\s?giờ\s?|:)(?:[0-5]\d)?(?:\s?phút)?)(?![\w/])",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_THOUSANDS = re.compile(r"(?<=\d)\.(?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class FactChange:
    """A changed fact; `old` or `new` is None if it was added or removed."""

    kind: Kind
    old: str | None
    new: str | None

    def sentence(self) -> str:
        quote = "{}" if self.kind == "number" else "“{}”"
        if self.old is None:
            return f"{self.kind} {quote.format(self.new)} added"
        if self.new is None:
            return f"{self.kind} {quote.format(self.old)} removed"
        return f"{self.kind} {quote.format(self.old)} became {quote.format(self.new)}"


@dataclass(frozen=True, slots=True)
class ChangedRegion:
    """A changed region: its words before and after, and its changed facts.

    Attributes:
        covered_by_facts: whether the facts cover all changed words
    """

    old: str
    new: str
    facts: tuple[FactChange, ...]
    covered_by_facts: bool


@dataclass(frozen=True, slots=True)
class _Fact:
    kind: Kind
    text: str
    value: Value
    start: int  # word indexes
    end: int


@dataclass(slots=True)
class _Side:
    """A paragraph before or after the edit: its words, and the word range of each region."""

    words: list[str] = field(default_factory=list)
    ranges: list[tuple[int, int]] = field(default_factory=list)


def changed_regions(diff: FieldDiff, part: Part) -> list[ChangedRegion]:
    """Return the changed regions of a matched paragraph, in order."""
    if len(part) == 1:
        return []
    old, new = _sides(part)
    has_facts = diff.field in FACT_FIELDS
    before, after = (_by_word(side.words) if has_facts else {} for side in (old, new))
    changed = []
    for (i1, i2), (j1, j2) in zip(old.ranges, new.ranges, strict=True):
        removed, added = _touched(before, i1, i2), _touched(after, j1, j2)
        changes = tuple(_pairs(removed, added))
        covered = bool(changes) and _covered(removed, i1, i2) and _covered(added, j1, j2)
        text = " ".join(old.words[i1:i2]), " ".join(new.words[j1:j2])
        changed.append(ChangedRegion(*text, changes, covered))
    return changed


def fact_changes(diffs: Iterable[FieldDiff]) -> list[FactChange]:
    """Return the distinct changed facts in reading order."""
    facts: dict[FactChange, None] = {}
    for field_diff in diffs:
        for part in field_diff.parts:
            for region in changed_regions(field_diff, part):
                facts.update(dict.fromkeys(region.facts))
    return list(facts)


def _sides(part: Part) -> tuple[_Side, _Side]:
    old, new = _Side(), _Side()
    for index, span in enumerate(part):
        words = span.text.split()
        if span.op == "same":
            old.words += words
            new.words += words
            continue
        if index == 0 or part[index - 1].op == "same":
            old.ranges.append((len(old.words), len(old.words)))
            new.ranges.append((len(new.words), len(new.words)))
        side = old if span.op == "removed" else new
        start = side.ranges[-1][0]
        side.words += words
        side.ranges[-1] = (start, len(side.words))
    return old, new


def _by_word(words: list[str]) -> dict[int, list[_Fact]]:
    """Return word index -> facts that contain the word."""
    facts: dict[int, list[_Fact]] = {}
    for fact in _facts(words):
        for word in range(fact.start, fact.end):
            facts.setdefault(word, []).append(fact)
    return facts


def _touched(facts: dict[int, list[_Fact]], start: int, end: int) -> list[_Fact]:
    """Return facts that contain or adjoin changed words: a number may have got a unit.

    Adjoining facts that did not change are equal on both sides, so they are not paired.
    """
    return list(dict.fromkeys(f for n in range(start - 1, end + 1) for f in facts.get(n, [])))


def _covered(facts: list[_Fact], start: int, end: int) -> bool:
    inside = {n for fact in facts for n in range(fact.start, fact.end)}
    return inside >= set(range(start, end))


def _pairs(removed: list[_Fact], added: list[_Fact]) -> Iterator[FactChange]:
    """Yield the changed facts of each kind, in order; facts on both sides have not changed."""
    kinds: tuple[Kind, ...] = ("number", "name", "date")
    for kind in kinds:
        before = [fact for fact in removed if fact.kind == kind]
        after = [fact for fact in added if fact.kind == kind]
        left = _without(before, after), _without(after, before)
        for old, new in zip_longest(*left):
            yield FactChange(kind, old.text if old else None, new.text if new else None)


def _without(facts: list[_Fact], others: list[_Fact]) -> list[_Fact]:
    values = [fact.value for fact in others]
    left = []
    for fact in facts:
        if fact.value in values:
            values.remove(fact.value)
        else:
            left.append(fact)
    return left


def _facts(words: list[str]) -> list[_Fact]:
    """Return the facts in these words; numbers within dates do not count."""
    text = " ".join(words)
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word) + 1)
    dates = list(_matches("date", _DATE, _date_value, text, starts))
    date_words = {n for fact in dates for n in range(fact.start, fact.end)}
    numbers = [
        fact
        for fact in _matches("number", _NUMBER, _number_value, text, starts)
        if date_words.isdisjoint(range(fact.start, fact.end))
    ]
    names = [
        _Fact("name", name, (comparison(name).lower(),), start, end)
        for name, start, end in names_in(words)
    ]
    return [*dates, *numbers, *names]


def _matches(
    kind: Kind,
    pattern: re.Pattern[str],
    value: Callable[[str], Value],
    text: str,
    starts: list[int],
) -> Iterator[_Fact]:
    word = 0
    for match in pattern.finditer(text):
        text_of_fact = match[0].strip()
        while starts[word + 1] <= match.start():
            word += 1
        end = word
        while starts[end + 1] <= match.start() + len(match[0].rstrip()) - 1:
            end += 1
        yield _Fact(kind, text_of_fact, value(text_of_fact), word, end + 1)


def _number_value(text: str) -> Value:
    """Normalise a number: 1.234,5 -> 1234,5; 05 -> 5; tỉ -> tỷ."""
    plain = _THOUSANDS.sub("", comparison(text)).replace("tỉ", "tỷ")
    digits, *rest = plain.split(" ", 1)
    return (digits.lstrip("0") or "0", *rest)


def _date_value(text: str) -> Value:
    """Normalise a date: its numbers, and its words except those that a date can omit.

    12/3/2025 and ngày 12 tháng 3 năm 2025 are equal; quý 1 and tháng 1 are not.
    """
    numbers = tuple(str(int(n)) for n in _DIGITS.findall(text))
    words = comparison(text).lower().split()
    return (*numbers, *(w for w in words if not w[0].isdigit() and w not in _OPTIONAL_DATE_WORDS))


_OPTIONAL_DATE_WORDS = frozenset(["ngày", "tháng", "năm", "giờ", "phút", "-"])


def as_detail(facts: Sequence[FactChange], limit: int) -> dict[str, list[dict[str, str | None]]]:
    """Return {"numbers": [{"old", "new"}], "names": [...], "dates": [...]}, `limit` of each."""
    return {
        f"{kind}s": [{"old": f.old, "new": f.new} for f in facts if f.kind == kind][:limit]
        for kind in ("number", "name", "date")
    }


_NEGATIONS = re.compile(
    r"(?<!\w)(?:(?<!hàng )không(?! (?:quân|gian|khí|lưu|phận))|chưa|chẳng|chả|đừng|bác bỏ|phủ nhận"
    r"|bãi bỏ|h(?:ủy|uỷ) bỏ|cải chính|đính chính)(?!\w)",
    re.IGNORECASE,
)


def negations(diffs: Iterable[FieldDiff]) -> int:
    """Return how many negating words (không, chưa, bác bỏ ...) were added or removed."""
    parts = (
        part for field_diff in diffs if field_diff.field in FACT_FIELDS for part in field_diff.parts
    )
    return sum(_negation_changes(part) for part in parts if len(part) > 1)


def _negation_changes(part: Part) -> int:
    def negations_of(op: Op) -> Counter[str]:
        text = " ".join(span.text for span in part if span.op in ("same", op))
        return Counter(word.lower() for word in _NEGATIONS.findall(text))

    before, after = negations_of("removed"), negations_of("added")
    return ((before - after) + (after - before)).total()
