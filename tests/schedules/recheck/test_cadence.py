"""When an article is checked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from schedules.recheck.cadence import CONTROLS, controls, due, interval, new_a_day
from storage.articles.repository import Known
from storage.checks.rechecks import Effort
from storage.db.connection import utc_text

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
        (known(age=400, checked=0.01, status="suspect"), True),
        (known(age=400, checked=1, status="removed", seen=3), True),
        (known(age=400, checked=6, status="removed", seen=20), False),
        (known(age=400, checked=7, status="removed", seen=20), True),
        (known(age=1, checked=-1), False),
    ],
)
def test_due(article: Known, wanted: bool) -> None:
    chosen = due([article], NOW)
    assert chosen == ([article] if wanted else controls([article], []))


def test_suspects_come_first_then_the_longest_unchecked() -> None:
    articles = [
        known(1, age=5, checked=1),
        known(2, age=5, checked=3),
        known(3, age=5, checked=1, status="suspect"),
        known(4, age=5, checked=0.1),
    ]
    assert [a.id for a in due(articles, NOW)] == [3, 2, 1, 4]  # the last one as a control


def test_a_night_that_starts_earlier_still_checks_the_young() -> None:
    assert due([known(age=2, checked=1 - 3 / 24)], NOW)


def test_a_run_that_would_check_few_live_articles_checks_some_more() -> None:
    """Those least lately checked, of these the newest; what is not live is no control."""
    rested = [known(n, age=320 - n, checked=0.2) for n in range(10, 14)]
    older = [known(n, age=320 - n, checked=3) for n in range(20, 23)]
    suspect = known(30, age=300, checked=1, status="suspect")
    removed = known(31, age=300, checked=0.1, status="removed", seen=2)
    found = due([*rested, *older, suspect, removed], NOW)
    assert [a.id for a in found] == [30, 22, 21, 20, 13, 12]
    assert sum(a.status == "live" for a in found) == CONTROLS


def test_enough_that_is_due_needs_no_controls() -> None:
    young = [known(n, age=1, checked=1) for n in range(CONTROLS)]
    assert [a.id for a in due([*young, known(50, age=300)], NOW)] == [0, 1, 2, 3, 4]


# With a budget


def site(a_day: int, days: int = 30, checked: float = 1) -> list[Known]:
    """A site that was found full `days` days ago and brought so many articles a day since."""
    old = [known(n, age=days, checked=min(checked, days)) for n in range(50)]
    new = [
        known(1000 * day + n, age=day + 0.5, checked=min(checked, day + 0.5))
        for day in range(days - 1)
        for n in range(a_day)
    ]
    return old + new


def test_a_budget_that_covers_all_changes_nothing() -> None:
    articles = site(4)
    assert due(articles, NOW, Effort(10_000)) == due(articles, NOW)


@pytest.mark.parametrize("poll", [0, 30])
@pytest.mark.parametrize("budget", [5, 40, 200])
def test_no_more_than_the_budget_is_spent(budget: int, poll: int) -> None:
    articles = site(40, checked=3)
    assert len(due(articles, NOW, Effort(budget, poll_minutes=poll))) <= budget


def test_what_was_spent_today_is_gone() -> None:
    articles = site(40, checked=3)
    assert due(articles, NOW, Effort(100, spent=100, poll_minutes=30)) == []
    assert len(due(articles, NOW, Effort(100, spent=70, poll_minutes=30))) <= 30


def test_suspects_and_controls_are_checked_without_a_budget() -> None:
    suspect = known(9999, age=100, checked=1, status="suspect")
    for poll in (0, 30):
        found = due([*site(40, checked=3), suspect], NOW, Effort(0, poll_minutes=poll))
        assert found[0] == suspect
        assert sum(a.status == "live" for a in found) == CONTROLS


def test_between_nights_a_suspect_has_six_hours() -> None:
    suspect = known(1, age=100, checked=0.1, status="suspect")
    assert due([suspect], NOW, Effort(100)) == [suspect]
    assert due([suspect], NOW, Effort(100, poll_minutes=30)) == []


def test_a_small_budget_goes_to_what_is_young_or_was_edited() -> None:
    articles = site(40, checked=2)
    found = due(articles, NOW, Effort(40))
    assert all(NOW - datetime.fromisoformat(a.first_seen) < 8 * DAY for a in found)
    edited = [replace(known(9000 + n, age=1.2, checked=1.2), revision=3) for n in range(5)]
    chosen = {a.id for a in due([*articles, *edited], NOW, Effort(40))}
    assert all(a.id in chosen for a in edited)


def test_between_nights_young_articles_are_checked_within_hours() -> None:
    young = known(7777, age=1 / 24, checked=1 / 24)
    fresh = known(7778, age=2 / 1440, checked=2 / 1440)
    found = due([*site(20, checked=0.01), young, fresh], NOW, Effort(200, poll_minutes=15))
    assert young in found
    assert fresh not in found


def test_a_day_is_reckoned_without_the_first_find() -> None:
    assert new_a_day(site(12), NOW) == 12
    assert new_a_day(site(12, days=2), NOW) is None
    assert new_a_day([], NOW) is None


def test_everything_is_due_after_sixty_days() -> None:
    old = known(5555, age=400, checked=60)
    for poll in (0, 30):
        assert old in due([*site(20, checked=0.01), old], NOW, Effort(300, poll_minutes=poll))
