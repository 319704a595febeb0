"""Runs of the service's jobs, and the fire time up to which each job is done.

The next fire time is not stored: it follows from `jobs.due_at` and the settings, so a changed
setting holds at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from storage.db.connection import from_utc_text, transaction, utc_text
from storage.reasons import Reason


class JobOutcome(StrEnum):
    """How a run of a job ended; docs/service.md explains each."""

    OK = "ok"  # exit code 0
    PROBLEMS = "problems"  # exit code 1
    FAILED = "failed"  # another exit code
    TIMED_OUT = "timed_out"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    MISSED = "missed"


TO_RESUME = (JobOutcome.STOPPED, JobOutcome.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run of a job. Times are UTC text; `outcome` is None while it runs."""

    id: int
    job: str
    due_at: str
    started_at: str
    ended_at: str | None
    outcome: JobOutcome | None
    exit_code: int | None
    detail: Reason | None


def done_up_to(db: Database, job: str) -> datetime | None:
    """The fire times of the job up to this moment are done; None if it was never scheduled."""
    row = db.execute("SELECT due_at FROM jobs WHERE name = ?", [job]).fetchone()
    return from_utc_text(row[0]) if row else None


def set_done_up_to(db: Database, job: str, moment: datetime) -> None:
    """Fire times of the job after `moment` count."""
    with transaction(db):
        _set_done_up_to(db, job, moment)


def begin_job_run(db: Database, job: str, due: datetime, now: datetime) -> int:
    """Stores the start of a run for the fire time `due`, and that this is done. Returns its id."""
    with transaction(db):
        _set_done_up_to(db, job, due)
        cursor = db.execute(
            "INSERT INTO job_runs (job, due_at, started_at) VALUES (?, ?, ?)",
            [job, utc_text(due), utc_text(now)],
        )
        return int(cursor.lastrowid or 0)


def _set_done_up_to(db: Database, job: str, moment: datetime) -> None:
    db.execute(
        "INSERT INTO jobs VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at",
        [job, utc_text(moment)],
    )


def end_job_run(
    db: Database,
    run: int,
    now: datetime,
    outcome: JobOutcome,
    exit_code: int | None = None,
    detail: Reason | None = None,
) -> None:
    with transaction(db):
        db.execute(
            "UPDATE job_runs SET ended_at = ?, outcome = ?, exit_code = ?, detail = ? WHERE id = ?",
            [utc_text(now), outcome, exit_code, detail and detail.to_json(), run],
        )


def mark_interrupted(db: Database, now: datetime) -> None:
    """Ends the runs without an outcome. The caller holds the lock "watch", so none is running."""
    with transaction(db):
        db.execute(
            "UPDATE job_runs SET ended_at = ?, outcome = 'interrupted' WHERE outcome IS NULL",
            [utc_text(now)],
        )


def job_history(db: Database, job: str, most: int) -> list[JobRun]:
    """The job's newest runs, newest first."""
    rows = db.query("SELECT * FROM job_runs WHERE job = ? ORDER BY id DESC LIMIT ?", [job, most])
    return [_job_run(row) for row in rows]


def _job_run(row: dict[str, Any]) -> JobRun:
    outcome = JobOutcome(row["outcome"]) if row["outcome"] else None
    detail = Reason.from_json(row["detail"]) if row["detail"] else None
    return JobRun(**{**row, "outcome": outcome, "detail": detail})
