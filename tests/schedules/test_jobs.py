"""When jobs are due, and settings that say it wrongly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.service.jobs import JOBS, Job, planned
from storage.config import PollMinutes, Settings
from storage.home import open_home
from storage.messages.reasons_batch import BatchReason
from storage.reasons import Reason
from storage.runs.job_history import (
    JobOutcome,
    due_at,
    end_job_run,
    job_history,
    plan_job,
    take_job,
)
from storage.timezone import VIETNAM
from tinwatch.commands.lazy_loading import COMMANDS, load

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=VIETNAM)  # a Wednesday
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
EVERY = Settings(poll_minutes=60)


def job(name: str) -> Job:
    (found,) = (job for job in JOBS if job.name == name)
    return found


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("night", "2026-03-05T01:30:00+07:00"),
        ("digest", "2026-03-05T07:00:00+07:00"),
        ("backup", "2026-03-08T05:00:00+07:00"),
        ("deep", "2026-04-01T09:00:00+07:00"),
        ("domains", "2026-03-09T10:00:00+07:00"),
        ("poll", "2026-03-04T13:00:00+07:00"),
        ("alerts", "2026-03-04T12:05:00+07:00"),
    ],
)
def test_the_usual_times(name: str, at: str) -> None:
    found = job(name).next_time(EVERY, None, NOON)
    assert found is not None
    assert found.isoformat() == at


def test_what_was_missed_is_overdue() -> None:
    night = job("night")
    assert night.next_time(EVERY, NOON - timedelta(days=3), NOON) == NOON.replace(
        day=2, hour=1, minute=30
    )


def test_a_time_far_ahead_comes_from_a_clock_that_was_wrong() -> None:
    night = job("night")
    soon = NOON.replace(day=5, hour=1, minute=30)
    assert night.next_time(EVERY, NOON + timedelta(days=400), NOON) == soon
    # but a night that was run before the clock was set back is not run again
    assert night.next_time(EVERY, soon, NOON) == soon + timedelta(days=1)


@given(MOMENTS, MOMENTS, st.sampled_from(JOBS))
def test_no_time_is_taken_twice_or_passed_by(due: datetime, now: datetime, one: Job) -> None:
    found = one.next_time(EVERY, due, now)
    times = one.times(EVERY)
    assert found is not None
    assert times is not None
    start = due if due <= now + times.period else now
    assert start < found <= start + times.period
    assert times.after(found - timedelta(seconds=1)) == found
    assert one.next_time(EVERY, found, max(now, found)) > found  # type: ignore[operator]


@pytest.mark.parametrize("minutes", get_args(PollMinutes)[1:])
def test_polls_part_the_day_evenly(minutes: int) -> None:
    settings = Settings(poll_minutes=minutes)
    found, moments = NOON, []
    while found < NOON + timedelta(days=1):
        found = job("poll").next_time(settings, found, found) or NOON
        moments.append(found)
    assert {b - a for a, b in pairwise(moments)} <= {timedelta(minutes=minutes)}
    assert moments[0] - NOON == timedelta(minutes=minutes)


def test_what_is_off_or_not_there_is_not_planned() -> None:
    off = Settings(night_at="", backup_at="", digest_at="", alert_minutes=0)
    assert [j.name for j in planned(off, COMMANDS)] == ["deep", "domains"]
    assert [j.name for j in planned(Settings(), ["nightly"])] == ["night", "deep"]


def test_every_job_is_a_command_with_its_options() -> None:
    for one in planned(EVERY, COMMANDS):
        known = {o for p in load(one.command[0]).params for o in p.opts}
        assert {word for word in one.command if word.startswith("--")} <= known


def test_what_was_done_is_remembered(tmp_path: Path) -> None:
    db = open_home(tmp_path).database()
    plan_job(db, "night", NOON)
    assert due_at(db, "night") == NOON
    assert due_at(db, "digest") is None
    run = take_job(db, "night", NOON + timedelta(hours=1), NOON + timedelta(hours=2))
    reason = Reason(BatchReason.EXIT_CODE, exit_code=1)
    end_job_run(db, run, NOON + timedelta(hours=3), JobOutcome.PROBLEMS, 1, reason)
    assert due_at(db, "night") == NOON + timedelta(hours=1)
    (known,) = job_history(db, "night", 5)
    assert (known.outcome, known.exit_code, known.ended_at, known.detail) == (
        JobOutcome.PROBLEMS, 1, "2026-03-04T08:00:00Z", reason,
    )  # fmt: skip
