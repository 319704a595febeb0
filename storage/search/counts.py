"""Numbers of matching articles over time: by day, week, month or year, also by site or province."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from sqlite_utils import Database

from storage.periods import month_of
from storage.provinces.lookup import province_now
from storage.search.query_ast import Query
from storage.search.rank import folded_fts_query, from_clause
from storage.search.resolution import resolve

_DAYS_JOIN = "CROSS JOIN article_days AS d ON d.article = s.article "
Unit = Literal["day", "week", "month", "year"]
Group = Literal["site", "province"]
UNITS: tuple[Unit, ...] = get_args(Unit)
MAX_DAYS = 200 * 366  # a longer span comes from a misprinted date: its gaps are not filled
GROUPS: tuple[Group, ...] = get_args(Group)


@dataclass(frozen=True, slots=True)
class ArticleCounts:
    """Articles that match a query, per period. An article counts once.

    Attributes:
        periods: the first day of each period, without gaps from the first to the last hit
        groups: site or present province ("" without groups) -> number in each of `periods`, the
            largest group first
    """

    unit: Unit
    periods: tuple[date, ...]
    groups: dict[str, tuple[int, ...]]

    def total(self) -> int:
        return sum(map(sum, self.groups.values()))

    def rows(self) -> Iterator[tuple[date, date, str, int]]:
        """Yield first day, last day, group and number, zeros included."""
        for group, numbers in self.groups.items():
            for first, number in zip(self.periods, numbers, strict=True):
                yield first, period_end(first, self.unit), group, number

    def within(self, periods: tuple[date, ...]) -> ArticleCounts:
        """Return the same for other periods, such as those of two queries."""
        index = {first: number for number, first in enumerate(self.periods)}
        groups = {
            name: tuple(numbers[index[p]] if p in index else 0 for p in periods)
            for name, numbers in self.groups.items()
        }
        return ArticleCounts(self.unit, periods, groups)


def count_articles(
    db: Database, query: Query, unit: Unit = "week", group: Group | None = None
) -> ArticleCounts:
    """Count the articles of which any revision matches, by publication day.

    The day is that of the newest revision; if the page prints none, that on which the article was
    first seen, in Vietnam. Raise QueryError for an unknown site.
    """
    by_day = list(_by_day(db, query, with_sites=group is not None))
    name_of = _present_provinces(db) if group == "province" else str
    start_of = _starts({day for day, _, _ in by_day}, unit)
    numbers: Counter[tuple[str, date]] = Counter()
    for day, publisher, number in by_day:
        numbers[name_of(publisher), start_of[day]] += number
    periods = all_periods(start_of.values(), unit)
    totals: Counter[str] = Counter()
    for (name, _), number in numbers.items():
        totals[name] += number
    groups = {
        name: tuple(numbers[name, period] for period in periods)
        for name, _ in sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    }
    return ArticleCounts(unit, periods, groups)


def _by_day(db: Database, query: Query, *, with_sites: bool) -> Iterator[tuple[str, str, int]]:
    """Yield day, site ("" without sites) and number of articles.

    The days of all matches are read as one text: a row for each of them, or GROUP BY, which sorts
    them, takes up to twice as long.
    """
    source, parameters = from_clause(folded_fts_query(db, resolve(db, query)), _DAYS_JOIN)
    key = "d.day || ' ' || d.site" if with_sites else "d.day || ' '"
    every, revised = db.execute(
        f"SELECT group_concat({key}), "
        f"group_concat({key} || ' ' || d.article) FILTER (WHERE d.revised) FROM {source}",
        parameters,
    ).fetchone()
    numbers = Counter(every.split(",") if every else ())
    for article, matches in Counter(revised.split(",") if revised else ()).items():
        numbers[article.rpartition(" ")[0]] -= matches - 1
    for day_and_site, number in numbers.items():
        day, _, site = day_and_site.partition(" ")
        yield day, site, number


def count_up_to(db: Database, query: Query, limit: int) -> int:
    """Return the number of matching articles, or `limit` if there are more.

    Raise QueryError for an unknown site.
    """
    source, parameters = from_clause(folded_fts_query(db, resolve(db, query)))
    row = db.execute(
        f"SELECT count(*) FROM (SELECT DISTINCT s.article FROM {source} LIMIT ?)",
        [*parameters, limit],
    ).fetchone()
    return int(row[0])


def period_start(day: date, unit: Unit) -> date:
    """Return the first day of the period that a day is in; weeks begin on Monday."""
    match unit:
        case "day":
            return day
        case "week":
            return day - timedelta(min(day.weekday(), day.toordinal() - 1))
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)


def period_end(first: date, unit: Unit) -> date:
    """Return the last day of the period that begins on `first`."""
    match unit:
        case "day":
            return first
        case "week":
            return first + timedelta(6)
        case "month":
            return month_of(first)[1]
        case "year":
            return first.replace(month=12, day=31)


def all_periods(starts: Iterable[date], unit: Unit) -> tuple[date, ...]:
    """Return the first day of every period from the first to the last of `starts`."""
    known = sorted(set(starts))
    if not known or (known[-1] - known[0]).days > MAX_DAYS:
        return tuple(known)
    periods = [known[0]]
    while periods[-1] < known[-1]:
        periods.append(period_end(periods[-1], unit) + timedelta(1))
    return tuple(periods)


def _starts(days: set[str], unit: Unit) -> dict[str, date]:
    return {day: period_start(date.fromisoformat(day), unit) for day in days}


def _present_provinces(db: Database) -> Callable[[str], str]:
    """Return the function from a site to the slug of its present province."""
    rows = db.execute("SELECT name, province FROM sites")
    provinces = {name: province_now(province) or province for name, province in rows}
    return lambda site: provinces[site]
