"""Periods as users write them."""

from __future__ import annotations

from datetime import date

import pytest

from storage.messages.reasons_input import InputError
from storage.periods import parse_period

TODAY = date(2025, 3, 12)  # a Wednesday


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2025-03-10", "2025-03-10", "2025-03-10"),
        ("10/3/2025", "2025-03-10", "2025-03-10"),
        ("02/2024", "2024-02-01", "2024-02-29"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("today", "2025-03-12", "2025-03-12"),
        ("Yesterday", "2025-03-11", "2025-03-11"),
        ("this week", "2025-03-10", "2025-03-16"),
        ("last  week", "2025-03-03", "2025-03-09"),
        ("this month", "2025-03-01", "2025-03-31"),
        ("last month", "2025-02-01", "2025-02-28"),
        ("tháng trước", "2025-02-01", "2025-02-28"),
        ("hôm qua", "2025-03-11", "2025-03-11"),
        ("last year", "2024-01-01", "2024-12-31"),
        ("30d", "2025-02-11", "2025-03-12"),
        ("1 day", "2025-03-12", "2025-03-12"),
        ("7 ngày", "2025-03-06", "2025-03-12"),
    ],
)
def test_period(written: str, first: str, last: str) -> None:
    assert parse_period(written, TODAY) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "written", ["", "soon", "2025-02-30", "31/04/2025", "0001", "d", "2025-13"]
)
def test_other_text_is_an_error(written: str) -> None:
    with pytest.raises(InputError):
        parse_period(written, TODAY)


def test_last_month_in_january_is_december() -> None:
    assert parse_period("last month", date(2025, 1, 31))[0] == date(2024, 12, 1)
