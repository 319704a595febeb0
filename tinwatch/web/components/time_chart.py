"""Charts of numbers over time: one row of bars per series, on a common time axis.

Horizontal measures are percentages, so that a chart fits every screen and its text keeps its size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from storage.search.counts import Unit, period_end, period_start

MAX_DAY_BARS, MAX_WEEK_DAYS = 62, 430  # a longer period is drawn by week, and then by month
MAX_TICKS = 6
PLOT_HEIGHT = 44  # pixels
MAX_BAR_PERCENT = 4.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A period's number. `x` and `width` are percentages, `height` pixels."""

    x: str
    width: str
    height: int
    number: int
    first: str
    last: str
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """A series. `scale`: the number at the top of its axis; `href`: the list of its `total`."""

    name: str
    title: str
    total: int
    scale: int
    href: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class TimeChart:
    """Rows of bars over the same periods. `ticks`: x and first day of labelled periods."""

    unit: Unit
    first: str
    last: str
    height: int
    rows: tuple[Row, ...]
    ticks: tuple[tuple[str, str], ...]


Link = Callable[[str, str, str], str]  # series, first and last day of a bar -> address


def time_chart(
    series: Mapping[str, Mapping[str, int]],
    titles: Mapping[str, str],
    link: Link,
    *,
    first: date | None = None,
    last: date | None = None,
    unit: Unit | None = None,
    common_scale: bool = False,
    max_ticks: int = MAX_TICKS,
) -> TimeChart | None:
    """Lay out a chart, or return None if there is nothing to draw.

    Args:
        series: name -> day (2025-03-10) -> number
        first, last: by default the first and last day with a number
        unit: of the bars, by default as the period is long
        common_scale: one scale for all rows, so that they can be compared
        max_ticks: labelled periods on the time axis
    """
    days = [day for numbers in series.values() for day, number in numbers.items() if number]
    if not days:
        return None
    start = first or date.fromisoformat(min(days))
    end = max(last or date.fromisoformat(max(days)), start)
    chosen = unit or _unit((end - start).days + 1)
    periods = list(_periods(start, end, chosen))
    sums = {name: _sums(numbers, periods) for name, numbers in series.items()}
    highest = max(number for numbers in sums.values() for number in numbers)
    rows = tuple(
        _row(name, titles[name], numbers, highest if common_scale else max(numbers), periods, link)
        for name, numbers in sums.items()
    )
    step = -(-len(periods) // max_ticks)
    ticks = tuple(
        (_percent(index, len(periods)), periods[index][0].isoformat())
        for index in range(0, len(periods), step)
    )
    return TimeChart(chosen, start.isoformat(), end.isoformat(), PLOT_HEIGHT, rows, ticks)


def _unit(days: int) -> Unit:
    if days <= MAX_DAY_BARS:
        return "day"
    return "week" if days <= MAX_WEEK_DAYS else "month"


def _periods(start: date, end: date, unit: Unit) -> Iterator[tuple[date, date]]:
    """Yield first and last day of each period, cut at both ends."""
    first = start
    while first <= end:
        last = min(period_end(period_start(first, unit), unit), end)
        yield first, last
        first = last + timedelta(1)


def _sums(numbers: Mapping[str, int], periods: list[tuple[date, date]]) -> list[int]:
    sums = [0] * len(periods)
    index = 0
    for day, number in sorted(numbers.items()):
        while index < len(periods) and day > periods[index][1].isoformat():
            index += 1
        if index < len(periods) and day >= periods[index][0].isoformat():
            sums[index] += number
    return sums


def _row(
    name: str,
    title: str,
    numbers: list[int],
    scale: int,
    periods: list[tuple[date, date]],
    link: Link,
) -> Row:
    bars = tuple(
        Bar(
            x=_percent(index, len(periods)),
            width=f"{min(80 / len(periods), MAX_BAR_PERCENT):.3f}%",
            height=max(round(number * PLOT_HEIGHT / scale), 2) if number else 0,
            number=number,
            first=(first_day := period[0].isoformat()),
            last=(last_day := period[1].isoformat()),
            href=link(name, first_day, last_day),
        )
        for index, (number, period) in enumerate(zip(numbers, periods, strict=True))
    )
    href = link(name, periods[0][0].isoformat(), periods[-1][1].isoformat())
    return Row(name, title, sum(numbers), scale, href, bars)


def _percent(part: float, whole: int) -> str:
    return f"{100 * part / whole:.3f}%"
