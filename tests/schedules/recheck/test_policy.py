"""Which stored articles a run rechecks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.recheck.policy import (
    CHECK_RATIO,
    CONTROLS,
    EDITED_CHECK_RATIO,
    MIN_POLLED_INTERVAL,
    TIERS,
    controls,
    due,
    interval,
    is_due,
    value,
)
from storage.articles.repository import StoredArticle
from storage.checks.recheck_budget import RecheckBudget
from storage.db.connection import utc_text

NOW = datetime(2025, 4, 30, 18, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def known(
    identity: int = 1, *, age: float = 0, checked: float = 0, status: str = "live", seen: float = 0
) -> StoredArticle:
    """An article first seen `age` days ago, last checked `checked` and seen `seen` days ago."""
    first, last, check = (utc_text(NOW - DAY * days) for days in (age, seen, checked))
    return StoredArticle(identity, "alpha", str(identity), None, status, first, last, check, 1)


@pytest.mark.parametrize(
    ("age", "hours"),
    [(0, 20), (6.9, 20), (7, 72), (29, 72), (30, 336), (179, 336), (180, 1440), (9000, 1440)],
)
def test_nightly_batches_check_old_articles_seldom(age: float, hours: float) -> None:
    assert interval(known(age=age), NOW, polled=False) == timedelta(hours=hours)


@pytest.mark.parametrize("polled", [False, True])
def test_intervals_only_grow_with_age(polled: bool) -> None:
    steps = [interval(known(age=age / 8), NOW, polled=polled) for age in range(0, 8000, 3)]
    assert steps == sorted(steps)


def test_a_polled_article_is_due_when_the_wait_is_a_ratio_of_its_age() -> None:
    """diffengine's rule: wait / age at the check; an edited article has the smaller ratio."""
    for ratio, revision in ((CHECK_RATIO, 1), (EDITED_CHECK_RATIO, 2)):
        for wait, expected in ((ratio - 0.01, False), (ratio + 0.01, True)):
            article = replace(known(age=1, checked=wait), revision=revision)
            assert is_due(article, NOW, polled=True) is expected


def test_the_tier_limits_the_wait_of_a_polled_article() -> None:
    for tier, age in zip(TIERS, (6, 29, 179, 900), strict=True):
        assert interval(known(age=age), NOW, polled=True) == tier.polled


def test_a_new_article_waits_half_an_hour() -> None:
    assert interval(known(age=0), NOW, polled=True) == MIN_POLLED_INTERVAL


@given(
    st.floats(0, 400), st.floats(0, 400), st.floats(0, 400), st.integers(1, 4),
    st.sampled_from(["live", "suspect", "removed"]), st.booleans(),
)  # fmt: skip
def test_value_grows_with_time_since_the_check(
    age: float, one: float, other: float, revision: int, status: str, polled: bool
) -> None:
    late, early = sorted((min(one, age), min(other, age)), reverse=True)
    longer, shorter = (
        replace(known(age=age, checked=checked, seen=age, status=status), revision=revision)
        for checked in (late, early)
    )
    assert is_due(longer, NOW, polled=polled) >= is_due(shorter, NOW, polled=polled)
    assert value(longer, NOW, polled=polled) >= value(shorter, NOW, polled=polled)


@given(st.floats(0, 400), st.floats(0, 400), st.floats(0, 90), st.booleans())
def test_due_article_stays_due_until_checked(
    age: float, checked: float, later: float, polled: bool
) -> None:
    article = known(age=age, checked=min(checked, age))
    assert is_due(article, NOW + DAY * later, polled=polled) >= is_due(article, NOW, polled=polled)


@given(st.lists(st.tuples(st.floats(0, 99), st.floats(0, 99)), max_size=40), st.integers(0, 30))
def test_a_larger_budget_only_adds_checks(ages: list[tuple[float, float]], fetches: int) -> None:
    articles = [known(n, age=max(pair), checked=min(pair)) for n, pair in enumerate(ages)]
    for poll in (0, 15):
        less, more = (
            {a.id for a in due(articles, NOW, RecheckBudget(n, poll_minutes=poll))}
            for n in (fetches + CONTROLS, fetches + CONTROLS + 3)
        )
        assert less <= more


@pytest.mark.parametrize(
    ("article", "expected"),
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
def test_due(article: StoredArticle, expected: bool) -> None:
    chosen = due([article], NOW)
    assert chosen == ([article] if expected else controls([article], []))


def test_suspects_first_then_least_recently_checked() -> None:
    articles = [
        known(1, age=5, checked=1),
        known(2, age=5, checked=3),
        known(3, age=5, checked=1, status="suspect"),
        known(4, age=5, checked=0.1),
    ]
    assert [a.id for a in due(articles, NOW)] == [3, 2, 1, 4]  # the last one as a control


def test_batch_that_starts_earlier_checks_young_articles() -> None:
    assert due([known(age=2, checked=1 - 3 / 24)], NOW)


def test_run_with_few_live_articles_adds_controls() -> None:
    """Controls are the least recently checked live articles, the newest of these first."""
    rested = [known(n, age=320 - n, checked=0.2) for n in range(10, 14)]
    older = [known(n, age=320 - n, checked=3) for n in range(20, 23)]
    suspect = known(30, age=300, checked=1, status="suspect")
    removed = known(31, age=300, checked=0.1, status="removed", seen=2)
    found = due([*rested, *older, suspect, removed], NOW)
    assert [a.id for a in found] == [30, 22, 21, 20, 13, 12]
    assert sum(a.status == "live" for a in found) == CONTROLS


def test_enough_due_articles_need_no_controls() -> None:
    young = [known(n, age=1, checked=1) for n in range(CONTROLS)]
    assert [a.id for a in due([*young, known(50, age=300)], NOW)] == [0, 1, 2, 3, 4]


# With a budget


def site(a_day: int, days: int = 30, checked: float = 1) -> list[StoredArticle]:
    """A site that was first crawled `days` days ago and published so many articles a day since."""
    old = [known(n, age=days, checked=min(checked, days)) for n in range(50)]
    new = [
        known(1000 * day + n, age=day + 0.5, checked=min(checked, day + 0.5))
        for day in range(days - 1)
        for n in range(a_day)
    ]
    return old + new


def test_sufficient_budget_changes_nothing() -> None:
    articles = site(4)
    assert due(articles, NOW, RecheckBudget(10_000)) == due(articles, NOW)


@pytest.mark.parametrize("poll", [0, 30])
@pytest.mark.parametrize("budget", [5, 40, 200])
def test_budget_is_not_exceeded(budget: int, poll: int) -> None:
    articles = site(40, checked=3)
    assert len(due(articles, NOW, RecheckBudget(budget, poll_minutes=poll))) <= budget


def test_budget_spent_today_is_subtracted() -> None:
    articles = site(40, checked=3)
    assert due(articles, NOW, RecheckBudget(100, spent=100, poll_minutes=30)) == []
    assert len(due(articles, NOW, RecheckBudget(100, spent=70, poll_minutes=30))) <= 30


def test_suspects_and_controls_are_checked_without_a_budget() -> None:
    suspect = known(9999, age=100, checked=1, status="suspect")
    for poll in (0, 30):
        found = due([*site(40, checked=3), suspect], NOW, RecheckBudget(0, poll_minutes=poll))
        assert found[0] == suspect
        assert sum(a.status == "live" for a in found) == CONTROLS


def test_a_polled_suspect_is_checked_twice_a_day() -> None:
    suspect = known(1, age=100, checked=0.4, status="suspect")
    assert due([suspect], NOW, RecheckBudget(100)) == [suspect]
    assert due([suspect], NOW, RecheckBudget(100, poll_minutes=30)) == []
    suspect = known(1, age=100, checked=0.5, status="suspect")
    assert due([suspect], NOW, RecheckBudget(100, poll_minutes=30)) == [suspect]


def test_polled_run_without_suspects_needs_at_most_one_control() -> None:
    live = [known(n, age=3, checked=0.1) for n in range(10)]
    polled = RecheckBudget(100, poll_minutes=30)
    assert due(live, NOW, polled) == []
    removed = known(99, age=30, checked=1, seen=3, status="removed")
    assert [a.id for a in due([*live, removed], NOW, polled)] == [99, 0]


def test_small_budget_prefers_young_and_edited_articles() -> None:
    articles = site(40, checked=2)
    found = due(articles, NOW, RecheckBudget(40))
    assert all(NOW - datetime.fromisoformat(a.first_seen) < 8 * DAY for a in found)
    alike = [known(n, age=3, checked=1) for n in range(50)]
    edited = [replace(known(900 + n, age=3, checked=1), revision=3) for n in range(5)]
    assert {a.id for a in due(alike + edited, NOW, RecheckBudget(5))} == {a.id for a in edited}


def test_a_polled_article_is_checked_within_hours() -> None:
    young = known(7777, age=2 / 24, checked=1.5 / 24)
    fresh = known(7778, age=2 / 1440, checked=2 / 1440)
    found = due([*site(20, checked=0.01), young, fresh], NOW, RecheckBudget(200, poll_minutes=15))
    assert young in found
    assert fresh not in found


def test_everything_is_due_after_sixty_days() -> None:
    old = known(5555, age=400, checked=60)
    for poll in (0, 30):
        assert old in due(
            [*site(20, checked=0.01), old], NOW, RecheckBudget(300, poll_minutes=poll)
        )
