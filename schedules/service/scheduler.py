"""The job scheduler: runs each job at its times as a process of its own.

APScheduler computes the fire times, waits for them, coalesces missed ones and skips those that are
too late. Its jobs are kept in memory; what a restart needs is in the tables `jobs` and `job_runs`
(storage/runs/job_history.py): each write is one short transaction of our own connection, while
APScheduler's SQLAlchemyJobStore would add pickled rows that no migration knows.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from typing import Any

from apscheduler.events import EVENT_JOB_MISSED, EVENT_JOB_SUBMITTED
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from schedules.batch.processes import ProcessResult, StopCause
from schedules.service.jobs import Job, utc_now
from storage.db.connection import Database, DatabaseError, from_utc_text
from storage.home import Home, HomeError
from storage.messages import describe
from storage.messages.reasons_batch import BatchReason, exception_reason
from storage.reasons import Reason
from storage.runs.job_history import (
    TO_RESUME,
    JobOutcome,
    begin_job_run,
    done_up_to,
    end_job_run,
    job_history,
    mark_interrupted,
    set_done_up_to,
)
from storage.timezone import VIETNAM

logger = logging.getLogger(__name__)
RunJob = Callable[[Job, asyncio.Event], Awaitable[ProcessResult]]
WAKEUP_SECONDS = 30.0  # timers stand still while a machine sleeps, the clock does not
MAX_INTERRUPTIONS = 3  # in a row; a job that was interrupted so often is not resumed at a restart
STOPPED_OUTCOMES = {
    StopCause.STOPPED: JobOutcome.STOPPED,
    StopCause.TIME_LIMIT: JobOutcome.TIMED_OUT,
}


class JobScheduler:
    """Runs the jobs at their times. The caller holds the home's work lock "watch"."""

    def __init__(
        self, home: Home, jobs: list[Job], run: RunJob, now: Callable[[], datetime] = utc_now
    ) -> None:
        self.home = home
        self.jobs = {job.name: job for job in jobs}
        self.run = run
        self.now = now
        self.stopping = asyncio.Event()
        self.scheduler = AsyncIOScheduler(
            timezone=VIETNAM, job_defaults={"coalesce": True, "max_instances": 1}
        )
        self.scheduler.add_listener(self._on_submitted, EVENT_JOB_SUBMITTED)
        self.scheduler.add_listener(self._on_missed, EVENT_JOB_MISSED)
        self.running: set[asyncio.Task[Any]] = set()
        self._run_ids: dict[str, int] = {}  # job name: its row in job_runs that has no outcome yet
        self._writes: list[Callable[[Database], None]] = []  # that the database has not taken yet
        self._crawling = asyncio.Lock()

    async def serve(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set, then stop the running jobs gracefully and wait for them."""
        self.stopping = stop
        # SQLite checkpoints and deletes the WAL file when the last connection closes, and locks
        # out others meanwhile. One connection that stays open prevents that.
        with closing(self.home.database()):
            self.start()
            while not stop.is_set():
                self.scheduler.wakeup()
                self._write()
                try:
                    await asyncio.wait_for(stop.wait(), WAKEUP_SECONDS)
                except TimeoutError:
                    continue
            self.scheduler.pause()
            await asyncio.sleep(0)  # lets jobs that were just submitted store that they did not run
            await asyncio.gather(*self.running, return_exceptions=True)
            self._write()
            self.scheduler.shutdown()

    def start(self) -> None:
        """Start; resume the jobs that were interrupted when the service last ended."""
        now = self.now()
        with closing(self.home.database()) as db:
            mark_interrupted(db, now)
            for job in self.jobs.values():
                schedule = job.schedule(self.home.settings)
                assert schedule is not None, f"{job.name} is switched off but scheduled"
                if done_up_to(db, job.name) is None:
                    set_done_up_to(db, job.name, now)
                self.scheduler.add_job(
                    self._run_job, schedule.trigger(), args=[job], id=job.name, name=job.name,
                    next_run_time=self._first_run_time(db, job, now),
                    misfire_grace_time=int(job.grace.total_seconds()),
                )  # fmt: skip
        self.scheduler.start()

    def _first_run_time(self, db: Database, job: Job, now: datetime) -> datetime:
        """The first fire time that is not done.

        If it is past, APScheduler runs the job at once, or reports it as missed if it is later than
        the job's grace.
        """
        due = self._interrupted_at(db, job)
        if due is not None:
            return min(due, now)
        schedule, done = job.schedule(self.home.settings), done_up_to(db, job.name)
        assert schedule is not None
        assert done is not None
        return schedule.next_after(min(done, now), jitter=True)  # now: if the clock was set back

    def _interrupted_at(self, db: Database, job: Job) -> datetime | None:
        """The fire time of the job's last run if it was interrupted and must be resumed."""
        runs = job_history(db, job.name, MAX_INTERRUPTIONS)
        if not runs or runs[0].outcome not in TO_RESUME:
            return None
        if [run.outcome for run in runs] == [JobOutcome.INTERRUPTED] * MAX_INTERRUPTIONS:
            logger.error("%s was interrupted %d times in a row: not resumed", job.name, len(runs))
            return None
        return from_utc_text(runs[0].due_at)

    def _on_submitted(self, event: Any) -> None:
        """Store the fire time as done, before the job runs or is found to be too late."""
        due: datetime = event.scheduled_run_times[-1]
        now = self.now()

        def begin(db: Database) -> None:
            self._run_ids[event.job_id] = begin_job_run(db, event.job_id, due.astimezone(UTC), now)

        self._write(begin)

    def _on_missed(self, event: Any) -> None:
        logger.warning("%s was missed at %s", event.job_id, event.scheduled_run_time)
        self._end(event.job_id, JobOutcome.MISSED, None, Reason(BatchReason.JOB_TOO_LATE))

    async def _run_job(self, job: Job) -> None:
        """Run a job and store its outcome. An error of a job does not end the service."""
        task = asyncio.current_task()
        assert task is not None
        self.running.add(task)
        try:
            async with AsyncExitStack() as turn:
                if job.crawls:
                    await turn.enter_async_context(self._crawling)
                if self.stopping.is_set():
                    self._end(
                        job.name, JobOutcome.STOPPED, None, Reason(BatchReason.JOB_NOT_STARTED)
                    )
                    return
                ended = await self.run(job, self.stopping)
            self._end(job.name, _outcome(ended), ended.exit_code, _detail(ended))
        except Exception as error:
            logger.exception("%s broke", job.name)
            self._end(job.name, JobOutcome.FAILED, None, exception_reason(error))
        finally:
            self.running.discard(task)

    def _end(self, job: str, outcome: JobOutcome, code: int | None, detail: Reason | None) -> None:
        now = self.now()
        self._write(lambda db: end_job_run(db, self._run_ids[job], now, outcome, code, detail))
        logger.info("%s: %s %s", job, outcome, describe(detail) if detail else "")

    def _write(self, *writes: Callable[[Database], None]) -> None:
        """Write to the database, in order; what fails is tried again at the next wakeup."""
        self._writes += writes
        try:
            while self._writes:
                with closing(self.home.database()) as db:
                    self._writes[0](db)
                self._writes.pop(0)
        except (sqlite3.DatabaseError, DatabaseError, HomeError) as error:
            logger.warning(
                "%d facts about jobs wait for the database: %s", len(self._writes), error
            )


def _outcome(ended: ProcessResult) -> JobOutcome:
    if ended.stop_cause is not None:
        return STOPPED_OUTCOMES[ended.stop_cause]
    outcomes = {0: JobOutcome.OK, 1: JobOutcome.PROBLEMS}
    return outcomes.get(ended.exit_code, JobOutcome.FAILED)


def _detail(ended: ProcessResult) -> Reason | None:
    return None if ended.exit_code == 0 and ended.stop_cause is None else ended.reason
