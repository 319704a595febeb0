"""Simulated nights over living sites, and what the ledger says beside what happened."""

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
from storage.events.ledger import Event, events
from storage.home import open_home

START = datetime(2026, 5, 11, 18, 30, tzinfo=UTC)
LENGTH = 14  # nights of one world
SETTLING = 3  # nights after the first one in which nothing is out: a site needs a past
REMOVED_WITHIN = 72.0  # hours
KINDS = ("new", "edited", "moved", "removed", "restored", "outage", "recovered", "redesign")
ILL = ("all to home", "all soft 404", "login page")  # held or an outage: both are honest


@dataclass(slots=True)
class Count:
    true: int = 0
    found: int = 0
    false: int = 0


@dataclass(slots=True)
class Tally:
    """What one world's nights came to. `wrong` says each miss and false event in words."""

    counts: dict[str, Count] = field(default_factory=lambda: {k: Count() for k in KINDS})
    wrong: list[str] = field(default_factory=list)
    nights: int = 0
    held: int = 0  # true events that wait for a person at the end
    verdicts: Counter[str] = field(default_factory=Counter)
    hours: list[float] = field(default_factory=list)  # from takedown to `removed`


def live(bases: list[Base], seed: int) -> Tally:
    """Lives one world through its nights."""
    rng = random.Random(seed)
    with TemporaryDirectory() as folder:
        home = open_home(Path(folder) / "home")
        with closing(home.database()) as db:
            history = _History(db, world(bases, rng), seed)
            for night, at in enumerate(_moments(rng)):
                history.before(night, at)
                history.after(night, at, crawl(home, db, history.world, at))
            return history.end()


def _moments(rng: random.Random) -> list[datetime]:
    """A night a day; each begins some minutes earlier or later than the last one."""
    return [START + timedelta(days=n, minutes=rng.randrange(20)) for n in range(LENGTH)]


class _History:
    """What is true, night by night, and what was found of it."""

    def __init__(self, db: Database, living: World, seed: int) -> None:
        self.db, self.world, self.seed = db, living, seed
        self.tally = Tally()
        self.cursor = 0
        self.told: dict[str, int] = {}  # key -> version that the ledger knows
        self.expected: set[tuple[str, str]] = set()  # kind and key, not found yet
        self.gone: dict[str, int] = {}  # key -> first night on which it was away
        self.began: list[datetime] = []  # the nights
        self.removed: set[str] = set()
        self.outages = range(0)
        self.redesign = self._plan(living.rng)

    def _plan(self, rng: random.Random) -> int:
        """Outages and redesigns are laid down before the first night."""
        if rng.random() < 0.5:
            first = rng.randrange(SETTLING, LENGTH - 5)
            self.outages = range(first, first + rng.randint(1, 3))
            self.kind = rng.choice(OUTAGES)
        return rng.randrange(LENGTH - 3, LENGTH - 1) if rng.random() < 0.3 else LENGTH

    def before(self, night: int, at: datetime) -> None:
        world = self.world
        self.began.append(at)
        world.outage = self.kind if night in self.outages else None
        world.redesigned = night >= self.redesign
        if night and not world.redesigned:
            change_articles(world)
        world.served.clear()
        for kind, key in world.tally:
            self.expected.add((kind, key))
            self._follow(key)
        world.tally.clear()
        for article in world.articles.values():
            if article.gone:
                self.gone.setdefault(article.key, night)
        self._site_events(night)

    def _follow(self, old: str) -> None:
        """A moved article is known under its new key from now on."""
        new = next(k for k in self.world.articles if k == str(int(old) + 7_000_000))
        if old in self.told:
            self.told[new] = self.told.pop(old)

    def _site_events(self, night: int) -> None:
        if self.world.outage and self.world.outage not in ILL and night == self.outages.start:
            self.expected.add(("outage", ""))
        back = bool(self.outages) and night == self.outages.stop
        if back and self.kind not in ILL and self.world.outage is None:
            self.expected.add(("recovered", ""))
        if night == self.redesign:
            self.expected.add(("redesign", ""))

    def after(self, night: int, at: datetime, done: Published) -> None:
        self.tally.nights += 1
        self.tally.verdicts[done.verdict.status] += 1
        if not self.world.redesigned:
            self._note_served()
        for event in events(self.db, since=self.cursor):
            self.cursor = event.id
            self._take(event, night)

    def _note_served(self) -> None:
        for key, version in self.world.served.items():
            if key not in self.told:
                self.expected.add(("new", key))
            elif version != self.told[key]:
                self.expected.add(("edited", key))
            self.told[key] = version
            if key in self.removed and self.world.articles[key].gone is None:
                self.expected.add(("restored", key))
            if self.world.articles[key].gone is None:
                self.gone.pop(key, None)
                self.removed.discard(key)

    def _take(self, event: Event, night: int) -> None:
        key = self._key(event.article)
        if event.kind == "removed" and key in self.gone and key not in self.removed:
            self._removed(key, night)
        elif (event.kind, key) in self.expected:
            self.expected.discard((event.kind, key))
            self._count(event.kind, found=True)
        elif event.kind in ("outage", "recovered", "redesign") and self._ill(night):
            pass
        else:
            self.tally.counts.setdefault(event.kind, Count()).false += 1
            self._wrong(night, f"false {event.kind} {key}: {event.summary[:120]}")

    def _ill(self, night: int) -> bool:
        """Site events that are neither asked for nor wrong: the site was ill in another way."""
        return bool(self.outages) and self.kind in ILL and night >= self.outages.start

    def _removed(self, key: str, night: int) -> None:
        self.removed.add(key)
        self._count("removed", found=True)
        hours = self._hours_away(key, night)
        self.tally.hours.append(hours)
        if hours > REMOVED_WITHIN:
            self._wrong(night, f"removed {key} only after {hours:.0f} hours")

    def _hours_away(self, key: str, night: int) -> float:
        """Hours since an article was first missed, without the days on which the site was out."""
        out = sum(self.gone[key] <= n <= night for n in self.outages)
        return (self.began[night] - self.began[self.gone[key]]).total_seconds() / 3600 - 24 * out

    def end(self) -> Tally:
        """What was not found counts as missed, where there was time to find it.

        What waits in a held run is neither: a person decides on it.
        """
        last = min(LENGTH, self.redesign) - 1
        waiting = {(kind, self._key(article)) for kind, article in _held(self.db)}
        for key in self.gone.keys() & self.told.keys() - self.removed:
            late = last not in self.outages and self._hours_away(key, last) >= REMOVED_WITHIN
            if late and ("removed", key) not in waiting:
                self._count("removed", found=False)
                gone = self.world.articles[key].gone
                self._wrong(last, f"missed removed {key} ({gone}), away since {self.gone[key]}")
        for kind, key in sorted(self.expected - waiting):
            self._count(kind, found=False)
            self._wrong(last, f"missed {kind} {key}")
        self.tally.held = len(self.expected & waiting)
        return self.tally

    def _key(self, article: int | None) -> str:
        return get_article(self.db, str(article)).key if article else ""

    def _count(self, kind: str, *, found: bool) -> None:
        count = self.tally.counts[kind]
        count.true += 1
        count.found += found

    def _wrong(self, night: int, what: str) -> None:
        where = f"world {self.seed} ({self.world.site.name}) night {night}"
        self.tally.wrong.append(f"{where}: {what}")


def _held(db: Database) -> list[tuple[str, int | None]]:
    """Kind and article of the events that wait."""
    return [(row[0], row[1]) for row in db.execute("SELECT kind, article FROM pending_events")]
