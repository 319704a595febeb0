"""Takedowns: never from one check, never from a failed run, never twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipelines.items import ArticleRead, FetchFailed
from pipelines.takedowns import (
    SCHEDULE_TOLERANCE,
    distinct_checks,
    is_confirmed,
    is_mass_disappearance,
)
from storage.checks.failed_checks import CheckOutcome
from storage.checks.suspects import suspects
from storage.config import Settings
from storage.messages.reasons_pages import BlockPage, shows_page
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.repository import get_run

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
ILL = {"listings": 0}


def other(watcher: Watcher, at: datetime) -> ArticleRead:
    """Another article, which is there: without one, a run cannot tell takedown from outage."""
    return watcher.read(key="2", title="Đập mới ở Pa Tần", body=["Đập đã xong."], at=at)


def miss(watcher: Watcher, *moments: float, day: Day) -> list[str]:
    """The article's status after each night on which it was missed."""
    found = []
    for moment in moments:
        at = day(moment)
        watcher.batch(watcher.missed(at=at), other(watcher, at), at=at)
        found.append(watcher.status())
    return found


def kinds(watcher: Watcher) -> list[str]:
    """What was reported of the first article, and of the site."""
    return [event.kind for event in watcher.events() if event.article in (None, 1)]


def test_three_failed_checks_over_two_days_are_a_removal(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    assert miss(watcher, 1, 2, 3, day=day) == ["suspect", "suspect", "removed"]
    event = watcher.events()[-1]
    assert event.kind == "removed"
    assert event.summary.endswith("(answered 404; 3 checks over 48 hours)")
    assert event.detail == {
        "outcome": "404", "checks": 3, "first_missed": "2025-04-08T18:30:00Z",
        "last_seen": "2025-04-07T18:30:00Z",
    }  # fmt: skip
    assert event.observed_at == "2025-04-10T18:30:00Z"


@pytest.mark.parametrize(
    "moments",
    [(1, 2), (1, 3), (1, 1.5, 2), (1, 1.2, 1.4, 1.6, 1.8, 2.0, 2.9), (1, 3, 3.02)],
    ids=["two checks", "two far apart", "one day", "many in a day", "two within the hour"],
)
def test_fewer_failed_checks_are_suspect(
    watcher: Watcher, day: Day, moments: tuple[float, ...]
) -> None:
    watcher.batch(watcher.read())
    assert set(miss(watcher, *moments, day=day)) == {"suspect"}
    assert kinds(watcher) == ["new"]
    (one,) = suspects(watcher.db, ["alpha"])
    assert (one.checks, one.since) == (len(moments), "2025-04-08T18:30:00Z")


def test_removal_is_published_once(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    assert miss(watcher, 1, 2, 3, 4, 5, 6, day=day)[2:] == ["removed"] * 4
    assert kinds(watcher).count("removed") == 1
    assert suspects(watcher.db, ["alpha"]) == []


def test_successful_check_clears_suspect(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    miss(watcher, 1, 2, day=day)
    watcher.batch(watcher.read(at=day(2.5)), at=day(2.5))
    assert watcher.status() == "live"
    assert suspects(watcher.db, ["alpha"]) == []
    assert miss(watcher, 3, 4, day=day) == ["suspect", "suspect"]
    assert kinds(watcher) == ["new"]
    assert miss(watcher, 5, day=day) == ["removed"]


@pytest.mark.parametrize(
    "ill",
    [{"listings": 0}, {"responses": 0}, {"rechecked": 1, "missing": 9}, {"ended": "stopped"}],
    ids=["failed", "no answer", "outage", "stopped"],
)
def test_failed_run_does_not_count(watcher: Watcher, day: Day, ill: dict[str, object]) -> None:
    watcher.batch(watcher.read())
    for moment in (1, 2, 3, 4):
        others = [watcher.missed(at=day(moment))] * (4 if "missing" in ill else 1)
        watcher.batch(*others, at=day(moment), stats=ill)
    assert watcher.status() == "live"
    assert "removed" not in kinds(watcher)
    assert watcher.db["failed_checks"].count == 0


def test_outage_between_failed_checks_neither_counts_nor_clears(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    miss(watcher, 1, day=day)
    watcher.batch(watcher.missed(at=day(2)), other(watcher, day(2)), at=day(2), stats=ILL)
    assert watcher.status() == "suspect"
    assert miss(watcher, 3, day=day) == ["suspect"]
    assert miss(watcher, 4, day=day) == ["removed"]
    assert "3 checks over 72 hours" in watcher.events()[-1].summary


def test_unlisted_article_is_no_failed_check(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    for moment in range(1, 9):
        watcher.batch(watcher.read(key="2", at=day(moment)), at=day(moment))
    assert watcher.status("1") == "live"


def test_second_removal_after_a_restore_is_published(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    miss(watcher, 1, 2, 3, day=day)
    watcher.batch(watcher.read(at=day(4)), at=day(4))
    miss(watcher, 5, 6, 7, day=day)
    assert kinds(watcher) == ["new", "removed", "restored", "removed"]


def test_settings_of_removal_are_used(watcher: Watcher, day: Day) -> None:
    assert watcher.home.settings.removal_checks == 3
    times = [day(0), day(1)]
    assert is_confirmed(times, Settings(removal_checks=2, removal_hours=25))
    assert not is_confirmed(times, Settings(removal_checks=2, removal_hours=25.5))
    assert not is_confirmed(times, Settings(removal_checks=3, removal_hours=1))
    assert not is_confirmed([], Settings(removal_checks=0, removal_hours=0))


@pytest.mark.parametrize("early", [0, 17, 59])
def test_third_night_may_start_within_the_tolerance(
    watcher: Watcher, day: Day, early: float
) -> None:
    watcher.batch(watcher.read())
    assert timedelta(hours=1) == SCHEDULE_TOLERANCE
    assert miss(watcher, 1, 2, 3 - early / 1440, day=day)[-1] == "removed"


def test_third_night_two_hours_early_is_too_early(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    assert miss(watcher, 1, 2, 3 - 2 / 24, 4, day=day)[-2:] == ["suspect", "removed"]


def test_run_that_read_nothing_confirms_nothing(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    for moment in (1, 2, 3, 4):
        watcher.batch(watcher.missed(at=day(moment)), at=day(moment))
    assert (watcher.status(), kinds(watcher)) == ("live", ["new", "silent"])
    assert watcher.db["failed_checks"].count == 0


def test_restored_with_another_text_is_restored_and_edited(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    miss(watcher, 1, 2, 3, day=day)
    back = watcher.read(title="Suối Vàng nạo vét mương sau vụ mới", at=day(4))
    watcher.batch(back, at=day(4))
    assert kinds(watcher) == ["new", "removed", "restored", "edited"]
    assert watcher.status() == "live"


def test_run_stats_count_missing_articles(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    miss(watcher, 1, 2, day=day)
    stats = [get_run(watcher.db, run).stats for run in watcher.runs]
    counted = [(s.missing, s.missing_live, s.rechecked_live) for s in stats]
    assert counted == [(0, 0, 0), (1, 1, 1), (1, 0, 1)]


def test_articles_of_a_deleted_section_are_no_sign_of_an_outage(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    watcher.batch(replace(watcher.missed(at=day(1)), with_section=True), at=day(1))
    stats = get_run(watcher.db, watcher.runs[-1]).stats
    assert (stats.missing, stats.missing_live, stats.rechecked_live) == (1, 0, 0)


def test_run_stats_count_empty_blocked_and_redirected_pages(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    gone = watcher.missed(at=day(1))
    away = Reason("off_site", host="bao-khac.example")
    watcher.batch(
        replace(
            gone,
            outcome=CheckOutcome.SOFT_404,
            reason=Reason("not_found_phrase", quote="Bài viết không tồn tại"),
        ),
        replace(gone, outcome=CheckOutcome.REDIRECT, reason=away, redirect_host="bao-khac.example"),
        FetchFailed("u", "7", away, day(1), is_stored=False, redirect_host="bao-khac.example"),
        FetchFailed(
            "v",
            None,
            shows_page(BlockPage.PAGE_LOGIN),
            day(1),
            is_stored=False,
            is_listing=True,
            blocked=True,
        ),
        FetchFailed(
            "w", "1", shows_page(BlockPage.PAGE_CAPTCHA), day(1), is_stored=True, blocked=True
        ),
        other(watcher, day(1)),
        at=day(1),
    )
    stats = get_run(watcher.db, watcher.runs[-1]).stats
    assert stats.redirected_to == {"bao-khac.example": 2}
    assert (stats.blocked, stats.failed) == (2, 1)
    assert stats.listings_failed == 1


def test_checks_within_an_hour_count_once(day: Day) -> None:
    times = [day(0), day(0) + timedelta(minutes=59), day(0) + timedelta(minutes=60), day(1)]
    assert distinct_checks(times) == [times[0], times[2], times[3]]
    assert distinct_checks([]) == []


MANY = [str(n) for n in range(1, 11)]


def night_without(watcher: Watcher, gone: str, at: datetime) -> None:
    """A night over ten articles, of which those in `gone` are missed."""
    keys = gone.split()
    there = [watcher.read(key=k, title=f"Chuyện {k}", at=at) for k in MANY if k not in keys]
    watcher.batch(*(watcher.missed(k, at=at) for k in keys), *there, at=at)


def test_mass_takedown_is_confirmed_on_the_third_night(watcher: Watcher, day: Day) -> None:
    for moment, gone in enumerate(["", "1 2 3", "1 2 3", "1 2 3"]):
        night_without(watcher, gone, day(moment))
    assert watcher.kinds().count("removed") == 3
    assert [watcher.status(k) for k in MANY[:4]] == ["removed"] * 3 + ["live"]


def test_site_failing_partly_each_night_confirms_no_takedown(watcher: Watcher, day: Day) -> None:
    for moment, gone in enumerate(["", "1 2 3 4", "1 5 6 7", "1 5 8 9", ""]):
        night_without(watcher, gone, day(moment))
        assert "removed" not in watcher.kinds()
    assert {watcher.status(k) for k in MANY} == {"live"}


@pytest.mark.parametrize(
    ("vanished", "checked", "uneasy"),
    [(0, 0, False), (1, 2, False), (2, 10, False), (3, 10, True), (2, 9, True), (20, 100, False)],
)
def test_mass_disappearance(vanished: int, checked: int, uneasy: bool) -> None:
    assert is_mass_disappearance(RunStats(missing_live=vanished, rechecked_live=checked)) is uneasy
    assert not is_mass_disappearance(RunStats())
