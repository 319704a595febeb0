"""Fire times of the jobs, and invalid settings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.service.jobs import JOBS, Job, Schedule, planned
from storage.config import PollMinutes, Settings
from storage.home import open_home
from storage.messages.reasons_batch import BatchReason
from storage.reasons import Reason
from storage.runs.job_history import (
    JobOutcome,
    begin_job_run,
    done_up_to,
    end_job_run,
    job_history,
    set_done_up_to,
)
from storage.timezone import VIETNAM
from tinwatch.commands.lazy_loading import COMMANDS, load

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=VIETNAM)  # a Wednesday
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
EVERY = Settings(poll_minutes=60)


def schedule(name: str, settings: Settings = EVERY) -> Schedule:
    (found,) = (job.schedule(settings) for job in JOBS if job.name == name)
    assert found is not None
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
def test_default_times(name: str, at: str) -> None:
    assert schedule(name).next_after(NOON).isoformat() == at


@given(MOMENTS, st.sampled_from(JOBS))
def test_fire_times_increase(moment: datetime, one: Job) -> None:
    times = one.schedule(EVERY)
    assert times is not None
    found = times.next_after(moment)
    assert moment < found
    assert times.next_after(found - timedelta(seconds=1)) == found
    late = times.next_after(moment, jitter=True)
    assert found <= late <= found + timedelta(seconds=times.max_delay_seconds)
    assert times.next_after(late) > late


@pytest.mark.parametrize("minutes", get_args(PollMinutes)[1:])
def test_polls_divide_the_day_evenly(minutes: int) -> None:
    found, moments = NOON, []
    while found < NOON + timedelta(days=1):
        found = schedule("poll", Settings(poll_minutes=minutes)).next_after(found)
        moments.append(found)
    assert {b - a for a, b in pairwise(moments)} <= {timedelta(minutes=minutes)}
    assert moments[0] - NOON == timedelta(minutes=minutes)


def test_disabled_and_unknown_jobs_are_not_planned() -> None:
    off = Settings(night_at="", backup_at="", digest_at="", alert_minutes=0)
    assert [j.name for j in planned(off, COMMANDS)] == ["deep", "domains"]
    assert [j.name for j in planned(Settings(), ["nightly"])] == ["night", "deep"]


def test_every_job_is_a_command_with_its_options() -> None:
    for one in planned(EVERY, COMMANDS):
        known = {o for p in load(one.command[0]).params for o in p.opts}
        assert {word for word in one.command if word.startswith("--")} <= known


def test_job_history_is_stored(tmp_path: Path) -> None:
    db = open_home(tmp_path).database()
    set_done_up_to(db, "night", NOON)
    assert done_up_to(db, "night") == NOON
    assert done_up_to(db, "digest") is None
    run = begin_job_run(db, "night", NOON + timedelta(hours=1), NOON + timedelta(hours=2))
    reason = Reason(BatchReason.EXIT_CODE, exit_code=1)
    end_job_run(db, run, NOON + timedelta(hours=3), JobOutcome.PROBLEMS, 1, reason)
    assert done_up_to(db, "night") == NOON + timedelta(hours=1)
    (known,) = job_history(db, "night", 5)
    assert (known.outcome, known.exit_code, known.ended_at, known.detail) == (
        JobOutcome.PROBLEMS, 1, "2026-03-04T08:00:00Z", reason,
    )  # fmt: skip
