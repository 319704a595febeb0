"""Takedowns: never from one look, never from an ill night, never twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipelines.takedowns import confirmed, distinct
from storage.home import Settings
from storage.troubles import suspects

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
ILL = {"listings": 0}


def miss(watcher: Watcher, *moments: float, day: Day) -> list[str]:
    """The article's status after each night on which it was missed."""
    found = []
    for moment in moments:
        watcher.night(watcher.missed(at=day(moment)), at=day(moment))
        found.append(watcher.status())
    return found


def test_three_misses_over_two_days_are_a_removal(watcher: Watcher, day: Day) -> None:
    watcher.night(watcher.read())
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
def test_less_is_only_a_suspicion(watcher: Watcher, day: Day, moments: tuple[float, ...]) -> None:
    watcher.night(watcher.read())
    assert set(miss(watcher, *moments, day=day)) == {"suspect"}
    assert watcher.kinds() == ["new"]
    (one,) = suspects(watcher.db, ["alpha"])
    assert (one.checks, one.since) == (len(moments), "2025-04-08T18:30:00Z")


def test_a_removal_is_told_once(watcher: Watcher, day: Day) -> None:
    watcher.night(watcher.read())
    assert miss(watcher, 1, 2, 3, 4, 5, 6, day=day)[2:] == ["removed"] * 4
    assert watcher.kinds().count("removed") == 1
    assert suspects(watcher.db, ["alpha"]) == []


def test_being_there_once_ends_the_suspicion(watcher: Watcher, day: Day) -> None:
    watcher.night(watcher.read())
    miss(watcher, 1, 2, day=day)
    watcher.night(watcher.read(at=day(2.5)), at=day(2.5))
    assert watcher.status() == "live"
    assert suspects(watcher.db, ["alpha"]) == []
    assert miss(watcher, 3, 4, day=day) == ["suspect", "suspect"]
    assert watcher.kinds() == ["new"]
    assert miss(watcher, 5, day=day) == ["removed"]


@pytest.mark.parametrize(
    "ill",
    [{"listings": 0}, {"responses": 0}, {"rechecked": 1, "missing": 9}, {"ended": "stopped"}],
    ids=["failed", "no answer", "outage", "stopped"],
)
def test_an_ill_night_counts_for_nothing(
    watcher: Watcher, day: Day, ill: dict[str, object]
) -> None:
    watcher.night(watcher.read())
    for moment in (1, 2, 3, 4):
        others = [watcher.missed(at=day(moment))] * (4 if "missing" in ill else 1)
        watcher.night(*others, at=day(moment), stats=ill)
    assert watcher.status() == "live"
    assert "removed" not in watcher.kinds()
    assert watcher.db["checks"].count == 0


def test_an_outage_between_two_misses_neither_counts_nor_clears(watcher: Watcher, day: Day) -> None:
    watcher.night(watcher.read())
    miss(watcher, 1, day=day)
    watcher.night(watcher.missed(at=day(2)), at=day(2), stats=ILL)
    assert watcher.status() == "suspect"
    assert miss(watcher, 3, day=day) == ["suspect"]
    assert miss(watcher, 4, day=day) == ["removed"]
    assert "3 checks over 72 hours" in watcher.events()[-1].summary


def test_not_being_listed_is_no_miss(watcher: Watcher, day: Day) -> None:
    watcher.night(watcher.read())
    for moment in range(1, 9):
        watcher.night(watcher.read(key="2", at=day(moment)), at=day(moment))
    assert watcher.status("1") == "live"


def test_taken_down_again_after_its_return_is_told_again(watcher: Watcher, day: Day) -> None:
    watcher.night(watcher.read())
    miss(watcher, 1, 2, 3, day=day)
    watcher.night(watcher.read(at=day(4)), at=day(4))
    miss(watcher, 5, 6, 7, day=day)
    assert watcher.kinds() == ["new", "removed", "restored", "removed"]


def test_the_settings_decide(watcher: Watcher, day: Day) -> None:
    assert watcher.home.settings.removal_checks == 3
    times = [day(0), day(1)]
    assert confirmed(times, Settings(removal_checks=2, removal_hours=24))
    assert not confirmed(times, Settings(removal_checks=2, removal_hours=24.5))
    assert not confirmed(times, Settings(removal_checks=3, removal_hours=1))


def test_checks_within_an_hour_are_one(day: Day) -> None:
    times = [day(0), day(0) + timedelta(minutes=59), day(0) + timedelta(minutes=60), day(1)]
    assert distinct(times) == [times[0], times[2], times[3]]
    assert distinct([]) == []
