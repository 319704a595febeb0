"""Layout of the captures of an article: a row per source, marks, gaps. Units are pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from storage.checks.capture_times import GAP, CaptureOrigin, CaptureTime
from storage.db.connection import from_utc_text

WIDTH, ROW_HEIGHT, TOP, MARK_WIDTH = 720, 20, 16, 3
MIN_YEAR_WIDTH = 34  # between two names of years
MIN_SPAN = timedelta(days=1)
Position = Callable[[datetime], int]  # x of a time


@dataclass(frozen=True, slots=True)
class Mark:
    x: int
    y: int
    capture: CaptureTime


@dataclass(frozen=True, slots=True)
class Span:
    """The time between two captures of any source. `is_gap`: nothing is known of it."""

    x: int
    width: int
    days: int
    is_gap: bool


@dataclass(frozen=True, slots=True)
class SourceRow:
    """The captures of one source. `archive`: its name; None for own and imported ones."""

    y: int
    origin: CaptureOrigin
    archive: str | None
    number: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class CaptureStrip:
    width: int
    height: int
    rows: tuple[SourceRow, ...]
    marks: tuple[Mark, ...]
    spans: tuple[Span, ...]
    years: tuple[tuple[int, int], ...]  # x and year


def capture_strip(times: list[CaptureTime]) -> CaptureStrip | None:
    """Lay out captures, the oldest first. Return None if there are none."""
    if not times:
        return None
    moments = [from_utc_text(each.at) for each in times]
    begin, length = moments[0], max(moments[-1] - moments[0], MIN_SPAN)

    def x(moment: datetime) -> int:
        return round((moment - begin) / length * (WIDTH - MARK_WIDTH))

    by_source: dict[tuple[CaptureOrigin, str | None], list[CaptureTime]] = {}
    for each in sorted(times, key=lambda one: (list(CaptureOrigin).index(one.origin), one.at)):
        by_source.setdefault((each.origin, each.archive), []).append(each)
    rows = tuple(
        SourceRow(TOP + n * ROW_HEIGHT, origin, archive, len(own), own[0].at, own[-1].at)
        for n, ((origin, archive), own) in enumerate(by_source.items())
    )
    heights = {(row.origin, row.archive): row.y for row in rows}
    marks = tuple(
        Mark(x(moment), heights[each.origin, each.archive], each)
        for each, moment in zip(times, moments, strict=True)
    )
    spans = tuple(
        Span(x(before), max(x(after) - x(before), 1), (after - before).days, after - before > GAP)
        for before, after in pairwise(moments)
    )
    height = TOP + len(rows) * ROW_HEIGHT
    return CaptureStrip(WIDTH, height, rows, marks, spans, _years(begin, moments[-1], x))


def _years(begin: datetime, end: datetime, x: Position) -> tuple[tuple[int, int], ...]:
    """Return where years begin, as many as have room for their names."""
    starts = [(x(datetime(y, 1, 1, tzinfo=UTC)), y) for y in range(begin.year + 1, end.year + 1)]
    if not starts:
        return ((0, begin.year),)
    room = WIDTH / (len(starts) + 1)
    step = max(1, round(MIN_YEAR_WIDTH / room + 0.5)) if room < MIN_YEAR_WIDTH else 1
    return tuple(starts[::step])
