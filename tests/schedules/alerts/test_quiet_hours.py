"""Quiet hours are in Vietnam time and may span midnight."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from schedules.alerts.quiet_hours import parse_quiet_hours

VIETNAM = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("span", "clock", "is_quiet"),
    [
        ("22:00-06:00", "21:59", False),
        ("22:00-06:00", "22:00", True),
        ("22:00-06:00", "23:59", True),
        ("22:00-06:00", "00:00", True),
        ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False),
        ("22:00-06:00", "12:00", False),
        ("12:00-13:30", "11:59", False),
        ("12:00-13:30", "12:00", True),
        ("12:00-13:30", "13:29", True),
        ("12:00-13:30", "13:30", False),
        ("00:00-07:00", "00:00", True),
        ("18:00-00:00", "23:59", True),
        ("18:00-00:00", "00:00", False),
    ],
)
def test_start_is_inclusive_and_end_exclusive(span: str, clock: str, is_quiet: bool) -> None:
    hours = parse_quiet_hours(span)
    assert hours is not None
    moment = datetime.fromisoformat(f"2025-04-09T{clock}:00+07:00")
    assert hours.contains(moment) is is_quiet
    assert hours.contains(moment.astimezone(timezone(timedelta(hours=-5)))) is is_quiet


def test_empty_text_is_none() -> None:
    assert parse_quiet_hours("") is None


@pytest.mark.parametrize("text", ["22-6", "24:00-06:00", "22:00 - 06:00", "22:60-06:00", "nights"])
def test_invalid_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="two times of day"):
        parse_quiet_hours(text)


def test_equal_start_and_end_are_refused() -> None:
    with pytest.raises(ValueError, match="would never end"):
        parse_quiet_hours("06:00-06:00")
