"""Quiet hours: a period of the day, in Vietnam time, in which no alert is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time

from storage.messages.reasons_home import HomeReason
from storage.messages.reasons_input import InputError
from storage.reasons import Reason
from storage.timezone import VIETNAM

HOURS_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` (inclusive) to `end` (exclusive); over midnight if `end` is earlier."""

    start: time
    end: time

    def contains(self, moment: datetime) -> bool:
        """Whether `moment`, which is timezone-aware, is in the quiet hours."""
        clock = moment.astimezone(VIETNAM).time()
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


def parse_quiet_hours(text: str) -> QuietHours | None:
    """Parse "22:00-06:00"; return None for "". Raises ValueError."""
    if not text:
        return None
    match = HOURS_SPAN.fullmatch(text)
    if match is None:
        raise InputError(Reason(HomeReason.QUIET_FORM, text=text))
    start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    if start == end:
        raise InputError(Reason(HomeReason.QUIET_ENDLESS, text=text))
    return QuietHours(start, end)
