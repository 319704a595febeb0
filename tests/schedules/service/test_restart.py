"""Interrupted and missed jobs after a restart."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from schedules.service.scheduler import MAX_INTERRUPTIONS

if TYPE_CHECKING:
    from tests.schedules.service.conftest import Machine

HOURS = timedelta(hours=1)
STEP = timedelta(minutes=10)


async def _until_held(machine: Machine, site: str, *, dies: bool) -> None:
    await machine.on()
    machine.world.hold, machine.world.dies = site, dies
    await machine.until(machine.night(1))


@pytest.mark.parametrize("dies", [False, True])
def test_interrupted_batch_resumes_with_the_remaining_sites(machine: Machine, dies: bool) -> None:
    async def play() -> None:
        await _until_held(machine, "laocai", dies=dies)
        if dies:
            machine.killed()
        else:
            await machine.stopped()
        machine.clock.true += HOURS
        await machine.on()

    machine.jobs = machine.only("night")
    asyncio.run(play())
    assert machine.world.crawls == {"cantho": 1, "laocai": 2, "tuyenquang": 1}
    db = machine.world.watcher.db
    assert db.execute("SELECT count(DISTINCT batch) FROM runs").fetchone() == (1,)
    assert db.execute("SELECT count(*), count(ended_at) FROM batches").fetchone() == (1, 1)
    assert len(machine.nights_done()) == 1


def test_job_that_is_interrupted_repeatedly_is_not_resumed(machine: Machine) -> None:
    async def play() -> None:
        machine.jobs = machine.only("night")
        await _until_held(machine, "laocai", dies=True)
        for _ in range(MAX_INTERRUPTIONS + 2):
            machine.killed()
            machine.world.hold = "laocai"
            machine.clock.true += STEP
            await machine.on()
            machine.world.held = False

    asyncio.run(play())
    assert [run.outcome for run in machine.runs("night")] == ["interrupted"] * MAX_INTERRUPTIONS


def test_missed_batches_are_run_once(machine: Machine) -> None:
    async def play() -> None:
        machine.jobs = machine.only("night")
        await machine.on()
        await machine.until(machine.night(1))
        machine.killed()
        machine.clock.true += timedelta(days=3, hours=14)  # at 10:00, three nights later
        await machine.on()
        await machine.until(machine.clock.true + HOURS)

    asyncio.run(play())
    runs = machine.runs("night")
    assert [run.outcome for run in runs] == ["ok", "ok"]
    assert machine.world.jobs == {"night": 2}
    assert runs[-1].due_at[:10] == "2026-03-05"  # UTC: the night of 6 March in Vietnam


def test_future_time_of_a_wrong_clock_is_ignored(machine: Machine) -> None:
    async def play() -> None:
        machine.jobs = machine.only("night")
        machine.clock.wrong = timedelta(days=400)
        await machine.on()
        machine.killed()
        machine.clock.wrong = timedelta(0)
        await machine.on()
        await machine.until(machine.night(1))

    asyncio.run(play())
    assert machine.world.jobs == {"night": 1}


def test_job_later_than_its_grace_is_missed(machine: Machine) -> None:
    async def play() -> None:
        machine.jobs = machine.only("digest")
        await machine.on()
        machine.killed()
        machine.clock.true += 21 * HOURS  # 10 hours after the digest
        await machine.on()
        await machine.until(machine.night(2))

    asyncio.run(play())
    assert [run.outcome for run in machine.runs("digest")] == ["missed", "ok"]
    assert machine.world.jobs == {"digest": 1}


def test_jobs_due_before_the_first_start_are_not_run(machine: Machine) -> None:
    async def play() -> None:
        machine.clock.true += 8 * HOURS  # 04:00
        await machine.on()
        await machine.until(machine.night(1))

    asyncio.run(play())
    assert machine.world.jobs == {"poll": 3, "digest": 1}
