"""Quiet hours: a time of day in Vietnam in which nothing is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time

from storage.timezone import VIETNAM

HOURS_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` on, until just before `end`; over midnight where `end` is the earlier one."""

    start: time
    end: time

    def contains(self, moment: datetime) -> bool:
        """Whether it is quiet at this moment, which carries its zone."""
        clock = moment.astimezone(VIETNAM).time()
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


def parse_quiet_hours(text: str) -> QuietHours | None:
    """Reads "22:00-06:00"; "" is none. Raises ValueError."""
    if not text:
        return None
    found = HOURS_SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f'must be two times of day such as "22:00-06:00", is {text!r}')
    start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if start == end:
        raise ValueError(f"begins and ends at the same time: {text!r} would never end")
    return QuietHours(start, end)
