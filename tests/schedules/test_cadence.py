"""When an article is checked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from schedules.cadence import due, interval
from storage.articles import Known
from storage.database import utc_text

NOW = datetime(2025, 4, 30, 18, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def known(
    identity: int = 1, *, age: float = 0, checked: float = 0, status: str = "live", seen: float = 0
) -> Known:
    """An article first seen `age` days ago, last checked `checked` and seen `seen` days ago."""
    first, last, check = (utc_text(NOW - DAY * days) for days in (age, seen, checked))
    return Known(identity, "alpha", str(identity), None, status, first, last, check, 1)


@pytest.mark.parametrize(
    ("age", "hours"),
    [(0, 20), (6.9, 20), (7, 72), (29, 72), (30, 336), (179, 336), (180, 1440), (9000, 1440)],
)
def test_old_articles_are_checked_seldom(age: float, hours: float) -> None:
    assert interval(known(age=age), NOW) == timedelta(hours=hours)


def test_steps_only_grow_with_age() -> None:
    steps = [interval(known(age=age), NOW) for age in range(0, 1000, 3)]
    assert steps == sorted(steps)


@pytest.mark.parametrize(
    ("article", "wanted"),
    [
        (known(age=1, checked=0.9), True),
        (known(age=1, checked=0.8), False),
        (known(age=400, checked=59.9), False),
        (known(age=400, checked=60), True),
        (known(age=400, checked=0.5, status="suspect"), True),
        (known(age=400, checked=0.4, status="suspect"), False),
        (known(age=400, checked=1, status="removed", seen=3), True),
        (known(age=400, checked=6, status="removed", seen=20), False),
        (known(age=400, checked=7, status="removed", seen=20), True),
        (known(age=1, checked=-1), False),
    ],
)
def test_due(article: Known, wanted: bool) -> None:
    assert bool(due([article], NOW)) is wanted


def test_suspects_come_first_then_the_longest_unchecked() -> None:
    articles = [
        known(1, age=5, checked=1),
        known(2, age=5, checked=3),
        known(3, age=5, checked=1, status="suspect"),
        known(4, age=5, checked=0.1),
    ]
    assert [a.id for a in due(articles, NOW)] == [3, 2, 1]


def test_a_night_that_starts_earlier_still_checks_the_young() -> None:
    assert due([known(age=2, checked=1 - 3 / 24)], NOW)
