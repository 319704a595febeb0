"""The numbers, names and dates that an edit changed: what a reader wants to be told by name.

They are looked for in the running text (FIELDS) of paragraphs that both revisions have. A fact
counts where the change touches it and its value differs: 1.000 and 1000, 7/4/2025 and 07/04/2025
say the same.
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
FIELDS = ("title", "lead", "body", "captions")

_UNITS = "trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ"
# Amounts (1.234,5; 30%; 3,2 triệu tỷ), ranges (5-6), document numbers (05-CT/TW) and what letters
# make of a number (600m2, 1A).
_NUMBER = re.compile(
    r"(?<![\w/.,-])\d+(?:[.,]\d+)*(?:[^\W_]*)(?:[/-][^\W_]+)*(?:\s?%)?"
    rf"(?:\s+(?:{_UNITS})(?!\w))*"
)
_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_MONTH_NAME = rf"(?:{_MONTH}|giêng|hai|ba|tư|năm|sáu|bảy|tám|chín|mười(?: một| hai)?|chạp)"
# Days, months, years and periods with a word or a year that shows what they are, and clocks:
# "2/3" alone may be a share and "tỉ số 3-1" is no day.
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
    """One fact; `old` or `new` is None where the other side has none in its place."""

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
class Region:
    """One changed place: its words before and after, and the facts that changed in it.

    `named` is true where the facts say all that changed there.
    """

    old: str
    new: str
    facts: tuple[FactChange, ...]
    named: bool


@dataclass(frozen=True, slots=True)
class _Fact:
    kind: Kind
    text: str
    value: Value
    start: int  # words of that side
    end: int


@dataclass(slots=True)
class _Side:
    """A paragraph before or after: its words, and per region the words that changed."""

    words: list[str] = field(default_factory=list)
    ranges: list[tuple[int, int]] = field(default_factory=list)


def regions(diff: FieldDiff, part: Part) -> list[Region]:
    """The changed places of a paragraph that both revisions have, in order."""
    if len(part) == 1:
        return []
    old, new = _sides(part)
    told = diff.field in FIELDS
    before, after = (_by_word(side.words) if told else {} for side in (old, new))
    found = []
    for (i1, i2), (j1, j2) in zip(old.ranges, new.ranges, strict=True):
        gone, fresh = _touched(before, i1, i2), _touched(after, j1, j2)
        changes = tuple(_pairs(gone, fresh))
        named = bool(changes) and _covered(gone, i1, i2) and _covered(fresh, j1, j2)
        text = " ".join(old.words[i1:i2]), " ".join(new.words[j1:j2])
        found.append(Region(*text, changes, named))
    return found


def fact_changes(diffs: Iterable[FieldDiff]) -> list[FactChange]:
    """Every fact that changed, each once, in reading order."""
    found: dict[FactChange, None] = {}
    for one in diffs:
        for part in one.parts:
            for region in regions(one, part):
                found.update(dict.fromkeys(region.facts))
    return list(found)


def _sides(part: Part) -> tuple[_Side, _Side]:
    old, new = _Side(), _Side()
    for place, span in enumerate(part):
        words = span.text.split()
        if span.op == "same":
            old.words += words
            new.words += words
            continue
        if place == 0 or part[place - 1].op == "same":
            old.ranges.append((len(old.words), len(old.words)))
            new.ranges.append((len(new.words), len(new.words)))
        side = old if span.op == "removed" else new
        start = side.ranges[-1][0]
        side.words += words
        side.ranges[-1] = (start, len(side.words))
    return old, new


def _by_word(words: list[str]) -> dict[int, list[_Fact]]:
    """The facts in these words, by each word that they are part of."""
    found: dict[int, list[_Fact]] = {}
    for fact in _facts(words):
        for word in range(fact.start, fact.end):
            found.setdefault(word, []).append(fact)
    return found


def _touched(facts: dict[int, list[_Fact]], start: int, end: int) -> list[_Fact]:
    """The facts that changed words are part of or next to: a number may have got a unit behind it.

    Those next to them that did not change are the same on both sides and fall out of the pairs.
    """
    return list(dict.fromkeys(f for n in range(start - 1, end + 1) for f in facts.get(n, [])))


def _covered(facts: list[_Fact], start: int, end: int) -> bool:
    inside = {n for fact in facts for n in range(fact.start, fact.end)}
    return inside >= set(range(start, end))


def _pairs(gone: list[_Fact], fresh: list[_Fact]) -> Iterator[FactChange]:
    """Facts of one kind before and after, in order; what both have has not changed."""
    kinds: tuple[Kind, ...] = ("number", "name", "date")
    for kind in kinds:
        before = [fact for fact in gone if fact.kind == kind]
        after = [fact for fact in fresh if fact.kind == kind]
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
    """What stands in these words; a date is not counted as numbers as well."""
    text = " ".join(words)
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word) + 1)
    dates = list(_matches("date", _DATE, _date_value, text, starts))
    taken = {n for fact in dates for n in range(fact.start, fact.end)}
    numbers = [
        fact
        for fact in _matches("number", _NUMBER, _number_value, text, starts)
        if taken.isdisjoint(range(fact.start, fact.end))
    ]
    names = [
        _Fact("name", said, (comparison(said).lower(),), start, end)
        for said, start, end in names_in(words)
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
        said = match[0].strip()
        while starts[word + 1] <= match.start():
            word += 1
        end = word
        while starts[end + 1] <= match.start() + len(match[0].rstrip()) - 1:
            end += 1
        yield _Fact(kind, said, value(said), word, end + 1)


def _number_value(said: str) -> Value:
    """1.234,5 -> 1234,5; 05 -> 5; tỉ -> tỷ."""
    plain = _THOUSANDS.sub("", comparison(said)).replace("tỉ", "tỷ")
    digits, *rest = plain.split(" ", 1)
    return (digits.lstrip("0") or "0", *rest)


def _date_value(said: str) -> Value:
    """Its numbers in order, and the word before them where it is none that a date may do without:
    12/3/2025 and ngày 12 tháng 3 năm 2025 are one day, quý 1 and tháng 1 are not one time."""
    numbers = tuple(str(int(n)) for n in _DIGITS.findall(said))
    words = comparison(said).lower().split()
    return (*numbers, *(w for w in words if not w[0].isdigit() and w not in _FILLING))


_FILLING = frozenset(["ngày", "tháng", "năm", "giờ", "phút", "-"])


def as_detail(facts: Sequence[FactChange], limit: int) -> dict[str, list[dict[str, str | None]]]:
    """{"numbers": [{"old", "new"}], "names": [...], "dates": [...]}, at most so many of each."""
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
    """How many words that turn a sentence round (không, chưa, bác bỏ ...) came or went."""
    parts = (part for one in diffs if one.field in FIELDS for part in one.parts)
    return sum(_turned(part) for part in parts if len(part) > 1)


def _turned(part: Part) -> int:
    def said(op: Op) -> Counter[str]:
        text = " ".join(span.text for span in part if span.op in ("same", op))
        return Counter(word.lower() for word in _NEGATIONS.findall(text))

    before, after = said("removed"), said("added")
    return ((before - after) + (after - before)).total()
