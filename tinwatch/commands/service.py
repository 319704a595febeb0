"""The service: tinwatch watch runs it, tinwatch schedule lists its jobs."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from typing import Any

from schedules.batch.log_file import log_to_file
from schedules.batch.processes import ProcessResult, run_process
from schedules.batch.signals import run_until_stopped
from schedules.service.jobs import Job, planned, utc_now
from schedules.service.scheduler import JobScheduler, RunJob
from schedules.service.status import JobStatus, job_statuses
from storage.db.connection import utc_text
from storage.home import Home, open_home
from storage.messages import describe
from storage.runs.job_history import JobOutcome, JobRun
from tinwatch.commands.lazy_loading import COMMANDS
from tinwatch.commands.options import HomeOption, JsonOption
from tinwatch.terminal.console import (
    err,
    exit_on_error,
    home_and_database,
    local_time,
    out,
    print_rows,
    safe,
)
from tinwatch.terminal.messages import gettext, label, reason_text, styled


def watch(home: HomeOption = None) -> None:
    """Run the service: the nightly batch and all other jobs at their times, until stopped."""
    with exit_on_error(home):
        opened = open_home(home)
        jobs = planned(opened.settings, COMMANDS)
        with opened.work_lock("watch"):
            opened.database().close()  # report an unusable database before any job
            log_to_file(opened)
            names = ", ".join(job.name for job in jobs)
            message = gettext("service of {folder} started: {jobs}", folder=opened.path, jobs=names)
            err.print(safe(message))
            hint = gettext("tinwatch schedule lists the times; Ctrl-C or SIGTERM stops the service")
            err.print(styled("dim", hint))
            run_until_stopped(JobScheduler(opened, jobs, in_process(opened)).serve)
            err.print(gettext("service stopped"))


def in_process(home: Home) -> RunJob:
    """Return a function that runs a job as a tinwatch process."""

    async def run(job: Job, stop: asyncio.Event) -> ProcessResult:
        command = [sys.executable, "-m", "tinwatch", *job.command, "--home", str(home.path)]
        return await run_process(command, job.time_limit, stop)

    return run


def schedule(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List the jobs of the service: the next run and the outcome of the last one."""
    with home_and_database(home) as (opened, db):
        rows = job_statuses(db, opened.settings, planned(opened.settings, COMMANDS), utc_now())
        running = opened.works("watch")
        print_rows(rows, as_json, partial(_json, running=running), _print)
        if not running and not as_json:
            not_running = styled("yellow", gettext("the service is not running:"))
            out.print(f"{not_running} tinwatch watch")


def _json(row: JobStatus, running: bool) -> dict[str, Any]:
    last = row.last
    return {
        "job": row.job.name,
        "does": row.job.description,
        "command": " ".join(("tinwatch", *row.job.command)),
        "next_at": utc_text(row.next_at),
        "jitter": row.jitter,
        "watched": running,
        "due_at": last and last.due_at,
        "started_at": last and last.started_at,
        "ended_at": last and last.ended_at,
        "outcome": last and last.outcome,
        "exit_code": last and last.exit_code,
        "detail": describe(last.detail) if last and last.detail else None,
        "detail_code": str(last.detail.code) if last and last.detail else None,
    }


def _print(row: JobStatus) -> None:
    when = local_time(utc_text(row.next_at))
    text = gettext("next {when}", when=when)
    if row.jitter:
        text += " " + gettext("(up to {minutes} min later)", minutes=row.jitter // 60)
    if row.next_at <= utc_now():
        text += " " + styled("yellow", gettext("overdue"))
    out.print(f"[bold]{row.job.name:<8}[/] {text}  [dim]{gettext(row.job.description)}[/]")
    last = gettext("last {when}", when=_last(row.last))
    out.print(f"{'':<8} {last}")


def _last(run: JobRun | None) -> str:
    if run is None:
        return styled("dim", gettext("never"))
    outcome = gettext("running") if run.outcome is None else label("job_outcome", run.outcome)
    if run.outcome not in (None, JobOutcome.OK):
        outcome = styled("yellow", outcome)
    detail = f": {safe(reason_text(run.detail))}" if run.detail else ""
    return f"{local_time(run.started_at)} {outcome}{detail}"
