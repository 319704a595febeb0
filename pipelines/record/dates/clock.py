"""Times of day as they are printed: "2:30 PM", "14h30", "8 giờ sáng", "11:30 đêm"."""

from __future__ import annotations

import re
from datetime import time

from storage.timezone import VIETNAM

_MORNING = frozenset(("SA", "AM", "SÁNG", "RẠNGSÁNG"))
_MIDNIGHT = re.compile(r"(?<![0-9:])12:00(?::00)?\s?(?:A\.?M|S\.?A)(?![^\W_])", re.IGNORECASE)
_NIGHT = frozenset(("ĐÊM", "KHUYA"))
FIRST_HOUR_OF_NIGHT = 6  # "11 đêm" is before midnight, "1 đêm" after
FIRST_HOUR_OF_NOON = 10  # "11:30 trưa" is before noon, "1:30 trưa" after


def clock_time(
    hour: str, minute: str | None, second: str | None, day_part: str | None
) -> time | None:
    """Return a printed time of day, or None for 12:00 AM. Raise ValueError if there is none such.

    Migrated CMSs print 12:00 AM for a date that they stored without a time.
    """
    h, m, s = int(hour), int(minute or 0), int(second or 0)
    part = (day_part or "").upper().replace(".", "").replace(" ", "")
    if part in _MORNING and (h, m, s) == (12, 0, 0):
        return None
    if part and h <= 12:  # in "14:30 PM", which sites print too, PM changes nothing
        h = h % 12 + (12 if _is_after_noon(h, part) else 0)
    return time(h, m, s, tzinfo=VIETNAM)


def prints_midnight(printed: str) -> bool:
    """Return whether a printed date has the time that `clock_time` takes for none: 12:00 AM."""
    return _MIDNIGHT.search(printed) is not None


def _is_after_noon(hour: int, part: str) -> bool:
    if part in _MORNING:
        return False
    if part in _NIGHT:
        return FIRST_HOUR_OF_NIGHT <= hour < 12
    return not (part == "TRƯA" and FIRST_HOUR_OF_NOON <= hour < 12)
