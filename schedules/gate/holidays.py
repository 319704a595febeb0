"""Days on which Vietnam's newsrooms publish less than usual."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

TET = "Lunar New Year"  # the name of its first day in the library `holidays`
TET_EVE, TET_LAST = -1, 5  # the window: from the eve to the sixth day, as days from the first


@cache
def quiet_days(year: int) -> frozenset[date]:
    """Public holidays of Vietnam (library `holidays`), and Tết from its eve to its sixth day."""
    from holidays import country_holidays  # slow to import, and only a judged run needs it

    found = country_holidays("VN", years=year, language="en_US")
    days = set(found)
    for day, name in found.items():
        if name == TET:
            days |= {day + timedelta(days=n) for n in range(TET_EVE, TET_LAST + 1)}
    return frozenset(days)


def is_quiet(day: date) -> bool:
    return day in quiet_days(day.year)
