"""The service, and what it has done and will do: watch, schedule."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from schedules.batch.log_file import log_to
from schedules.batch.processes import Ended, run_process
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
    errors_in_words,
    home_and_database,
    local_time,
    out,
    print_json,
    safe,
)

SHOWN = {None: "runs", JobOutcome.OK: "ok"}  # other outcomes are shown in yellow


def watch(home: HomeOption = None) -> None:
    """Run the service: the nightly batch and all other jobs at their times, until stopped."""
    with errors_in_words():
        place = open_home(home)
        jobs = planned(place.settings, COMMANDS)
        with place.work_lock("watch"):
            place.database().close()  # one that cannot be opened is said before anything begins
            log_to(place)
            err.print(f"watching into {place.path}: {', '.join(job.name for job in jobs)}")
            err.print("[dim]tinwatch schedule shows when; Ctrl-C or SIGTERM ends it[/]")
            run_until_stopped(JobScheduler(place, jobs, in_process(place)).serve)
            err.print("ended in good order")


def in_process(home: Home) -> RunJob:
    """Runs a job as the tinwatch command that it is."""

    async def run(job: Job, stop: asyncio.Event) -> Ended:
        command = [sys.executable, "-m", "tinwatch", *job.command, "--home", str(home.path)]
        return await run_process(command, job.time_limit, stop)

    return run


def schedule(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List the jobs of the service: the next run and the outcome of the last one."""
    with home_and_database(home) as (place, db):
        rows = job_statuses(db, place.settings, planned(place.settings, COMMANDS), utc_now())
        watched = place.works("watch")
        for row in rows:
            if as_json:
                print_json(_json(row, watched))
            else:
                _print(row)
        if not watched and not as_json:
            out.print("[yellow]nobody runs them now:[/] tinwatch watch")


def _json(row: JobStatus, watched: bool) -> dict[str, Any]:
    last = row.last
    return {
        "job": row.job.name,
        "does": row.job.description,
        "command": " ".join(("tinwatch", *row.job.command)),
        "next_at": utc_text(row.next_at),
        "jitter": row.jitter,
        "watched": watched,
        "due_at": last and last.due_at,
        "started_at": last and last.started_at,
        "ended_at": last and last.ended_at,
        "outcome": last and last.outcome,
        "exit_code": last and last.exit_code,
        "detail": describe(last.detail) if last and last.detail else None,
        "detail_code": str(last.detail.code) if last and last.detail else None,
    }


def _print(row: JobStatus) -> None:
    later = f" (up to {row.jitter // 60} min later)" if row.jitter else ""
    overdue = " [yellow]overdue[/]" if row.next_at <= utc_now() else ""
    when = local_time(utc_text(row.next_at))
    out.print(
        f"[bold]{row.job.name:<8}[/] next {when}{later}{overdue}  [dim]{row.job.description}[/]"
    )
    out.print(f"{'':<8} last {_last(row.last)}")


def _last(run: JobRun | None) -> str:
    if run is None:
        return "[dim]never[/]"
    said = SHOWN.get(run.outcome, f"[yellow]{run.outcome}[/]")
    detail = f": {safe(describe(run.detail))}" if run.detail else ""
    return f"{local_time(run.started_at)} {said}{detail}"
