"""The cost of rechecks of unchanged articles: bytes of the database, and revisions."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlite_utils import Database

from mutations.batches import START
from mutations.crawl import crawl
from mutations.pages import Base
from mutations.world import LiveArticle, World
from storage.home import open_home


@dataclass(frozen=True, slots=True)
class Cost:
    articles: int
    rechecks: int
    bytes_a_recheck: float
    revisions: int  # new ones; expected: none


def recheck_cost(bases: list[Base], articles: int, batches: int, *, noisy: bool) -> Cost:
    """Recheck every article in each batch. `noisy`: the bytes of each page differ every time."""
    with TemporaryDirectory() as folder:
        home = open_home(Path(folder) / "home")
        with closing(home.database()) as db:
            world = _many(bases, articles)
            world.noisy = noisy
            # The first two batches store the articles and what a site stores only once.
            for batch in range(2):
                crawl(home, db, world, START + timedelta(days=batch))
            before, revisions = _size(db), _revisions(db)
            for batch in range(2, batches + 2):
                crawl(home, db, world, START + timedelta(days=batch))
            rechecks = batches * len(world.articles)
            grown = (_size(db) - before) / rechecks
            return Cost(len(world.articles), rechecks, grown, _revisions(db) - revisions)


def _many(bases: list[Base], count: int) -> World:
    """Return one site with many articles: the available ones repeated under other keys."""
    site = next(b.stored.site for b in bases if b.stored.site.name == "laocai")
    own = [b for b in bases if b.stored.site is site and b.article.key.isdigit()]
    world = World(site, random.Random(0))
    for number in range(count):
        base = own[number % len(own)]
        key = str(1_000_000 + number)
        url = base.stored.url.replace(base.article.key, key)
        tokens = [t.replace(base.stored.url, url) for t in base.shapes[0].tokens]
        world.articles[key] = LiveArticle(base, url, key, tokens)
    return world


def _size(db: Database) -> int:
    """Return the bytes in use, including the write-ahead log."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages, free, size = (
        int(db.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def _revisions(db: Database) -> int:
    return int(db.execute("SELECT count(*) FROM revisions").fetchone()[0])
