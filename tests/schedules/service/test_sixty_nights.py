"""Sixty nights with every kind of interruption: each event is published once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.schedules.service.conftest import Machine

NIGHTS = 60
HOURS = timedelta(hours=1)


async def _sixty_nights(machine: Machine) -> None:
    world, clock = machine.world, machine.clock
    await machine.on()
    world.out["cantho"] = (machine.night(10), machine.night(12))
    await machine.until(machine.night(20))
    world.hold = "laocai"  # the machine is shut down while a site is crawled
    await machine.until(machine.night(21))
    await machine.stopped()
    await machine.on()
    await machine.until(machine.night(30))
    world.hold, world.dies = "tuyenquang", True  # power cut
    await machine.until(machine.night(31))
    machine.killed()
    clock.true += 7 * HOURS
    await machine.on()
    await machine.until(machine.night(40) + 2 * HOURS)
    machine.killed()  # off for a night
    clock.true += 11 * HOURS
    await machine.on()
    await machine.until(machine.night(44) + 2 * HOURS)
    clock.true += 30 * HOURS  # asleep, as laptops are: more than a night
    await machine.until(machine.night(50) + 6 * HOURS)
    clock.wrong = -3 * HOURS  # after the night: it is before the night again
    await machine.until(machine.night(51) - 4 * HOURS)
    clock.wrong = timedelta(0)
    await machine.until(machine.night(54) + 8 * HOURS)
    clock.wrong = timedelta(hours=40)  # a broken clock, set right by the network an hour later
    await machine.until(machine.night(54) + 9 * HOURS)
    clock.wrong = timedelta(0)
    await machine.until(machine.night(NIGHTS))


def test_sixty_nights(machine: Machine) -> None:
    asyncio.run(_sixty_nights(machine))
    world = machine.world
    counts = Counter((e.site, e.kind, e.article) for e in world.watcher.events())
    assert set(counts.values()) == {1}, "an event was published twice"
    kinds = Counter((site, kind) for site, kind, _ in counts)
    last = machine.night(NIGHTS) - 2 * HOURS  # the last poll
    for site in world.sites:
        assert (
            kinds[site, "new"] + kinds[site, "reposted"]
            == world.count_published(site, last)
            >= NIGHTS
        )
        assert kinds[site, "edited"] == world.count_published(site, last, edits=True) > 50
    assert [k for k in kinds if k[1] in ("outage", "recovered")] == [
        ("cantho", "outage"), ("cantho", "recovered"),
    ]  # fmt: skip
    assert {kind for _, kind in kinds} == {
        "new", "reposted", "edited", "outage", "recovered",
    }  # fmt: skip

    assert_each_night_ran_once(machine)


def assert_each_night_ran_once(machine: Machine) -> None:
    done = machine.runs("night")
    outcomes = Counter(run.outcome for run in done)
    assert outcomes["stopped"] == outcomes["interrupted"] == 1
    assert set(outcomes) == {"ok", "problems", "stopped", "interrupted"}
    ended = Counter(run.due_at for run in done if run.outcome in ("ok", "problems"))
    assert set(ended.values()) == {1}
    # one night was slept through, and the broken clock brought one more
    assert NIGHTS - 1 <= len(ended) <= NIGHTS + 1
    resumed = [run.due_at for run in done if run.outcome in ("stopped", "interrupted")]
    assert all(ended[due] == 1 for due in resumed)
