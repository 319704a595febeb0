"""The number of new articles, against what the site usually brings on such a day.

New articles are counted over the day before a run's moment, so that a second run a few hours
later, which finds little, is measured together with the first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median

from schedules.gate.holidays import is_quiet
from schedules.gate.models import Case, Verdict, held
from storage.db.connection import from_utc_text, utc_text
from storage.messages.reasons_gate import GateReason
from storage.runs.repository import Volume
from storage.runs.verdicts import BELIEVED, VerdictStatus
from storage.timezone import VIETNAM

WEEKS = 8
LEAST_NIGHTS = 3  # fewer say nothing
LAST_NIGHTS = 14  # looked at where too few nights were of the same weekday
LEAST_USUAL = 5  # articles; a site that brings fewer may bring none
FEW, MANY = 0.2, 5.0  # parts of the usual number
DAY = timedelta(hours=20)  # a night that starts earlier than the last one is still another day


def unusual(case: Case) -> Verdict | None:
    """Held where far fewer or far more articles are new than on such days before.

    Not asked where the listings were not read to their end, or on a public holiday.
    """
    if case.moment is None or not case.swept or len(_believed(case)) < LEAST_NIGHTS:
        return None  # before the holidays are asked for: their library is slow to load
    if _is_quiet(case.moment):
        return None
    new = case.stats.new + _within_a_day(case.volumes, case.moment)
    usual = _usual(case)
    if usual is None or usual < LEAST_USUAL:
        return None
    if new < FEW * usual:
        return held(GateReason.TOO_FEW_NEW, number=new, usual=usual)
    if new > MANY * usual * _days_since(case):
        return held(GateReason.TOO_MANY_NEW, number=new, usual=usual)
    return None


def _believed(case: Case) -> list[Volume]:
    return [v for v in case.volumes if v.swept and v.verdict in BELIEVED]


def _usual(case: Case) -> float | None:
    """The median of the same weekday, or of the last nights; None where there are too few."""
    assert case.moment is not None
    nights = [v for v in _believed(case) if not _is_quiet(_moment(v))]
    nights = [v for v in nights if _moment(v) >= case.moment - timedelta(weeks=WEEKS, hours=12)]
    weekday = _local(case.moment).weekday()
    same = [v for v in nights if _local(_moment(v)).weekday() == weekday]
    chosen = same if len(same) >= LEAST_NIGHTS else nights[:LAST_NIGHTS]
    if len(chosen) < LEAST_NIGHTS:
        return None
    return median(v.new + _within_a_day(case.volumes, _moment(v)) for v in chosen)


def _within_a_day(volumes: tuple[Volume, ...], moment: datetime) -> int:
    """New articles of the other runs of the same day. The stored texts sort as their times do."""
    since, until = utc_text(moment - DAY), utc_text(moment)
    return sum(v.new for v in volumes if since < v.moment < until)


def _days_since(case: Case) -> float:
    """Days since a run last read the site: after a week of silence a week's articles are new."""
    assert case.moment is not None
    read = [_moment(v) for v in case.volumes if v.verdict in (*BELIEVED, VerdictStatus.HELD)]
    earlier = [moment for moment in read if moment <= case.moment - DAY]
    return max(1.0, (case.moment - max(earlier)) / timedelta(days=1)) if earlier else 1.0


def _moment(volume: Volume) -> datetime:
    return from_utc_text(volume.moment)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(VIETNAM)


def _is_quiet(moment: datetime) -> bool:
    """A run before dawn finds what the day before brought, so both days count."""
    return any(is_quiet(_local(at).date()) for at in (moment, moment - DAY))
