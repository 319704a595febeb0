"""Layout of charts: a year as a calendar, runs as bars. Units are SVG pixels.

Templates draw them with attributes and classes, because the Content-Security-Policy forbids
inline styles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from storage.runs.site_status import RunVolume

CELL_PITCH, CELL_SIZE = 14, 12
LEFT_MARGIN, TOP_MARGIN = 34, 18  # for names of weekdays and months
SHADES = 4  # of a day with articles
CHART_WIDTH, CHART_HEIGHT = 760, 120
MAX_BAR_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Cell:
    x: int
    y: int
    shade: int
    day: str
    number: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """A year. `months`: x and number of each month."""

    year: int
    width: int
    height: int
    cells: tuple[Cell, ...]
    months: tuple[tuple[int, int], ...]
    weekdays: tuple[tuple[int, int], ...]
    total: int
    busiest: Cell | None


def calendar(year: int, counts: Mapping[str, int]) -> Calendar:
    """Lay out a year. `counts`: day (2025-03-10) -> number. A week is a column, Monday on top."""
    max_count = max(counts.values(), default=0)
    first_weekday = date(year, 1, 1).weekday()
    length = date(year + 1, 1, 1) - date(year, 1, 1)
    days = [date(year, 1, 1) + timedelta(number) for number in range(length.days)]
    cells, months = [], []
    for index, day in enumerate(days, first_weekday):
        number = counts.get(day.isoformat(), 0)
        x = LEFT_MARGIN + index // 7 * CELL_PITCH
        y = TOP_MARGIN + day.weekday() * CELL_PITCH
        if day.day == 1:
            months.append((x, day.month))
        cells.append(Cell(x, y, shade(number, max_count), day.isoformat(), number))
    busiest = max(cells, key=lambda c: c.number)
    return Calendar(
        year=year,
        width=cells[-1].x + CELL_PITCH,
        height=TOP_MARGIN + 7 * CELL_PITCH,
        cells=tuple(cells),
        months=tuple(months),
        weekdays=tuple(
            (TOP_MARGIN + day * CELL_PITCH + CELL_SIZE - 2, day) for day in (0, 2, 4, 6)
        ),
        total=sum(cell.number for cell in cells),
        busiest=busiest if busiest.number else None,
    )


def shade(number: int, maximum: int) -> int:
    """Return 0 for zero, else a shade from 1 to SHADES."""
    return -(-number * SHADES // maximum) if number else 0


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
    max_new: int


def volume_chart(volumes: Sequence[RunVolume]) -> VolumeChart:
    """Lay out one bar per run, the oldest on the left; at least one pixel high."""
    max_new = max((v.new for v in volumes), default=0)
    step = min(CHART_WIDTH // max(len(volumes), 1), MAX_BAR_WIDTH)
    bars = []
    for index, volume in enumerate(volumes):
        height = max(round(volume.new * CHART_HEIGHT / max(max_new, 1)), 1)
        bars.append(Bar(index * step, CHART_HEIGHT - height, max(step - 2, 1), height, volume))
    return VolumeChart(max(step * len(volumes), 1), CHART_HEIGHT, tuple(bars), max_new)
