"""Silence over simulated days, and its event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from schedules.gate.silence import failed_days, silence
from storage.messages.reasons_gate import GateReason
from storage.reasons import Reason
from storage.runs.history import Volume

Day = Callable[[float], datetime]
FAILED = {"listings": 0, "links": 0}


def volume(day: int, new: int, verdict: str = "passed") -> Volume:
    return Volume(day, f"2025-03-{day:02d}T18:30:00Z", new, True, verdict)


def no_holiday(day: date) -> bool:
    return False


def test_site_is_silent_beyond_its_usual_gap() -> None:
    every_other = tuple(volume(day, day % 2) for day in range(1, 14))  # the last with news: 13
    quiet_nights = tuple(volume(day, 0) for day in range(14, 20))
    assert silence((*every_other, *quiet_nights), no_holiday) is None  # 6 nights: 3 times 2
    result = silence((*every_other, *quiet_nights, volume(20, 0)), no_holiday)
    assert result is not None
    assert (result.days, result.usual_days, result.last_new) == (
        7,
        6,
        date(2025, 3, 14),
    )  # in Vietnam


def test_holidays_do_not_count_as_silence() -> None:
    nightly = tuple(volume(day, 5) for day in range(1, 10))
    empty = tuple(volume(day, 0) for day in range(10, 14))
    assert silence((*nightly, *empty), no_holiday) is not None
    assert silence((*nightly, *empty), lambda day: day.day == 12) is None


def test_days_without_a_run_do_not_count_as_silence() -> None:
    nightly = tuple(volume(day, 5) for day in range(1, 8))
    assert silence((*nightly, volume(20, 0), volume(21, 0)), no_holiday) is None


def test_failed_days() -> None:
    failed = [volume(day, 0, "failed") for day in (3, 4, 5)]
    assert failed_days((volume(2, 1), *failed)) == 3
    assert failed_days(tuple(failed)) == 0, "it never ran well"


def test_silence_is_published_once_and_ends_with_a_new_article(watcher: Any, day: Day) -> None:
    for night in range(7):
        watcher.batch(watcher.read(key=str(night), at=day(night)), at=day(night))
    for night in range(7, 20):
        watcher.batch(at=day(night))
    (event,) = watcher.events(kind="silent")
    assert event.run == watcher.runs[7 + 3], "three nights without anything new are usual"
    assert event.detail["why"] == "nothing_new"
    assert event.detail["days"] == 4
    assert event.article is None
    watcher.batch(watcher.read(key="20", at=day(20)), at=day(20))
    for night in range(21, 40):
        watcher.batch(at=day(night))
    assert len(watcher.events(kind="silent")) == 2, "a new silence is published again"


def test_failing_site_is_published_as_silent_once(watcher: Any, day: Day) -> None:
    watcher.batch(watcher.read(at=day(0)), at=day(0))
    for night in range(1, 9):
        watcher.batch(at=day(night), stats=FAILED)
    (event,) = watcher.events(kind="silent")
    assert event.run == watcher.runs[3]
    assert (event.detail["why"], event.detail["days"]) == ("not_read", 3)
    reason = Reason.from_dict(event.detail["reason"])
    assert reason.code == GateReason.NO_RUN_PASSED
    assert reason.params["reason"] == Reason(GateReason.NO_LISTING_READ)
    watcher.batch(watcher.read(at=day(9)), at=day(9))
    for night in range(10, 14):
        watcher.batch(at=day(night), stats=FAILED)
    assert len(watcher.events(kind="silent")) == 2


def test_site_without_successful_run_is_not_silent(watcher: Any, day: Day) -> None:
    for night in range(8):
        watcher.batch(at=day(night), stats=FAILED)
    assert watcher.kinds() == []
