"""The volume gate: how many new articles are usual on such a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.gate.holidays import is_quiet
from schedules.gate.models import GateInput
from schedules.gate.volume import unusual_volume
from storage.db.connection import utc_text
from storage.messages.reasons_gate import GateReason
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.history import Volume

NIGHT = datetime(2027, 3, 10, 18, 30, tzinfo=UTC)  # 01:30 of Thursday 11 March in Vietnam
WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)


def past(
    *nights: tuple[datetime, int], listings_complete: bool = True, verdict: str = "passed"
) -> list[Volume]:
    """Daily runs, newest first, each with its number of new articles."""
    ordered = sorted(nights, reverse=True)
    return [
        Volume(n, utc_text(at), new, listings_complete, verdict)
        for n, (at, new) in enumerate(ordered)
    ]


def weekly(*news: int, moment: datetime = NIGHT) -> list[Volume]:
    """Runs on the same weekday of earlier weeks, newest first."""
    return past(*((moment - WEEK * (n + 1), new) for n, new in enumerate(news)))


def verdict(
    new: int, volumes: list[Volume], *, moment: datetime = NIGHT, listings_complete: bool = True
) -> Reason | None:
    case = GateInput(
        RunStats(new=new),
        moment=moment,
        volumes=tuple(volumes),
        listings_complete=listings_complete,
    )
    found = unusual_volume(case)
    assert found is None or found.status == "held"
    return found.reason if found else None


def too_few(number: int, usual: float) -> Reason:
    return Reason(GateReason.TOO_FEW_NEW, number=number, usual=usual)


def too_many(number: int, usual: float) -> Reason:
    return Reason(GateReason.TOO_MANY_NEW, number=number, usual=usual)


NIGHTLY = [(NIGHT - DAY * n, 10) for n in range(1, 60)]

CASES: list[tuple[int, list[Volume], Reason | None]] = [
    (10, weekly(10, 10, 10), None),
    (2, weekly(10, 10, 10), None),
    (1, weekly(10, 10, 10), too_few(1, 10)),
    (50, weekly(10, 10, 10), None),
    (0, weekly(4, 4, 4), None),  # a site that brings few may bring none
    (0, weekly(5, 5, 5), too_few(0, 5)),
    (0, weekly(90, 6, 4), too_few(0, 6)),
    (0, weekly(90, 4, 4), None),  # the median, not the mean
    (0, weekly(10, 10), None),  # two nights say nothing
    (0, [], None),
    (0, past(*NIGHTLY), too_few(0, 10)),
    (51, past(*NIGHTLY), too_many(51, 10)),
    (50, past(*NIGHTLY), None),
    (0, past(*NIGHTLY, listings_complete=False), None),
    (0, past(*NIGHTLY, verdict="held"), None),
    (0, past(*NIGHTLY[:3]), too_few(0, 10)),
    (0, past(*NIGHTLY[:2]), None),
    # Weekdays: on Thursdays 20 are usual, on other days 5.
    (5, past(*((at, 20 if n % 7 == 6 else 5) for n, (at, _) in enumerate(NIGHTLY))), None),
    (3, past(*((at, 20 if n % 7 == 6 else 5) for n, (at, _) in enumerate(NIGHTLY))),
     too_few(3, 20)),
    # Nine weeks ago is too long ago.
    (0, past(*((NIGHT - WEEK * n, 10) for n in (9, 10, 11))), None),
]  # fmt: skip


@pytest.mark.parametrize(("new", "volumes", "reason"), CASES)
def test_volume(new: int, volumes: list[Volume], reason: Reason | None) -> None:
    assert verdict(new, volumes) == reason


def test_incomplete_listings_are_not_compared() -> None:
    assert verdict(0, past(*NIGHTLY), listings_complete=False) is None


def test_runs_of_a_day_are_counted_together() -> None:
    again = past((NIGHT - timedelta(hours=6), 9), *((at - DAY, n) for at, n in NIGHTLY))
    assert verdict(0, again) is None
    assert verdict(0, again[1:]) is not None


def test_more_articles_are_usual_after_days_without_a_run() -> None:
    silent = [(at - DAY * 4, new) for at, new in NIGHTLY]
    assert verdict(200, past(*silent)) is None
    assert verdict(251, past(*silent)) is not None
    assert verdict(60, past(*NIGHTLY)) is not None


TET_2027 = [date(2027, 2, 5) + DAY * n for n in range(7)]  # eve to the sixth day


@pytest.mark.parametrize("day", TET_2027)
def test_tet_is_quiet_from_its_eve_to_the_sixth_day(day: date) -> None:
    assert is_quiet(day)


def test_days_before_and_after_tet_are_not_quiet() -> None:
    assert not is_quiet(date(2027, 2, 3))
    assert not is_quiet(date(2027, 2, 12))


@pytest.mark.parametrize(
    "day", [date(2026, 4, 30), date(2026, 5, 1), date(2026, 9, 2), date(2027, 4, 16)]
)
def test_public_holidays_are_quiet(day: date) -> None:
    assert is_quiet(day)
    assert not is_quiet(day - WEEK)


def at_dawn(day: date) -> datetime:
    """01:30 of that day in Vietnam."""
    return datetime(day.year, day.month, day.day, 18, 30, tzinfo=UTC) - DAY


@pytest.mark.parametrize("day", [*TET_2027, TET_2027[-1] + DAY])
def test_runs_during_tet_are_not_compared(day: date) -> None:
    """The run in the night to the seventh day finds articles of the sixth."""
    moment = at_dawn(day)
    nights = past(*((moment - DAY * n, 10) for n in range(12, 50)))
    assert verdict(0, nights, moment=moment) is None


def test_runs_during_tet_do_not_count_as_earlier_runs() -> None:
    """A run on the ninth day follows them directly; compared with them, zero would be usual."""
    moment = at_dawn(date(2027, 2, 14))
    tet = [(at_dawn(day), 0) for day in [*TET_2027, date(2027, 2, 4), date(2027, 2, 12)]]
    usual = [(at_dawn(date(2027, 2, 3)) - DAY * n, 10) for n in range(5)]
    assert verdict(0, past(*tet, *usual), moment=moment) is not None
    assert verdict(10, past(*tet, *usual), moment=moment) is None


@given(
    usual=st.integers(5, 500),
    news=st.lists(st.floats(0.5, 2), min_size=8, max_size=8),
    tonight=st.floats(0.5, 2),
)
def test_volume_between_half_and_twice_the_usual_passes(
    usual: int, news: list[float], tonight: float
) -> None:
    volumes = weekly(*(round(usual * share) for share in news))
    assert verdict(round(usual * tonight), volumes) is None
