"""Silence: a site publishes nothing for longer than usual, or could not be crawled for days.

Only days with a successful run count, so that an outage of the service is not silence of a site.
Public holidays do not count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from schedules.gate.holidays import is_quiet
from schedules.gate.models import GateInput, SiteEvent, Verdict
from storage.db.connection import from_utc_text, utc_text
from storage.messages.reasons_gate import GateReason
from storage.models import EventKind
from storage.reasons import Reason
from storage.runs.history import Volume
from storage.runs.repository import RunKind
from storage.runs.verdicts import ACCEPTED, VerdictStatus
from storage.timezone import VIETNAM

MIN_SILENT_DAYS = 3  # shorter gaps are usual for any site
GAP_MULTIPLIER = 3  # times the site's own long gap between days with new articles
GAP_PERCENTILE = 0.95
MIN_GAPS = 5  # with fewer gaps the site's own gap is unknown
DEFAULT_SILENT_DAYS = 14  # if the site's own gap is unknown
MAX_FAILED_DAYS = 3  # consecutive days with runs of which none was believed


@dataclass(frozen=True, slots=True)
class Silence:
    """A site has published nothing for longer than usual.

    Attributes:
        days: days with a successful run and no new article, up to the newest run
        usual_days: GAP_MULTIPLIER times the 95th percentile of the site's own gaps (at least
            MIN_SILENT_DAYS), or at least DEFAULT_SILENT_DAYS if there are few gaps
        last_new: the last day with a new article, or None if there was none in the window
    """

    days: int
    usual_days: int
    last_new: date | None

    def reason(self) -> Reason:
        numbers = {"days": self.days, "usual_days": self.usual_days}
        if self.last_new is None:
            return Reason(GateReason.NOTHING_NEW, **numbers)
        return Reason(GateReason.NOTHING_NEW_SINCE, since=self.last_new.isoformat(), **numbers)


def silence(
    volumes: tuple[Volume, ...], quiet: Callable[[date], bool] = is_quiet
) -> Silence | None:
    """Return the site's silence, or None if it is not silent.

    volumes: of the last weeks up to the newest run, in any order.
    """
    days: dict[date, bool] = {}  # day with a successful run -> whether it found new articles
    for volume in volumes:
        if volume.new or (volume.listings_complete and volume.verdict in ACCEPTED):
            day = _day(volume)
            days[day] = days.get(day, False) or volume.new > 0
    run_days = sorted(days)
    days_with_news = [index for index, day in enumerate(run_days) if days[day]]
    last = days_with_news[-1] if days_with_news else -1
    silent_days = run_days[last + 1 :]
    usual = _usual_days(sorted(b - a for a, b in pairwise(days_with_news)))
    if len(silent_days) <= usual:  # before quiet(): its library is slow to load
        return None
    counted = [d for d in silent_days if not (quiet(d) or quiet(d - timedelta(days=1)))]
    if len(counted) <= usual:
        return None
    return Silence(len(counted), usual, run_days[last] if days_with_news else None)


def _usual_days(gaps: list[int]) -> int:
    """The longest gap that is not yet silence; gaps in ascending order.

    With at least MIN_GAPS gaps the percentile leaves out the longest: it may be a silence itself.
    """
    if len(gaps) < MIN_GAPS:
        return max([DEFAULT_SILENT_DAYS, *(GAP_MULTIPLIER * gap for gap in gaps)])
    return max(MIN_SILENT_DAYS, GAP_MULTIPLIER * gaps[int(GAP_PERCENTILE * (len(gaps) - 1))])


def failed_days(volumes: tuple[Volume, ...]) -> int:
    """Consecutive days up to the newest run on which runs ended and none was believed.

    0 if no run was ever believed.
    """
    days: set[date] = set()
    for volume in sorted(volumes, key=lambda v: (v.moment, v.run), reverse=True):
        if volume.verdict in ACCEPTED:
            return len(days - {_day(volume)})
        days.add(_day(volume))
    return 0


def add_silence_event(run: GateInput, run_id: int, verdict: Verdict) -> Verdict:
    """Add the event `silent` to the verdict if it is due and the verdict has no other event.

    The event is stored with the verdict in the journal, so that a rebuild publishes it again. An
    outage is not reported again as silence.
    """
    if run.moment is None or run.kind == RunKind.IMPORT or verdict.event is not None:
        return verdict
    status = verdict.status
    own = Volume(run_id, utc_text(run.moment), run.stats.new, run.listings_complete, status)
    volumes = (*run.volumes, own)
    event = None
    if status == VerdictStatus.PASSED and run.listings_complete:
        event = _nothing_new(volumes)
    elif status in (VerdictStatus.HELD, VerdictStatus.FAILED):
        event = _not_read(volumes, verdict.reason)
    return replace(verdict, event=event)


def _nothing_new(volumes: tuple[Volume, ...]) -> SiteEvent | None:
    silent = silence(volumes)
    if silent is None:
        return None
    since = silent.last_new.isoformat() if silent.last_new else None
    numbers = {"days": silent.days, "usual_days": silent.usual_days}
    detail = {"why": "nothing_new", **numbers, "since": since}
    return SiteEvent(EventKind.SILENT, silent.reason(), detail)


def _not_read(volumes: tuple[Volume, ...], reason: Reason | None) -> SiteEvent | None:
    days = failed_days(volumes)
    if days < MAX_FAILED_DAYS:
        return None
    why = Reason(GateReason.NO_RUN_PASSED, days=days, reason=reason)
    return SiteEvent(EventKind.SILENT, why, {"why": "not_read", "days": days})


def _day(volume: Volume) -> date:
    return from_utc_text(volume.moment).astimezone(VIETNAM).date()
