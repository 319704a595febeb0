"""Compare the number of new articles with the site's usual number on the same weekday.

New articles are counted over the day before a run, so that a second run a few hours later, which
finds few, is counted together with the first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median

from schedules.gate.holidays import is_quiet
from schedules.gate.models import GateInput, Verdict, held
from storage.db.connection import from_utc_text, utc_text
from storage.messages.reasons_gate import GateReason
from storage.runs.history import Volume
from storage.runs.verdicts import ACCEPTED, VerdictStatus
from storage.timezone import VIETNAM

USUAL_WEEKS = 8
MIN_RUNS = 3  # fewer runs are not compared with
RECENT_RUNS = 14  # compared with if there are too few runs of the same weekday
MIN_USUAL_ARTICLES = 5  # a site that usually publishes fewer may publish none
MIN_PART_OF_USUAL, MAX_TIMES_USUAL = 0.2, 5.0
ONE_DAY = timedelta(hours=20)  # the start of a nightly batch varies


def unusual_volume(run: GateInput) -> Verdict | None:
    """Hold the run if far fewer or far more articles are new than usual on such a day.

    Skipped if the listings were not read to their end, and on public holidays.
    """
    if run.moment is None or not run.listings_complete or len(_believed(run)) < MIN_RUNS:
        return None  # before is_quiet(): its library is slow to load
    if _is_quiet(run.moment):
        return None
    new = run.stats.new + _within_a_day(run.volumes, run.moment)
    usual = _usual(run)
    if usual is None or usual < MIN_USUAL_ARTICLES:
        return None
    if new < MIN_PART_OF_USUAL * usual:
        return held(GateReason.TOO_FEW_NEW, number=new, usual=usual)
    if new > MAX_TIMES_USUAL * usual * _days_since(run):
        return held(GateReason.TOO_MANY_NEW, number=new, usual=usual)
    return None


def _believed(run: GateInput) -> list[Volume]:
    return [v for v in run.volumes if v.listings_complete and v.verdict in ACCEPTED]


def _usual(run: GateInput) -> float | None:
    """The median of runs on the same weekday, or of recent runs; None if there are too few."""
    assert run.moment is not None
    past = [v for v in _believed(run) if not _is_quiet(_moment(v))]
    past = [v for v in past if _moment(v) >= run.moment - timedelta(weeks=USUAL_WEEKS, hours=12)]
    weekday = _local(run.moment).weekday()
    same = [v for v in past if _local(_moment(v)).weekday() == weekday]
    chosen = same if len(same) >= MIN_RUNS else past[:RECENT_RUNS]
    if len(chosen) < MIN_RUNS:
        return None
    return median(v.new + _within_a_day(run.volumes, _moment(v)) for v in chosen)


def _within_a_day(volumes: tuple[Volume, ...], moment: datetime) -> int:
    """New articles of the other runs within a day. UTC texts sort in time order."""
    since, until = utc_text(moment - ONE_DAY), utc_text(moment)
    return sum(v.new for v in volumes if since < v.moment < until)


def _days_since(run: GateInput) -> float:
    """Days since the last successful run: after a week without one, a week's articles are new."""
    assert run.moment is not None
    read = [_moment(v) for v in run.volumes if v.verdict in (*ACCEPTED, VerdictStatus.HELD)]
    earlier = [moment for moment in read if moment <= run.moment - ONE_DAY]
    return max(1.0, (run.moment - max(earlier)) / timedelta(days=1)) if earlier else 1.0


def _moment(volume: Volume) -> datetime:
    return from_utc_text(volume.moment)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(VIETNAM)


def _is_quiet(moment: datetime) -> bool:
    """Whether the day is quiet, or the day before, whose articles a run at night finds."""
    return any(is_quiet(_local(at).date()) for at in (moment, moment - ONE_DAY))
