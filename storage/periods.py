"""Periods as users write them: a day, a month, a year, or relative to today in Vietnam."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from storage.messages.reasons_input import InputError, InputReason
from storage.messages.reasons_query import QueryReason
from storage.reasons import Reason
from storage.text.folding import search_fold
from storage.timezone import VIETNAM

Period = tuple[date, date]  # the first and last day

_ISO = re.compile(r"([1-9]\d{3})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_DAY_FIRST = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])([1-9]\d{3})")
_LAST_DAYS = re.compile(r"(\d{1,5}) ?(?:d|days?|ngay)")
# Folded phrases: the unit, and how many units before the present one.
_RELATIVE = {
    "today": ("day", 0), "hom nay": ("day", 0),
    "yesterday": ("day", 1), "hom qua": ("day", 1),
    "this week": ("week", 0), "tuan nay": ("week", 0),
    "last week": ("week", 1), "tuan truoc": ("week", 1),
    "this month": ("month", 0), "thang nay": ("month", 0),
    "last month": ("month", 1), "thang truoc": ("month", 1),
    "this year": ("year", 0), "nam nay": ("year", 0),
    "last year": ("year", 1), "nam ngoai": ("year", 1),
}  # fmt: skip


def parse_period(written: str, today: date | None = None) -> Period:
    """Return the first and last day of "2025-03-31", "03/2025", "2025", "last month" or "30d".

    `today` is by default the present day in Vietnam. "30d" are the 30 days up to today; weeks begin
    on Monday. Raise InputError.
    """
    now = today or datetime.now(VIETNAM).date()
    folded = " ".join(search_fold(written).split())
    if folded in _RELATIVE:
        return _relative(*_RELATIVE[folded], now)
    days = _LAST_DAYS.fullmatch(folded)
    if days:
        return now - timedelta(max(int(days[1]) - 1, 0)), now
    return _calendar_period(written.strip())


def parse_days(
    first: str | date | None, last: str | date | None
) -> tuple[date | None, date | None]:
    """Return the first day of one period and the last day of another; None or "" sets none.

    Raise InputError, also if the last day is before the first.
    """
    first_day = parse_period(_written(first))[0] if first else None
    last_day = parse_period(_written(last))[1] if last else None
    if first_day and last_day and last_day < first_day:
        days = {"first": first_day.isoformat(), "last": last_day.isoformat()}
        raise InputError(Reason(InputReason.PERIOD_REVERSED, **days))
    return first_day, last_day


def _written(period: str | date) -> str:
    """Return the period as text; of a time (datetime, pandas.Timestamp) the day in Vietnam."""
    if not isinstance(period, datetime):
        return str(period)
    local = period.astimezone(VIETNAM) if period.tzinfo else period
    return local.date().isoformat()


def _relative(unit: str, before: int, today: date) -> Period:
    if unit == "day":
        day = today - timedelta(before)
        return day, day
    if unit == "week":
        monday = today - timedelta(today.weekday() + 7 * before)
        return monday, monday + timedelta(6)
    if unit == "month":
        first = today.replace(day=1)
        return month_of(first if not before else first - timedelta(1))
    return date(today.year - before, 1, 1), date(today.year - before, 12, 31)


def month_of(day: date) -> Period:
    """Return the month that a day is in."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def _calendar_period(written: str) -> Period:
    iso_match, day_first_match = _ISO.fullmatch(written), _DAY_FIRST.fullmatch(written)
    if iso_match:
        year, month, day = iso_match.groups()
    elif day_first_match:
        day, month, year = day_first_match.groups()
    else:
        raise InputError(Reason(QueryReason.NOT_A_DATE, value=written))
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise InputError(Reason(QueryReason.NOT_A_DATE, value=written)) from error
    if day:
        return first, first
    return first, month_of(first.replace(month=int(month or 12)))[1]
