"""Public holidays of Vietnam, on which newsrooms publish less than usual."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

TET = "Lunar New Year"  # name of the first day of Tết in the library `holidays`
TET_EVE, TET_LAST = -1, 5  # days from the first day of Tết: from its eve to its sixth day


@cache
def quiet_days(year: int) -> frozenset[date]:
    """Public holidays of Vietnam (library `holidays`), and Tết from its eve to its sixth day."""
    from holidays import country_holidays  # slow to import; not every run needs it

    public_holidays = country_holidays("VN", years=year, language="en_US")
    days = set(public_holidays)
    for day, name in public_holidays.items():
        if name == TET:
            days |= {day + timedelta(days=n) for n in range(TET_EVE, TET_LAST + 1)}
    return frozenset(days)


def is_quiet(day: date) -> bool:
    return day in quiet_days(day.year)
