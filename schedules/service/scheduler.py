"""The service: it waits for the times of its jobs and runs each as a process of its own.

APScheduler waits; what it must remember is ours (storage/runs/job_history.py). Its own store in
a database,
SQLAlchemyJobStore, would write through a second library, with pickled rows that no migration
knows and transactions that take the write lock late, which is how "database is locked" comes
about. Here each write is one short transaction that takes the lock at once and waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.events import EVENT_JOB_MISSED, EVENT_JOB_SUBMITTED
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from schedules.batch.processes import Ended
from schedules.service.jobs import Job, utc_now
from storage.db.connection import from_utc_text
from storage.home import Home
from storage.messages import describe
from storage.messages.reasons_batch import BatchReason, exception_reason
from storage.reasons import Reason
from storage.runs.job_history import (
    TO_RESUME,
    JobOutcome,
    due_at,
    end_job_run,
    job_history,
    mark_interrupted,
    plan_job,
    take_job,
)
from storage.timezone import VIETNAM

logger = logging.getLogger(__name__)
Run = Callable[[Job, asyncio.Event], Awaitable[Ended]]
BEAT = 30.0  # seconds after which it looks at the clock again, which may have been set
SET_BACK = timedelta(seconds=5)  # a clock that went back by more was set
TRIES = 3  # a job that was interrupted so often in a row is not taken up again before its time


class Watch:
    """Runs the jobs at their times. The caller holds the home's lock "watch"."""

    def __init__(
        self, home: Home, jobs: list[Job], run: Run, now: Callable[[], datetime] = utc_now
    ) -> None:
        self.home = home
        self.jobs = {job.name: job for job in jobs}
        self.run = run
        self.now = now
        self.stopping = asyncio.Event()
        self.scheduler = AsyncIOScheduler(timezone=VIETNAM)
        self.scheduler.add_listener(self._on_submitted, EVENT_JOB_SUBMITTED)
        self.scheduler.add_listener(self._on_missed, EVENT_JOB_MISSED)
        self._taken: dict[str, int] = {}  # job: its run that was begun and has not ended
        self._again: dict[str, datetime] = {}  # job that was cut off: the time it was due
        self._busy: set[asyncio.Task[Any]] = set()
        self._crawling = asyncio.Lock()
        self._last_beat = now()

    async def serve(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then what runs is stopped in good order and waited for."""
        self.stopping = stop
        # While one connection is open, SQLite never cleans up behind the last one, for which it
        # would lock out others for as long as the clean-up takes.
        with closing(self.home.database()):
            await self._serve()

    async def _serve(self) -> None:
        self.start()
        while not self.stopping.is_set():
            self.beat()
            try:
                await asyncio.wait_for(self.stopping.wait(), BEAT)
            except TimeoutError:
                continue
        self.scheduler.pause()
        await asyncio.sleep(0)  # what was submitted a moment ago begins, and says that it is not
        await asyncio.gather(*self._busy, return_exceptions=True)
        self.scheduler.shutdown()

    def start(self) -> None:
        """Takes up where the last service ended, however that was."""
        now = self.now()
        with closing(self.home.database()) as db:
            mark_interrupted(db, now)
            for job in self.jobs.values():
                if due_at(db, job.name) is None:
                    plan_job(db, job.name, now)
                times = job.times(self.home.settings)
                assert times is not None, f"{job.name} is switched off and not planned"
                again = self._cut_off(job, now)
                if again is not None:
                    self._again[job.name] = again
                self.scheduler.add_job(
                    self._do, times.trigger(), args=[job], id=job.name, name=job.name,
                    next_run_time=now if again else self._next(job, now),
                    misfire_grace_time=int(job.grace.total_seconds()), coalesce=True,
                    max_instances=1,
                )  # fmt: skip
        self.scheduler.start()

    def beat(self) -> None:
        """Looks at the clock: a clock that was set forward wakes jobs, one set back moves them."""
        now = self.now()
        if now < self._last_beat - SET_BACK:
            logger.warning("the clock was set back from %s to %s", self._last_beat, now)
            for job in self.jobs.values():
                self.scheduler.modify_job(job.name, next_run_time=self._next(job, now))
        self._last_beat = now
        self.scheduler.wakeup()

    def _next(self, job: Job, now: datetime) -> datetime | None:
        """With the trigger's jitter, unless it is overdue."""
        with closing(self.home.database()) as db:
            found = job.next_time(self.home.settings, due_at(db, job.name), now)
        if found is None or found <= now:
            return found
        times = job.times(self.home.settings)
        assert times is not None
        late: datetime = times.trigger().get_next_fire_time(None, found)
        return late

    def _cut_off(self, job: Job, now: datetime) -> datetime | None:
        """When the job was due, where its last run was cut off and is to be taken up again."""
        with closing(self.home.database()) as db:
            runs = job_history(db, job.name, TRIES)
        if not runs or runs[0].outcome not in TO_RESUME:
            return None
        due = from_utc_text(runs[0].due_at)
        if len(runs) == TRIES and all(run.outcome == JobOutcome.INTERRUPTED for run in runs):
            logger.error("%s was interrupted %d times in a row: not taken up", job.name, TRIES)
            return None
        return due if abs(now - due) <= job.grace else None

    def _on_submitted(self, event: Any) -> None:
        """APScheduler has given a job to be run: its time is taken care of from here on.

        It may still find that it is too late for it; what runs begins only after this.
        """
        job, now = self.jobs[event.job_id], self.now()
        due = self._again.pop(job.name, None)
        taken_up = due is not None
        if due is None:
            due = event.scheduled_run_times[-1].astimezone(UTC)
        with closing(self.home.database()) as db:
            self._taken[job.name] = take_job(db, job.name, due, now)
        if taken_up:
            self.scheduler.modify_job(job.name, next_run_time=self._next(job, now))

    def _on_missed(self, event: Any) -> None:
        logger.warning("%s was missed at %s", event.job_id, event.scheduled_run_time)
        self._end(event.job_id, JobOutcome.MISSED, None, Reason(BatchReason.JOB_TOO_LATE))

    async def _do(self, job: Job) -> None:
        """One run of a job; whatever goes wrong is noted, and never ends the service."""
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
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
            self._end(job.name, _outcome(ended), ended.code, _detail(ended))
        except Exception as error:
            logger.exception("%s broke", job.name)
            self._end(job.name, JobOutcome.FAILED, None, exception_reason(error))
        finally:
            self._busy.discard(task)

    def _end(self, job: str, outcome: JobOutcome, code: int | None, detail: Reason | None) -> None:
        with closing(self.home.database()) as db:
            end_job_run(db, self._taken.pop(job), self.now(), outcome, code, detail)
        logger.info("%s: %s %s", job, outcome, describe(detail) if detail else "")


def _outcome(ended: Ended) -> JobOutcome:
    if ended.why:
        return JobOutcome.STOPPED if ended.why == "stopped" else JobOutcome.TIMED_OUT
    outcomes = {0: JobOutcome.OK, 1: JobOutcome.PROBLEMS}
    return outcomes.get(ended.code, JobOutcome.FAILED)


def _detail(ended: Ended) -> Reason | None:
    return None if ended.code == 0 and not ended.why else ended.reason
