"""Where the pieces of a chart stand: a year as a calendar, runs as bars. SVG units are pixels.

Templates draw them with attributes and classes alone: the policy of the page forbids styles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from storage.runs.site_status import RunVolume

STEP, CELL = 14, 12  # from cell to cell; a cell
LEFT, TOP = 34, 18  # room for the names of weekdays and months
LEVELS = 4  # shades of a day that has something
CHART_WIDTH, CHART_HEIGHT = 760, 120
WIDEST_BAR = 24


@dataclass(frozen=True, slots=True)
class Cell:
    x: int
    y: int
    level: int
    day: str
    number: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """A year. `months`: x and number of each; `by_month`: articles, January first."""

    year: int
    width: int
    height: int
    cells: tuple[Cell, ...]
    months: tuple[tuple[int, int], ...]
    weekdays: tuple[tuple[int, int], ...]
    by_month: tuple[int, ...]
    total: int
    busiest: Cell | None


def calendar(year: int, counts: Mapping[str, int]) -> Calendar:
    """counts: day (2025-03-10) -> number; a week is a column and begins on Monday."""
    most = max(counts.values(), default=0)
    before = date(year, 1, 1).weekday()
    length = date(year + 1, 1, 1) - date(year, 1, 1)
    days = [date(year, 1, 1) + timedelta(number) for number in range(length.days)]
    cells, months, by_month = [], [], [0] * 12
    for place, day in enumerate(days, before):
        number = counts.get(day.isoformat(), 0)
        by_month[day.month - 1] += number
        x, y = LEFT + place // 7 * STEP, TOP + day.weekday() * STEP
        if day.day == 1:
            months.append((x, day.month))
        cells.append(Cell(x, y, level(number, most), day.isoformat(), number))
    busiest = max(cells, key=lambda c: c.number)
    return Calendar(
        year=year,
        width=cells[-1].x + STEP,
        height=TOP + 7 * STEP,
        cells=tuple(cells),
        months=tuple(months),
        weekdays=tuple((TOP + day * STEP + CELL - 2, day) for day in (0, 2, 4, 6)),
        by_month=tuple(by_month),
        total=sum(by_month),
        busiest=busiest if busiest.number else None,
    )


def level(number: int, most: int) -> int:
    """0 for none, else a shade from 1 to LEVELS."""
    return -(-number * LEVELS // most) if number else 0


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    width: int
    height: int
    volume: RunVolume


@dataclass(frozen=True, slots=True)
class VolumeChart:
    width: int
    height: int
    bars: tuple[Bar, ...]
    most: int


def volume_chart(volumes: Sequence[RunVolume]) -> VolumeChart:
    """A bar a run, the oldest on the left; a run without new articles keeps a line of one pixel."""
    most = max((v.new for v in volumes), default=0)
    step = min(CHART_WIDTH // max(len(volumes), 1), WIDEST_BAR)
    bars = []
    for place, volume in enumerate(volumes):
        height = max(round(volume.new * CHART_HEIGHT / max(most, 1)), 1)
        bars.append(Bar(place * step, CHART_HEIGHT - height, max(step - 2, 1), height, volume))
    return VolumeChart(max(step * len(volumes), 1), CHART_HEIGHT, tuple(bars), most)
