"""The service in simulated time: sixty nights in which everything that can go wrong does.

The scheduler, the night and the recorder are the real ones; only the clock, and what a site
answers, are made up.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crawlers.discovery import get_site
from crawlers.spider import SiteSpider
from pipelines.recorder import Recorder
from schedules.nightly import Options, SiteEnd
from schedules.service.apart import run_apart
from schedules.service.jobs import JOBS, Job
from schedules.service.process import Ended
from schedules.service.watch import TRIES, Watch
from storage.home import Settings, SiteBusy
from storage.jobs import JobRun, job_history
from storage.vietnam_time import VIETNAM

if TYPE_CHECKING:
    from tests.conftest import Watcher

SITES = ("cantho", "laocai", "tuyenquang")
START = datetime(2026, 3, 1, 20, 0, tzinfo=VIETNAM)
STEP = timedelta(minutes=10)
EDITED_AFTER = timedelta(days=4, hours=5)  # longer than any time in which nothing is crawled
LOOKED_AT = timedelta(days=3)  # ... after it was published, or edited
NIGHTS = 60
HOURS = timedelta(hours=1)


@dataclass
class Clock:
    """True time, and by how much the machine's clock is wrong."""

    true: datetime = START
    wrong: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return (self.true + self.wrong).astimezone(UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """APScheduler asks it as well."""
    ours = Clock()

    class Simulated(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return ours().astimezone(tz)

    for module in ("apscheduler.schedulers.base", "apscheduler.executors.base"):
        monkeypatch.setattr(f"{module}.datetime", Simulated)
    return ours


@dataclass
class World:
    """Sites that publish an article a day and edit it some days later, and who crawls them."""

    watcher: Watcher
    clock: Clock
    out: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    hold: str | None = None  # the night's crawl of this site does not end by itself
    dies: bool = False  # ... nor where it is asked to: its process is dead
    crawling: set[str] = field(default_factory=set)
    crawls: Counter[str] = field(default_factory=Counter)
    jobs: Counter[str] = field(default_factory=Counter)
    held: bool = False
    in_night: bool = False

    async def job(self, job: Job, stop: asyncio.Event) -> Ended:
        self.jobs[job.name] += 1
        self.in_night = job.name == "night"
        if not job.crawls:
            return Ended(0, "", "")
        sites = [get_site(name) for name in SITES]
        night = await run_apart(
            self.watcher.home, sites, Options(), self.crawl, stop,
            goes_on=job.name == "night", now=self.clock, busy_wait=timedelta(0),
        )  # fmt: skip
        why: Any = "stopped" if night.stopped else ""
        return Ended(0 if night.healthy else 1, "", "", why)

    async def crawl(self, site: type[SiteSpider], options: Options, stop: asyncio.Event) -> SiteEnd:
        name, dying = site.name, self.hold == site.name and self.in_night and self.dies
        # A process that is dead holds no lock, whoever still waits for it.
        with nullcontext() if dying else self.watcher.home.site_lock(name):
            assert name not in self.crawling, f"two crawls of {name} at once"
            self.crawls[name] += 1
            recorder = self.watcher.begin(name, at=self.clock(), night=options.night)
            self.crawling.add(name)
            try:
                return await self._crawl(name, recorder, stop, dying)
            finally:
                self.crawling.discard(name)

    async def _crawl(
        self, name: str, recorder: Recorder, stop: asyncio.Event, dying: bool
    ) -> SiteEnd:
        await asyncio.sleep(0)
        ended = "finished"
        answers = not self.is_out(name)
        for key, title in self.shown(name) if answers else ():
            recorder.record(self.watcher.read(site=name, key=key, title=title, at=self.clock()))
            if self.hold == name and self.in_night:
                recorder.flush()
                await self._holding(name, stop, dying)
                ended = "stopped by hand"
                break
        good = {"requests": 9, "responses": 9, "listings": 1, "links": 9, "ended": ended}
        recorder.finish(good if answers else {"requests": 9, "ended": ended}, swept=answers)
        return SiteEnd()

    async def _holding(self, name: str, stop: asyncio.Event, dying: bool) -> None:
        self.held, self.hold = True, None
        if dying:
            self.crawling.discard(name)
            await asyncio.Event().wait()
        await stop.wait()

    def is_out(self, name: str) -> bool:
        since, until = self.out.get(name, (START, START))
        return since <= self.clock.true < until

    def shown(self, name: str) -> Iterator[tuple[str, str]]:
        """Key and title of the articles that its listings and rechecks lead to now."""
        for key, published in articles(name):
            edited = self.clock.true >= published + EDITED_AFTER
            since = self.clock.true - published - (EDITED_AFTER if edited else timedelta(0))
            if timedelta(0) <= since < LOOKED_AT:
                yield key, f"Bài số {key}" + (" đã sửa lại đầu đề" if edited else "")


def articles(name: str) -> Iterator[tuple[str, datetime]]:
    for day in range(NIGHTS + 2):
        yield f"{day}", START + day * 24 * HOURS - (1 + SITES.index(name)) * HOURS


@dataclass
class Machine:
    """A computer on which the service runs, or does not."""

    world: World
    clock: Clock
    jobs: list[Job]
    watch: Watch | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def on(self) -> None:
        self.watch = Watch(self.world.watcher.home, self.jobs, self.world.job, self.clock)
        self.stop = self.watch.stopping
        self.watch.start()
        await self.settle()

    def killed(self) -> None:
        """Nothing of it is ever run again."""
        assert self.watch is not None
        self.watch.scheduler.pause()
        self.watch = None

    async def stopped(self) -> None:
        assert self.watch is not None
        self.watch.stopping.set()
        await self.settle()
        assert not self.watch._busy
        self.watch.scheduler.pause()
        self.watch = None

    async def until(self, moment: datetime) -> None:
        while self.clock.true < moment and not self.world.held:
            self.clock.true += STEP
            if self.watch is not None:
                self.watch.beat()
                await self.settle()
        self.world.held = False

    async def settle(self) -> None:
        """Until all is done that can be done now."""
        quiet = 0
        for _ in range(5000):
            await asyncio.sleep(0)
            busy = self.watch is not None and self.watch._busy
            quiet = 0 if busy else quiet + 1
            if quiet > 5 or (self.world.held and not self.stop.is_set()):
                return
        raise AssertionError("it does not settle")


def night(number: int) -> datetime:
    """The evening before this night."""
    return START + number * 24 * HOURS


def only(*names: str) -> list[Job]:
    return [job for job in JOBS if job.name in names]


@pytest.fixture
def machine(watcher: Watcher, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Machine:
    world = World(watcher, clock)
    home = type(watcher.home)(watcher.home.path, Settings(poll_minutes=360))
    watcher.home = home
    return Machine(world, clock, only("night", "poll", "digest"))


def runs_of(machine: Machine, job: str) -> list[JobRun]:
    """Oldest first."""
    return job_history(machine.world.watcher.db, job, 10_000)[::-1]


def nights_done(machine: Machine) -> Counter[str]:
    """How often the night of each due time was brought to an end."""
    return Counter(run.due_at for run in runs_of(machine, "night") if run.outcome == "well")


def seen(site: str, later: timedelta = timedelta(0)) -> int:
    """How many articles were published, or edited, before the last poll of the sixty nights."""
    last = night(NIGHTS) - 2 * HOURS
    return sum(published + later <= last for _, published in articles(site))


async def _sixty_nights(machine: Machine) -> None:
    world, clock = machine.world, machine.clock
    await machine.on()
    world.out["cantho"] = (night(10), night(12))
    await machine.until(night(20))
    world.hold = "laocai"  # the machine is shut down while a site is crawled
    await machine.until(night(21))
    await machine.stopped()
    await machine.on()
    await machine.until(night(30))
    world.hold, world.dies = "tuyenquang", True  # power cut
    await machine.until(night(31))
    machine.killed()
    clock.true += 7 * HOURS
    await machine.on()
    await machine.until(night(40) + 2 * HOURS)
    machine.killed()  # off for a night
    clock.true += 11 * HOURS
    await machine.on()
    await machine.until(night(44) + 2 * HOURS)
    clock.true += 30 * HOURS  # asleep, as laptops are: more than a night
    await machine.until(night(50) + 6 * HOURS)
    clock.wrong = -3 * HOURS  # after the night: it is before the night again
    await machine.until(night(51) - 4 * HOURS)
    clock.wrong = timedelta(0)
    await machine.until(night(54) + 8 * HOURS)
    clock.wrong = timedelta(hours=40)  # a broken clock, set right by the network an hour later
    await machine.until(night(54) + 9 * HOURS)
    clock.wrong = timedelta(0)
    await machine.until(night(NIGHTS))


def test_sixty_nights(machine: Machine) -> None:
    asyncio.run(_sixty_nights(machine))
    world = machine.world
    told = Counter((e.site, e.kind, e.article) for e in world.watcher.events())
    assert set(told.values()) == {1}, "an event was told twice"
    kinds = Counter((site, kind) for site, kind, _ in told)
    for site in SITES:
        assert kinds[site, "new"] + kinds[site, "reposted"] == seen(site) >= NIGHTS
        assert kinds[site, "edited"] == seen(site, EDITED_AFTER) > 50
    assert [k for k in kinds if k[1] in ("outage", "recovered")] == [
        ("cantho", "outage"), ("cantho", "recovered"),
    ]  # fmt: skip
    assert {kind for _, kind in kinds} == {
        "new", "reposted", "edited", "outage", "recovered",
    }  # fmt: skip

    each_night_was_run_once(machine)


def each_night_was_run_once(machine: Machine) -> None:
    done = runs_of(machine, "night")
    outcomes = Counter(run.outcome for run in done)
    assert outcomes["stopped"] == outcomes["interrupted"] == 1
    assert set(outcomes) == {"well", "trouble", "stopped", "interrupted"}
    ended = Counter(run.due_at for run in done if run.outcome in ("well", "trouble"))
    assert set(ended.values()) == {1}
    # one night was slept through, and the broken clock brought one more
    assert NIGHTS - 1 <= len(ended) <= NIGHTS + 1
    taken_up = [run.due_at for run in done if run.outcome in ("stopped", "interrupted")]
    assert all(ended[due] == 1 for due in taken_up)


async def _until_held(machine: Machine, site: str, *, dies: bool) -> None:
    await machine.on()
    machine.world.hold, machine.world.dies = site, dies
    await machine.until(night(1))


@pytest.mark.parametrize("dies", [False, True])
def test_a_night_that_was_cut_off_goes_on_with_the_sites_that_are_left(
    machine: Machine, dies: bool
) -> None:
    async def play() -> None:
        await _until_held(machine, "laocai", dies=dies)
        if dies:
            machine.killed()
        else:
            await machine.stopped()
        machine.clock.true += HOURS
        await machine.on()

    machine.jobs = only("night")
    asyncio.run(play())
    assert machine.world.crawls == {"cantho": 1, "laocai": 2, "tuyenquang": 1}
    db = machine.world.watcher.db
    assert db.execute("SELECT count(DISTINCT night) FROM runs").fetchone() == (1,)
    assert db.execute("SELECT count(*), count(ended_at) FROM nights").fetchone() == (1, 1)
    assert len(nights_done(machine)) == 1


def test_a_job_that_kills_its_machine_is_not_taken_up_for_ever(machine: Machine) -> None:
    async def play() -> None:
        machine.jobs = only("night")
        await _until_held(machine, "laocai", dies=True)
        for _ in range(TRIES + 2):
            machine.killed()
            machine.world.hold = "laocai"
            machine.clock.true += STEP
            await machine.on()
            machine.world.held = False

    asyncio.run(play())
    assert [run.outcome for run in runs_of(machine, "night")] == ["interrupted"] * TRIES


def test_what_is_too_late_counts_as_missed(machine: Machine) -> None:
    async def play() -> None:
        machine.jobs = only("digest")
        await machine.on()
        machine.killed()
        machine.clock.true += 21 * HOURS  # 10 hours after the digest
        await machine.on()
        await machine.until(night(2))

    asyncio.run(play())
    assert [run.outcome for run in runs_of(machine, "digest")] == ["missed", "well"]
    assert machine.world.jobs == {"digest": 1}


def test_what_was_due_before_the_first_start_is_nobodys(machine: Machine) -> None:
    async def play() -> None:
        machine.clock.true += 8 * HOURS  # 04:00
        await machine.on()
        await machine.until(night(1))

    asyncio.run(play())
    assert machine.world.jobs == {"poll": 3, "digest": 1}


def test_a_broken_job_is_noted_and_stops_no_other(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = machine.world.job

    async def broken(job: Job, stop: asyncio.Event) -> Ended:
        if job.name == "digest":
            raise OSError("no more processes")
        return await real(job, stop)

    async def play() -> None:
        machine.world.job = broken  # type: ignore[method-assign]
        await machine.on()
        await machine.until(night(2))

    asyncio.run(play())
    digests = runs_of(machine, "digest")
    assert [run.outcome for run in digests] == ["failed", "failed"]
    assert digests[0].detail == "OSError: no more processes"
    assert len(nights_done(machine)) == 2


def test_a_site_that_another_process_crawls_is_tried_again_at_the_end(
    machine: Machine, watcher: Watcher
) -> None:
    tried: list[str] = []

    async def crawl(site: type[SiteSpider], options: Options, stop: asyncio.Event) -> SiteEnd:
        tried.append(site.name)
        if tried.count("laocai") < 3 and site.name == "laocai":
            return SiteEnd(str(SiteBusy("laocai is being crawled")), busy=True)
        return await machine.world.crawl(site, options, stop)

    sites = [get_site(name) for name in SITES]
    done = asyncio.run(
        run_apart(watcher.home, sites, Options(), crawl, asyncio.Event(), busy_wait=timedelta(0))
    )
    assert tried == [*SITES, "laocai", "laocai"]
    assert done.errors == {}
    assert len(done.published) == 3


def test_a_crawl_that_cannot_be_started_is_the_trouble_of_its_site(
    machine: Machine, watcher: Watcher
) -> None:
    async def crawl(site: type[SiteSpider], options: Options, stop: asyncio.Event) -> SiteEnd:
        if site.name == "laocai":
            raise OSError("no more processes")
        return await machine.world.crawl(site, options, stop)

    sites = [get_site(name) for name in SITES]
    done = asyncio.run(run_apart(watcher.home, sites, Options(), crawl, asyncio.Event()))
    assert done.errors == {"laocai": "OSError: no more processes"}
    assert [p.site for p in done.published] == ["cantho", "tuyenquang"]
