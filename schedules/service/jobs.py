"""The jobs of the service. A job is a tinwatch command, run as a process of its own.

A job is one entry of JOBS: what it runs, when, and how late it may still be made up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

from storage.config import Settings
from storage.timezone import VIETNAM

DAY = timedelta(days=1)
NIGHTS_GRACE = timedelta(hours=20)  # later, the next night is near enough


@dataclass(frozen=True, slots=True)
class Times:
    """When a job is due: the words of a cron line; `jitter`: up to so much later, by chance.

    `period` is the longest time between two of them.
    """

    period: timedelta
    jitter: timedelta
    cron: dict[str, str]

    def trigger(self) -> CronTrigger:
        jitter = int(self.jitter.total_seconds()) or None
        return CronTrigger(**self.cron, timezone=VIETNAM, jitter=jitter)

    def after(self, moment: datetime) -> datetime:
        """The first time after this moment, without the jitter. In Vietnam's time."""
        bare = CronTrigger(**self.cron, timezone=VIETNAM)
        found: datetime = bare.get_next_fire_time(None, moment + timedelta(microseconds=1))
        return found


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    said: str  # what it does, for a person
    command: tuple[str, ...]  # words behind `tinwatch`
    times: Callable[[Settings], Times | None]  # None: the settings switch it off
    grace: timedelta  # so late it is still run; later it counts as missed
    limit: timedelta  # so long it may run
    crawls: bool = False  # asks sites: one such job at a time

    def next_time(self, settings: Settings, due: datetime | None, now: datetime) -> datetime | None:
        """When it is to run next; in the past where it is overdue. None where it is off.

        due: up to when its times are taken care of (storage.runs.job_history.due_at). One that
        lies further
        ahead than the job's period comes from a clock that was wrong, and is not believed.
        """
        times = self.times(settings)
        if times is None:
            return None
        believed = due is not None and due <= now + times.period
        return times.after(due if believed and due is not None else now)


def _at(
    setting: str, jitter: timedelta, day_of_week: str = "*"
) -> Callable[[Settings], Times | None]:
    """At the time of day that a setting names; each day, or on one day of the week."""

    def times(settings: Settings) -> Times | None:
        text: str = getattr(settings, setting)
        if not text:
            return None
        hour, minute = text.split(":")
        cron = {"day_of_week": day_of_week, "hour": hour, "minute": minute}
        return Times(DAY if day_of_week == "*" else 7 * DAY, jitter, cron)

    return times


def _polls(settings: Settings) -> Times | None:
    minutes = settings.poll_minutes
    if not minutes:
        return None
    hourly = {"minute": f"*/{minutes}"} if minutes < 60 else {"hour": f"*/{minutes // 60}"}
    whole = {"minute": "0"} | hourly
    return Times(timedelta(minutes=minutes), timedelta(minutes=1), whole)


def _alerts(settings: Settings) -> Times | None:
    minutes = settings.alert_minutes
    if not minutes:
        return None
    return Times(timedelta(minutes=minutes), timedelta(0), {"minute": f"*/{minutes}"})


def _monthly(settings: Settings) -> Times:
    return Times(31 * DAY, timedelta(minutes=30), {"day": "1", "hour": "9", "minute": "0"})


def _mondays(settings: Settings) -> Times:
    cron = {"day_of_week": "mon", "hour": "10", "minute": "0"}
    return Times(7 * DAY, timedelta(minutes=30), cron)


_NIGHT = ("nightly", "--isolate")
JOBS = (
    Job(
        "night", "crawl every site, judge and publish", (*_NIGHT, "--resume"),
        _at("night_at", timedelta(minutes=10)), NIGHTS_GRACE, timedelta(hours=20), True,
    ),
    Job(
        "poll", "look at the listings between nights, and at what is due again", _NIGHT,
        _polls, timedelta(minutes=15), timedelta(hours=6), True,
    ),
    Job(
        "alerts", "send what is to be told at once, and what did not arrive yet", ("alert",),
        _alerts, timedelta(minutes=5), timedelta(minutes=30),
    ),
    Job(
        "digest", "send the morning's digest", ("alert", "--digest"),
        _at("digest_at", timedelta(0)), timedelta(hours=8), timedelta(hours=1),
    ),
    Job(
        "backup", "back up the database and the captures", ("backup",),
        _at("backup_at", timedelta(minutes=5), "sun"), 5 * DAY, timedelta(hours=12),
    ),
    Job(
        "deep", "read all pages of the listings, past what is known", (*_NIGHT, "--full"),
        _monthly, 20 * DAY, timedelta(hours=16), True,  # it ends before the night
    ),
    Job(
        "domains", "ask where the retired domains of the sites lead", ("domains",),
        _mondays, 5 * DAY, timedelta(hours=2), True,
    ),
)  # fmt: skip


def planned(settings: Settings, commands: Collection[str]) -> list[Job]:
    """The jobs that are on and whose command exists.

    commands: those that this tinwatch has; a job whose command is not among them is not there.
    """
    found = [job for job in JOBS if job.command[0] in commands]
    return [job for job in found if job.times(settings) is not None]


def utc_now() -> datetime:
    return datetime.now(UTC)
