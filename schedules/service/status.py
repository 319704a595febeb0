"""The next run and the last outcome of each job, as `tinwatch schedule` shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schedules.service.jobs import Job
from storage.config import Settings
from storage.db.connection import Database
from storage.runs.job_history import JobRun, done_up_to, job_history


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job's next fire time and its last run.

    Attributes:
        next_at: without the random delay; in the past if the job is overdue
        jitter: the longest random delay, in seconds
        last: the newest run, or None if there was none
    """

    job: Job
    next_at: datetime
    jitter: int
    last: JobRun | None


def job_statuses(
    db: Database, settings: Settings, jobs: list[Job], now: datetime
) -> list[JobStatus]:
    """The jobs that are switched on, by their next fire time."""
    statuses = []
    for job in jobs:
        schedule = job.schedule(settings)
        if schedule is None:
            continue
        next_at = schedule.next_after(min(done_up_to(db, job.name) or now, now))
        last = next(iter(job_history(db, job.name, 1)), None)
        statuses.append(JobStatus(job, next_at, schedule.max_delay_seconds, last))
    return sorted(statuses, key=lambda status: status.next_at)
