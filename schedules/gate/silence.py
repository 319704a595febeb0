"""Silence: a site that brings nothing new for longer than it ever does, or was not read for days.

Days are counted on which a run was believed, so that a service that stood still makes no site
silent. Public holidays do not count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from schedules.gate.holidays import is_quiet
from schedules.gate.models import Case, SiteEvent, SiteEventKind, Verdict
from storage.db.connection import from_utc_text, utc_text
from storage.messages.reasons_gate import GateReason
from storage.reasons import Reason
from storage.runs.repository import Volume
from storage.runs.verdicts import BELIEVED, VerdictStatus
from storage.timezone import VIETNAM

LEAST_DAYS = 3  # without anything new; fewer are usual anywhere
TIMES = 3  # so many times the site's own long gap between days with something new
PERCENTILE = 0.95
LEAST_GAPS = 5  # fewer say little of a site's habits ...
UNKNOWN_DAYS = 14  # ... and then it takes this many days
NIGHTS = 3  # days in a row on which a site was asked and no run was believed


@dataclass(frozen=True, slots=True)
class Silence:
    """Days without anything new, more than `usual` days; `since`: the last day that brought some.

    `since` is None where no run of the last weeks brought any.
    """

    days: int
    usual: int
    since: date | None

    def reason(self) -> Reason:
        numbers = {"days": self.days, "usual_days": self.usual}
        if self.since is None:
            return Reason(GateReason.NOTHING_NEW, **numbers)
        return Reason(GateReason.NOTHING_NEW_SINCE, since=self.since.isoformat(), **numbers)


def silence(
    volumes: tuple[Volume, ...], quiet: Callable[[date], bool] = is_quiet
) -> Silence | None:
    """What a site's runs say, the newest among them; None where it is not silent.

    volumes: those of the last weeks, in any order.
    """
    days: dict[date, bool] = {}  # a day on which the site was read -> whether it brought anything
    for volume in volumes:
        if volume.new or (volume.swept and volume.verdict in BELIEVED):
            day = _day(volume)
            days[day] = days.get(day, False) or volume.new > 0
    order = sorted(days)
    arrivals = [place for place, day in enumerate(order) if days[day]]
    last = arrivals[-1] if arrivals else -1
    empty = order[last + 1 :]
    gaps = sorted(b - a for a, b in pairwise(arrivals))
    usual = _usual(gaps)
    if len(empty) <= usual:  # before the holidays are asked for: their library is slow to load
        return None
    counted = len([day for day in empty if not (quiet(day) or quiet(day - timedelta(days=1)))])
    if counted <= usual:
        return None
    return Silence(counted, usual, order[last] if arrivals else None)


def _usual(gaps: list[int]) -> int:
    """The longest run of days without anything new that is no news; gaps in ascending order.

    Of a few gaps the longest is left out: it may be a silence itself.
    """
    if len(gaps) < LEAST_GAPS:
        return max([UNKNOWN_DAYS, *(TIMES * gap for gap in gaps)])
    return max(LEAST_DAYS, TIMES * gaps[int(PERCENTILE * (len(gaps) - 1))])


def unread_days(volumes: tuple[Volume, ...]) -> int:
    """Days in a row, up to the newest, on which runs ended and none was believed.

    0 where no run ever was: such a site never ran well.
    """
    days: set[date] = set()
    for volume in sorted(volumes, key=lambda v: (v.moment, v.run), reverse=True):
        if volume.verdict in BELIEVED:
            return len(days - {_day(volume)})
        days.add(_day(volume))
    return 0


def with_silence(case: Case, run: int, verdict: Verdict) -> Verdict:
    """The verdict, with the event `silent` where it is due and the verdict tells nothing else.

    It goes with the verdict, and so into the journal: what was told once is told again when the
    database is rebuilt. An outage was told when it began.
    """
    if case.moment is None or case.kind == "import" or verdict.event is not None:
        return verdict
    status = verdict.status
    if status == VerdictStatus.OUTAGE:
        return verdict
    own = Volume(run, utc_text(case.moment), case.stats.new, case.swept, status)
    volumes = (*case.volumes, own)
    event = _nothing_new(volumes) if status == VerdictStatus.PASSED and case.swept else None
    if status in (VerdictStatus.HELD, VerdictStatus.FAILED):
        event = _not_read(volumes, verdict.reason)
    return Verdict(status, verdict.reason, event) if event else verdict


def _nothing_new(volumes: tuple[Volume, ...]) -> SiteEvent | None:
    found = silence(volumes)
    if found is None:
        return None
    since = found.since.isoformat() if found.since else None
    detail = {"why": "nothing_new", "days": found.days, "usual_days": found.usual, "since": since}
    return SiteEvent(SiteEventKind.SILENT, found.reason(), detail)


def _not_read(volumes: tuple[Volume, ...], reason: Reason | None) -> SiteEvent | None:
    days = unread_days(volumes)
    if days < NIGHTS:
        return None
    why = Reason(GateReason.NO_RUN_PASSED, days=days, reason=reason)
    return SiteEvent(SiteEventKind.SILENT, why, {"why": "not_read", "days": days})


def _day(volume: Volume) -> date:
    return from_utc_text(volume.moment).astimezone(VIETNAM).date()
