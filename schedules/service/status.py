"""When each job runs next, and how it went: what `tinwatch schedule` shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schedules.service.jobs import Job
from storage.config import Settings
from storage.db.connection import Database
from storage.runs.job_history import JobRun, due_at, job_history


@dataclass(frozen=True, slots=True)
class Row:
    """`next_at` is without the chance delay (`jitter`, seconds); in the past: it is overdue."""

    job: Job
    next_at: datetime
    jitter: int
    last: JobRun | None


def timetable(db: Database, settings: Settings, jobs: list[Job], now: datetime) -> list[Row]:
    """The jobs by their next times."""
    rows = []
    for job in jobs:
        times = job.times(settings)
        at = job.next_time(settings, due_at(db, job.name), now)
        if times is None or at is None:
            continue
        last = next(iter(job_history(db, job.name, 1)), None)
        rows.append(Row(job, at, int(times.jitter.total_seconds()), last))
    return sorted(rows, key=lambda row: row.next_at)
