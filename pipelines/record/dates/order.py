"""The order of day and month in a printed date that the page also states for machines."""

from __future__ import annotations

import re
from datetime import date, datetime

from pipelines.record.dates.parse import BrokenDate, is_other_weekday, parse_date

_NUMBERS = re.compile(
    r"(?<![0-9/.-])(?P<first>[0-9]{1,2})(?P<sep>[/.-])(?P<second>[0-9]{1,2})(?P=sep)(?P<year>[0-9]{4})"
    r"(?![0-9])"
)
_LAST_MONTH = 12


def day_first(printed: str, stated: str | None, captured_at: datetime) -> str:
    """Return a printed date with its day first.

    "Mon, 05/12/2026" is of May if the machine-readable date of the page says so, and if the printed
    weekday does not say that it is of December.
    """
    match = _NUMBERS.search(printed) if stated else None
    if stated is None or match is None:
        return printed
    month, day = int(match["first"]), int(match["second"])
    if month > _LAST_MONTH or month == day or match["year"] not in stated:
        return printed
    if _day_of(stated, captured_at) != f"{match['year']}-{month:02}-{day:02}":
        return printed
    if day <= _LAST_MONTH:
        as_printed = date(int(match["year"]), day, month)
        if is_other_weekday(printed, as_printed) is False:
            return printed
    start, end = match.span()
    return f"{printed[:start]}{day}/{month}/{match['year']}{printed[end:]}"


def _day_of(stated: str, captured_at: datetime) -> str | None:
    """Return the day of a date whose year comes first, which has one order only."""
    if not stated.strip()[:4].isdigit():
        return None
    try:
        parsed = parse_date(stated, captured_at)
    except BrokenDate:
        return None
    return parsed.value[:10] if parsed else None
