"""The jobs of the service. Each is a tinwatch command that runs in its own process."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

from storage.config import Settings
from storage.reasons import gettext_noop
from storage.timezone import VIETNAM

DAY = timedelta(days=1)
NIGHTLY_GRACE = timedelta(hours=20)  # later than that, the next nightly batch is near enough


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a job runs: fields of a cron line in Vietnam time, and the longest random delay."""

    cron: dict[str, str]
    max_delay_seconds: int = 0

    def trigger(self, *, jitter: bool = True) -> CronTrigger:
        seconds = self.max_delay_seconds if jitter else 0
        return CronTrigger(**self.cron, timezone=VIETNAM, jitter=seconds or None)

    def next_after(self, moment: datetime, *, jitter: bool = False) -> datetime:
        """The first fire time after `moment`, with the random delay if `jitter`."""
        start = moment.astimezone(VIETNAM) + timedelta(microseconds=1)
        fire_time: datetime = self.trigger(jitter=jitter).get_next_fire_time(None, start)
        return fire_time


@dataclass(frozen=True, slots=True)
class Job:
    """A tinwatch command that runs at fixed times.

    Attributes:
        description: what the job does, for a person
        command: the words after `tinwatch`
        schedule: from the settings; None if they switch the job off
        grace: a run that would start later than this after its time counts as missed
        time_limit: a run that takes longer is ended
        crawls: it sends requests to sites; such jobs run one at a time
    """

    name: str
    description: str
    command: tuple[str, ...]
    schedule: Callable[[Settings], Schedule | None]
    grace: timedelta
    time_limit: timedelta
    crawls: bool = False


def _at(
    setting: str, delay_minutes: int = 0, day_of_week: str = "*"
) -> Callable[[Settings], Schedule | None]:
    """Daily, or weekly, at the time of day in a setting; an empty setting switches the job off."""

    def schedule(settings: Settings) -> Schedule | None:
        text: str = getattr(settings, setting)
        if not text:
            return None
        hour, minute = text.split(":")
        cron = {"day_of_week": day_of_week, "hour": hour, "minute": minute}
        return Schedule(cron, 60 * delay_minutes)

    return schedule


def _every(setting: str, delay_minutes: int = 0) -> Callable[[Settings], Schedule | None]:
    """At the interval of a setting in minutes; 0 switches the job off."""

    def schedule(settings: Settings) -> Schedule | None:
        minutes: int = getattr(settings, setting)
        if not minutes:
            return None
        by_minute = {"minute": f"*/{minutes}"}
        by_hour = {"hour": f"*/{minutes // 60}", "minute": "0"}
        return Schedule(by_minute if minutes < 60 else by_hour, 60 * delay_minutes)

    return schedule


def _fixed(delay_minutes: int, **cron: str) -> Callable[[Settings], Schedule]:
    return lambda settings: Schedule(cron, 60 * delay_minutes)


_NIGHTLY = ("nightly", "--isolate")
JOBS = (
    Job(
        "night", gettext_noop("crawl all sites, evaluate the runs and publish"),
        (*_NIGHTLY, "--resume"), _at("night_at", 10), NIGHTLY_GRACE, timedelta(hours=20), True,
    ),
    Job(
        "poll", gettext_noop("check listings and due articles between nightly batches"), _NIGHTLY,
        _every("poll_minutes", 1), timedelta(minutes=15), timedelta(hours=6), True,
    ),
    Job(
        "alerts", gettext_noop("send immediate alerts, and those that failed"), ("alert",),
        _every("alert_minutes"), timedelta(minutes=5), timedelta(minutes=30),
    ),
    Job(
        "digest", gettext_noop("send the morning digest"), ("alert", "--digest"),
        _at("digest_at"), timedelta(hours=8), timedelta(hours=1),
    ),
    Job(
        "backup", gettext_noop("back up the database and the captures"), ("backup",),
        _at("backup_at", 5, "sun"), 5 * DAY, timedelta(hours=12),
    ),
    Job(
        "deep", gettext_noop("read every page of the listings"), (*_NIGHTLY, "--full"),
        _fixed(30, day="1", hour="9", minute="0"), 20 * DAY,
        timedelta(hours=16), True,  # it ends before the nightly batch starts
    ),
    Job(
        "domains", gettext_noop("check where the retired domains redirect"), ("domains",),
        _fixed(30, day_of_week="mon", hour="10", minute="0"), 5 * DAY, timedelta(hours=2), True,
    ),
)  # fmt: skip


def planned(settings: Settings, commands: Collection[str]) -> list[Job]:
    """The jobs that are switched on and whose command is among `commands`."""
    existing = [job for job in JOBS if job.command[0] in commands]
    return [job for job in existing if job.schedule(settings) is not None]


def utc_now() -> datetime:
    return datetime.now(UTC)
