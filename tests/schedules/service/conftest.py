"""The service in simulated time, on a machine that can be switched off.

The scheduler, the night and the recorder are the real ones; only the clock, and what a site
answers, are made up.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crawlers.registry import get_site
from crawlers.spider import SiteSpider
from pipelines.recording.recorder import Recorder
from schedules.batch.isolated import run_isolated
from schedules.batch.nightly import CrawlOptions, SiteResult
from schedules.batch.processes import ProcessResult, StopCause
from schedules.service.jobs import JOBS, Job
from schedules.service.scheduler import JobScheduler
from storage.config import Settings
from storage.home import Home
from storage.run_stats import RunStats
from storage.runs.job_history import JobRun, job_history
from storage.timezone import VIETNAM

if TYPE_CHECKING:
    from tests.conftest import Watcher

SITES = ("cantho", "laocai", "tuyenquang")
START = datetime(2026, 3, 1, 20, 0, tzinfo=VIETNAM)
STEP = timedelta(minutes=10)
EDITED_AFTER = timedelta(days=4, hours=5)  # longer than any time in which nothing is crawled
RECHECKED_FOR = timedelta(days=3)  # ... after it was published, or edited
DAYS = 62  # on which something is published
HOURS = timedelta(hours=1)


@dataclass
class Clock:
    """True time, and the error of the machine's clock."""

    true: datetime = START
    wrong: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return (self.true + self.wrong).astimezone(UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The simulated clock, which APScheduler uses as well."""
    ours = Clock()

    class Simulated(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return ours().astimezone(tz)

    for module in ("apscheduler.schedulers.base", "apscheduler.executors.base"):
        monkeypatch.setattr(f"{module}.datetime", Simulated)
    return ours


class HomeOfDeadProcess(Home):
    @contextmanager
    def batch_lock(self, batch: str) -> Iterator[None]:
        yield


@dataclass
class World:
    """Sites that publish an article a day and edit it some days later, and their crawls."""

    watcher: Watcher
    clock: Clock
    sites: tuple[str, ...] = SITES
    out: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    hold: str | None = None  # the night's crawl of this site does not end by itself
    dies: bool = False  # ... nor where it is asked to: its process is dead
    crawling: set[str] = field(default_factory=set)
    crawls: Counter[str] = field(default_factory=Counter)
    jobs: Counter[str] = field(default_factory=Counter)
    held: bool = False
    in_night: bool = False

    async def job(self, job: Job, stop: asyncio.Event) -> ProcessResult:
        self.jobs[job.name] += 1
        self.in_night = job.name == "night"
        if not job.crawls:
            return ProcessResult(0, "", "")
        sites = [get_site(name) for name in SITES]
        home = self.watcher.home
        if self.dies:  # a process that is dead holds no lock, whoever still waits for it
            home = HomeOfDeadProcess(home.path, home.settings)
        batch = await run_isolated(
            home, sites, CrawlOptions(), self.crawl, stop,
            resumable=job.name == "night", now=self.clock, busy_retry_delay=timedelta(0),
        )  # fmt: skip
        cause = StopCause.STOPPED if batch.stopped else None
        return ProcessResult(0 if batch.healthy else 1, "", "", cause)

    async def crawl(
        self, site: type[SiteSpider], options: CrawlOptions, stop: asyncio.Event
    ) -> SiteResult:
        name, dying = site.name, self.hold == site.name and self.in_night and self.dies
        # A process that is dead holds no lock, whoever still waits for it.
        with nullcontext() if dying else self.watcher.home.site_lock(name):
            assert name not in self.crawling, f"two crawls of {name} at once"
            self.crawls[name] += 1
            recorder = self.watcher.begin(name, at=self.clock(), batch=options.batch)
            self.crawling.add(name)
            try:
                return await self._crawl(name, recorder, stop, dying)
            finally:
                self.crawling.discard(name)

    async def _crawl(
        self, name: str, recorder: Recorder, stop: asyncio.Event, dying: bool
    ) -> SiteResult:
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
        stats = good if answers else {"requests": 9, "ended": ended}
        recorder.finish(RunStats.from_dict(stats), listings_complete=answers)
        return SiteResult()

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
        """Key and title of the articles that its listings and rechecks contain now."""
        for key, published in articles(name):
            edited = self.clock.true >= published + EDITED_AFTER
            since = self.clock.true - published - (EDITED_AFTER if edited else timedelta(0))
            if timedelta(0) <= since < RECHECKED_FOR:
                yield key, f"Bài số {key}" + (" đã sửa lại đầu đề" if edited else "")

    def count_published(self, site: str, until: datetime, *, edits: bool = False) -> int:
        """The number of articles published, or edited, up to this moment."""
        later = EDITED_AFTER if edits else timedelta(0)
        return sum(published + later <= until for _, published in articles(site))


def articles(name: str) -> Iterator[tuple[str, datetime]]:
    for day in range(DAYS):
        yield f"{day}", START + day * 24 * HOURS - (1 + SITES.index(name)) * HOURS


@dataclass
class Machine:
    """A computer on which the service can be started, stopped and killed."""

    world: World
    clock: Clock
    jobs: list[Job]
    service: JobScheduler | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def on(self) -> None:
        self.service = JobScheduler(self.world.watcher.home, self.jobs, self.world.job, self.clock)
        self.stop = self.service.stopping
        self.service.start()
        await self.settle()

    def killed(self) -> None:
        """Kill the service: none of its code runs again."""
        assert self.service is not None
        self.service.scheduler.pause()
        self.service = None

    async def stopped(self) -> None:
        assert self.service is not None
        self.service.stopping.set()
        await self.settle()
        assert not self.service.running
        self.service.scheduler.pause()
        self.service = None

    async def until(self, moment: datetime) -> None:
        while self.clock.true < moment and not self.world.held:
            self.clock.true += STEP
            if self.service is not None:
                self.service.scheduler.wakeup()
                await self.settle()
        self.world.held = False

    async def settle(self) -> None:
        """Run the event loop until nothing is left to do now."""
        quiet = 0
        for _ in range(5000):
            await asyncio.sleep(0)
            busy = self.service is not None and self.service.running
            quiet = 0 if busy else quiet + 1
            if quiet > 5 or (self.world.held and not self.stop.is_set()):
                return
        raise AssertionError("it does not settle")

    def night(self, number: int) -> datetime:
        """The evening before this night."""
        return START + number * 24 * HOURS

    def only(self, *names: str) -> list[Job]:
        return [job for job in JOBS if job.name in names]

    def runs(self, job: str) -> list[JobRun]:
        """Oldest first."""
        return job_history(self.world.watcher.db, job, 10_000)[::-1]

    def nights_done(self) -> Counter[str]:
        """The number of completed nightly batches per due time."""
        return Counter(run.due_at for run in self.runs("night") if run.outcome == "ok")


@pytest.fixture
def machine(watcher: Watcher, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Machine:
    world = World(watcher, clock)
    home = type(watcher.home)(watcher.home.path, Settings(poll_minutes=360))
    watcher.home = home
    return Machine(world, clock, [job for job in JOBS if job.name in ("night", "poll", "digest")])
