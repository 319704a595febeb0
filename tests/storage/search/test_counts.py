"""Numbers of articles per period."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from storage.search.counts import Unit, count_articles, period_end, period_start
from storage.search.parser import parse_query
from storage.search.rank import count_hits

if TYPE_CHECKING:
    from tests.conftest import Watcher


@pytest.mark.parametrize(
    ("unit", "first", "last"),
    [
        ("day", date(2024, 2, 29), date(2024, 2, 29)),
        ("week", date(2024, 2, 26), date(2024, 3, 3)),
        ("month", date(2024, 2, 1), date(2024, 2, 29)),
        ("year", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_a_period_has_first_and_last_day(unit: Unit, first: date, last: date) -> None:
    assert period_start(date(2024, 2, 29), unit) == first
    assert period_end(first, unit) == last


def test_an_edited_article_counts_once_and_an_undated_one_when_first_seen(
    searched: Watcher,
) -> None:
    query = parse_query("cầu OR mương OR hoãn")
    counted = count_articles(searched.db, query, "month")
    assert counted.total() == count_hits(searched.db, query) == 3
    assert counted.periods == (date(2025, 3, 1), date(2025, 4, 1))
    assert counted.groups == {"": (1, 2)}


def test_periods_without_hits_count_zero(searched: Watcher) -> None:
    counted = count_articles(searched.db, parse_query("cầu OR hoãn"), "day")
    assert counted.periods[0] == date(2025, 3, 20)
    assert len(counted.periods) == (counted.periods[-1] - counted.periods[0]).days + 1
    assert sorted(filter(None, counted.groups[""])) == [1, 1]


def test_groups_are_sites_or_present_provinces_largest_first(searched: Watcher) -> None:
    query = parse_query("dang bo")
    by_site = count_articles(searched.db, query, "year", "site")
    assert {name: sum(numbers) for name, numbers in by_site.groups.items()} == {
        "alpha": 3, "beta": 1,
    }  # fmt: skip
    by_province = count_articles(searched.db, query, "year", "province")
    assert by_province.groups["can-tho"] == (1,)


def test_counts_of_two_queries_have_the_same_periods(searched: Watcher) -> None:
    early = count_articles(searched.db, parse_query("hoãn"), "month")
    both = count_articles(searched.db, parse_query("cầu OR hoãn"), "month")
    assert early.within(both.periods).groups == {"": (1, 0)}


def test_nothing_found_has_no_periods(searched: Watcher) -> None:
    counted = count_articles(searched.db, parse_query("voi"))
    assert counted.periods == ()
    assert counted.total() == 0
