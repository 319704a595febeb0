"""Simulated batches over changing sites: the ledger compared with what was done to the articles."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlite_utils import Database

from mutations.crawl import crawl
from mutations.pages import Base
from mutations.world import OUTAGES, World, change_articles, world
from schedules.publishing.publish import Published
from storage.articles.repository import get_article
from storage.events.filters import EventFilter, matching_events
from storage.events.ledger import Event
from storage.home import open_home

START = datetime(2026, 5, 11, 18, 30, tzinfo=UTC)
WORLD_BATCHES = 14  # of one world
SETTLING_BATCHES = 3  # without outages at the start, so that a site has a history
MAX_HOURS_TO_REMOVED = 72.0
KINDS = ("new", "edited", "moved", "removed", "restored", "outage", "recovered", "redesign")
# Runs of these outages may be held or reported as an outage: both are correct.
AMBIGUOUS_OUTAGES = ("all to home", "all soft 404", "login page")


@dataclass(slots=True)
class Count:
    true: int = 0
    found: int = 0
    false: int = 0


@dataclass(slots=True)
class SimulationResult:
    """The counts of one world. `errors` describes each missed and false event."""

    counts: dict[str, Count] = field(default_factory=lambda: {k: Count() for k in KINDS})
    errors: list[str] = field(default_factory=list)
    batches: int = 0
    pending: int = 0  # true events that are still pending at the end
    verdicts: Counter[str] = field(default_factory=Counter)
    hours: list[float] = field(default_factory=list)  # from takedown to `removed`


def simulate(bases: list[Base], seed: int) -> SimulationResult:
    """Simulate all batches of one world."""
    rng = random.Random(seed)
    with TemporaryDirectory() as folder:
        home = open_home(Path(folder) / "home")
        with closing(home.database()) as db:
            history = _History(db, world(bases, rng), seed)
            for batch, at in enumerate(_moments(rng)):
                history.prepare(batch, at)
                history.compare(batch, at, crawl(home, db, history.world, at))
            return history.end()


def _moments(rng: random.Random) -> list[datetime]:
    """Return the start of each daily batch, which varies by some minutes."""
    return [START + timedelta(days=n, minutes=rng.randrange(20)) for n in range(WORLD_BATCHES)]


class _History:
    """The true events of each batch, and which of them were published."""

    def __init__(self, db: Database, living: World, seed: int) -> None:
        self.db, self.world, self.seed = db, living, seed
        self.tally = SimulationResult()
        self.cursor = 0
        self.published_versions: dict[str, int] = {}  # key -> version in the ledger
        self.expected: set[tuple[str, str]] = set()  # kind and key, not found yet
        self.missing_since: dict[str, int] = {}  # key -> first batch without the article
        self.started: list[datetime] = []  # the batches
        self.removed: set[str] = set()
        self.outages = range(0)
        self.redesign = self._plan(living.rng)

    def _plan(self, rng: random.Random) -> int:
        """Plan outages and redesign before the first batch. Return the batch of the redesign."""
        if rng.random() < 0.5:
            first = rng.randrange(SETTLING_BATCHES, WORLD_BATCHES - 5)
            self.outages = range(first, first + rng.randint(1, 3))
            self.kind = rng.choice(OUTAGES)
        return (
            rng.randrange(WORLD_BATCHES - 3, WORLD_BATCHES - 1)
            if rng.random() < 0.3
            else WORLD_BATCHES
        )

    def prepare(self, batch: int, at: datetime) -> None:
        world = self.world
        self.started.append(at)
        world.outage = self.kind if batch in self.outages else None
        world.redesigned = batch >= self.redesign
        if batch and not world.redesigned:
            change_articles(world)
        world.served.clear()
        for kind, key in world.changes:
            self.expected.add((kind, key))
            self._note_move(key)
        world.changes.clear()
        for article in world.articles.values():
            if article.gone:
                self.missing_since.setdefault(article.key, batch)
        self._site_events(batch)

    def _note_move(self, old: str) -> None:
        """Track a moved article under its new key."""
        new = next(k for k in self.world.articles if k == str(int(old) + 7_000_000))
        if old in self.published_versions:
            self.published_versions[new] = self.published_versions.pop(old)

    def _site_events(self, batch: int) -> None:
        if (
            self.world.outage
            and self.world.outage not in AMBIGUOUS_OUTAGES
            and batch == self.outages.start
        ):
            self.expected.add(("outage", ""))
        back = bool(self.outages) and batch == self.outages.stop
        if back and self.kind not in AMBIGUOUS_OUTAGES and self.world.outage is None:
            self.expected.add(("recovered", ""))
        if batch == self.redesign:
            self.expected.add(("redesign", ""))

    def compare(self, batch: int, at: datetime, done: Published) -> None:
        self.tally.batches += 1
        self.tally.verdicts[done.verdict.status] += 1
        if not self.world.redesigned:
            self._note_served()
        for event in matching_events(self.db, EventFilter(historical=True), since=self.cursor):
            self.cursor = event.id
            self._match_event(event, batch)

    def _note_served(self) -> None:
        for key, version in self.world.served.items():
            if key not in self.published_versions:
                self.expected.add(("new", key))
            elif version != self.published_versions[key]:
                self.expected.add(("edited", key))
            self.published_versions[key] = version
            if key in self.removed and self.world.articles[key].gone is None:
                self.expected.add(("restored", key))
            if self.world.articles[key].gone is None:
                self.missing_since.pop(key, None)
                self.removed.discard(key)

    def _match_event(self, event: Event, batch: int) -> None:
        key = self._key(event.article)
        if event.kind == "removed" and key in self.missing_since and key not in self.removed:
            self._removed(key, batch)
        elif (event.kind, key) in self.expected:
            self.expected.discard((event.kind, key))
            self._count(event.kind, found=True)
        elif event.kind in ("outage", "recovered", "redesign") and self._is_ambiguous(batch):
            pass
        else:
            self.tally.counts.setdefault(event.kind, Count()).false += 1
            self._error(batch, f"false {event.kind} {key}: {event.summary[:120]}")

    def _is_ambiguous(self, batch: int) -> bool:
        """Whether site events in this batch are neither expected nor wrong."""
        return bool(self.outages) and self.kind in AMBIGUOUS_OUTAGES and batch >= self.outages.start

    def _removed(self, key: str, batch: int) -> None:
        self.removed.add(key)
        self._count("removed", found=True)
        hours = self._hours_away(key, batch)
        self.tally.hours.append(hours)
        if hours > MAX_HOURS_TO_REMOVED:
            self._error(batch, f"removed {key} only after {hours:.0f} hours")

    def _hours_away(self, key: str, batch: int) -> float:
        """Return the hours since an article was first missed, without the days of outages."""
        out = sum(self.missing_since[key] <= n <= batch for n in self.outages)
        return (
            self.started[batch] - self.started[self.missing_since[key]]
        ).total_seconds() / 3600 - 24 * out

    def end(self) -> SimulationResult:
        """Count expected events that were not published as missed, if there was enough time.

        What waits in a pending run is neither: a person decides on it.
        """
        last = min(WORLD_BATCHES, self.redesign) - 1
        waiting = {(kind, self._key(article)) for kind, article in _pending_events(self.db)}
        for key in self.missing_since.keys() & self.published_versions.keys() - self.removed:
            late = last not in self.outages and self._hours_away(key, last) >= MAX_HOURS_TO_REMOVED
            if late and ("removed", key) not in waiting:
                self._count("removed", found=False)
                gone = self.world.articles[key].gone
                self._error(
                    last, f"missed removed {key} ({gone}), away since {self.missing_since[key]}"
                )
        for kind, key in sorted(self.expected - waiting):
            self._count(kind, found=False)
            self._error(last, f"missed {kind} {key}")
        self.tally.pending = len(self.expected & waiting)
        return self.tally

    def _key(self, article: int | None) -> str:
        return get_article(self.db, str(article)).key if article else ""

    def _count(self, kind: str, *, found: bool) -> None:
        count = self.tally.counts[kind]
        count.true += 1
        count.found += found

    def _error(self, batch: int, what: str) -> None:
        where = f"world {self.seed} ({self.world.site.name}) batch {batch}"
        self.tally.errors.append(f"{where}: {what}")


def _pending_events(db: Database) -> list[tuple[str, int | None]]:
    """Return kind and article of the pending events."""
    return [(row[0], row[1]) for row in db.execute("SELECT kind, article FROM pending_events")]
