"""The lines of a text capture: unwrapped, cleaned, and each with what it is by the catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from crawlers.extraction.date_lines import DateLine, date_line
from crawlers.extraction.line_catalogue import frame_kind
from pipelines.record.bylines.parse import is_byline, is_source
from pipelines.record.datelines import split_dateline
from pipelines.text.normal_forms import clean, comparison
from storage.messages.reasons_inspection import FrameLine

SENTENCE_END = re.compile(r"[.!?…:;]['\"”’)\]]*$")
MIN_SENTENCE_WORDS = 6
MIN_SCALE = 3  # numbers
MIN_UNENDED_WORDS = 25  # a line so long is a paragraph, though its full stop is missing
MAX_CAPITALISED = 0.4  # of its words; a menu on one line has more
NO_LETTERS = re.compile(r"^[\W_]*$")
CRUMB_SEPARATOR = re.compile(r"[»›>/→|]+")
GLUED_DATE = re.compile(r"([0-9]{1,2}/[0-9]{1,2}/[0-9]{4})(?=[^\W\d_])")
BYLINE_AFTER_END_MARK = re.compile(r"(.*\.\s?[/\\]\s?\.?)\s+([^.].*)")
TIME_OF_DAY = re.compile(r"(?:[01]?[0-9]|2[0-3])[:h][0-5][0-9]")
MAX_WRAP_CHARS = 130  # text with longer lines is not wrapped
DATED_KINDS = frozenset((
    None, FrameLine.BREADCRUMB, FrameLine.COUNTER, FrameLine.TOOLBAR, FrameLine.PAGER,
    FrameLine.POSTER,
))  # fmt: skip
MAX_DATELINE_CHARS = 40  # of a dateline on a line of its own
MIN_WRAPPED_PAIRS = 3
MIN_WRAPPED_SHARE = 0.9


@dataclass(eq=False)
class TextLine:
    """One line of a text capture; `frame` is None for a line that may be of the article.

    Attributes:
        cells: of a row of a table, which browsers copy with a tab between them
    """

    text: str
    frame: FrameLine | None = None
    date: DateLine | None = None
    cells: tuple[str, ...] = ()

    @cached_property
    def words(self) -> int:
        return len(self.text.split())

    @cached_property
    def is_sentence(self) -> bool:
        """Whether it is a sentence or a paragraph: the article is a run of these."""
        if self.frame or self.date or self.is_credit or self.cells:
            return False
        ended = SENTENCE_END.search(self.text) is not None and self.words >= MIN_SENTENCE_WORDS
        return ended or (self.words >= MIN_UNENDED_WORDS and not self._is_menu)

    @cached_property
    def _is_menu(self) -> bool:
        words = self.text.split()
        capitalised = sum(word[0].isupper() for word in words)
        return capitalised > MAX_CAPITALISED * len(words) and not set(",.;:") & set(self.text)

    @cached_property
    def is_credit(self) -> bool:
        return not self.cells and (is_byline(self.text) or is_source(self.text))

    @cached_property
    def folded(self) -> str:
        """The form in which two lines are compared, in lower case."""
        return comparison(self.text).lower()


def text_lines(text: str) -> list[TextLine]:
    """Return the lines of a capture that have letters."""
    lines: list[TextLine] = []
    for raw in _unwrapped(text.splitlines()):
        line = clean(raw)
        glued = GLUED_DATE.match(line)
        credited = BYLINE_AFTER_END_MARK.fullmatch(line)
        if glued:
            parts = [glued[1], line[glued.end() :]]
        elif credited and is_byline(credited[2]):
            parts = [credited[1], credited[2]]
        else:
            parts = [line]
        is_crumb = lines and CRUMB_SEPARATOR.fullmatch(line) and lines[-1].frame is None
        if is_crumb and not lines[-1].is_credit:  # "By X / 5 Tháng Mười, 2024"
            lines[-1].frame = FrameLine.BREADCRUMB
        lines += [_line(part) for part in parts if not NO_LETTERS.match(part)]
        if "\t" in raw.strip() and lines and lines[-1].text == line:
            lines[-1].cells = tuple(map(clean, raw.strip().split("\t")))
    _mark_scales(lines)
    return _with_datelines(_with_times(_with_rows(lines)))


def _mark_scales(lines: list[TextLine]) -> None:
    """Mark the numbers 1, 2, 3, ... on lines of their own, by which readers rate an article."""
    scale: list[TextLine] = []
    for line in lines:
        if line.text != str(len(scale) + 1):
            scale = []
        if line.text == str(len(scale) + 1):
            scale.append(line)
        if len(scale) >= MIN_SCALE:
            for number in scale[-MIN_SCALE:]:
                number.frame = FrameLine.TOOLBAR


def _with_rows(lines: list[TextLine]) -> list[TextLine]:
    """Keep the cells of lines that stand above or under one with as many, as in a table."""
    pairs = [(a, b) for a, b in pairwise(lines) if a.cells and len(a.cells) == len(b.cells)]
    rows = {id(line) for pair in pairs for line in pair}
    for line in lines:
        if id(line) in rows and line.frame is None:
            line.text = " | ".join(line.cells)
        else:
            line.cells = ()
    return lines


def _with_times(lines: list[TextLine]) -> list[TextLine]:
    """Join a date and a time of day that stand on lines of their own, in either order."""
    joined: list[TextLine] = []
    for line in lines:
        if joined and (_are_day_and_time(joined[-1], line) or _are_day_and_time(line, joined[-1])):
            joined[-1] = _line(f"{joined[-1].text} {line.text}")
        else:
            joined.append(line)
    return joined


def _are_day_and_time(day: TextLine, time: TextLine) -> bool:
    return _is_day(day) and TIME_OF_DAY.fullmatch(time.text) is not None


def _is_day(line: TextLine) -> bool:
    return line.date is not None and line.date.printed is not None and not line.date.has_time


def _with_datelines(lines: list[TextLine]) -> list[TextLine]:
    """Join a dateline that stands on a line of its own ("(LSO) -") to the text that it opens."""
    joined: list[TextLine] = []
    for line in lines:
        if joined and len(joined[-1].text) <= MAX_DATELINE_CHARS and line.frame is None:
            text = f"{joined[-1].text} {line.text}"
            if line.is_sentence and split_dateline(text)[1] == line.text:
                joined[-1] = _line(text)
                continue
        joined.append(line)
    return joined


def _line(text: str) -> TextLine:
    kind = frame_kind(text)
    date = date_line(text) if kind in DATED_KINDS else None
    return TextLine(text, FrameLine.DATE if date else kind, date)


def _unwrapped(lines: list[str]) -> list[str]:
    """Join the lines of a text that was wrapped at a fixed width.

    Such a text shows by its line ends: the first word of the next line would not have fitted.
    """
    lines = [line.rstrip() for line in lines]
    width = max(map(len, lines), default=0)
    pairs = [(a, b) for a, b in pairwise(lines) if _goes_on(a, b)]
    full = [pair for pair in pairs if _is_full(*pair, width)]
    if width > MAX_WRAP_CHARS or len(full) < max(MIN_WRAPPED_PAIRS, MIN_WRAPPED_SHARE * len(pairs)):
        return lines
    joined: list[str] = []
    previous = ""
    for line in lines:
        if joined and previous.strip() and line.strip() and _is_full(previous, line, width):
            joined[-1] += f" {line.strip()}"
        else:
            joined.append(line)
        previous = line
    return joined


def _goes_on(line: str, following: str) -> bool:
    """Return whether a line ends inside a sentence that the next line continues."""
    return bool(line.strip()) and following.strip()[:1].islower() and not SENTENCE_END.search(line)


def _is_full(line: str, following: str, width: int) -> bool:
    return len(line) + 1 + len(following.split()[0]) > width
