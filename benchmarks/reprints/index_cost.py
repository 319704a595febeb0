"""Cost of the shingle index: bytes per article, and milliseconds per lookup."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from sqlite_utils import Database

from pipelines.stories.clusterer import StoryClusterer
from pipelines.stories.sentences import INDEX_BITS, MAX_INDEXED_SENTENCES
from reprints.database import START, add
from reprints.texts import generated
from storage.db.connection import open_database, transaction
from storage.runs.repository import start_run
from storage.runs.sites import SiteFacts, register_site
from storage.stories.shingle_index import add_postings

BATCH_ARTICLES = 5_000  # indexed in one transaction
LOOKUPS = 200


def cost(rng: Random, size: int) -> dict[str, Any]:
    """Fill an index with random shingles of `size` articles and measure lookups in it."""
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(Path(folder) / "tinwatch.db")
        for site in ("alpha", "beta"):
            register_site(db, SiteFacts(site, site, "ha-noi", "newspaper", "P", "live", "1"))
        run = start_run(db, "alpha", "crawl", START, START, None)
        texts = [generated(rng, n, "alpha") for n in range(100)]
        for start in range(0, size, BATCH_ARTICLES):
            with transaction(db):
                fresh = [
                    add(db, run, texts[n % 100], str(n))
                    for n in range(start, min(size, start + BATCH_ARTICLES))
                ]
                add_postings(
                    db,
                    (
                        (rng.getrandbits(INDEX_BITS), a)
                        for a in fresh
                        for _ in range(MAX_INDEXED_SENTENCES)
                    ),
                )
        blocks = db.execute("SELECT count(*) FROM shingle_blocks").fetchone()[0]
        used = _bytes(db)
        spent = []
        for number in range(LOOKUPS):
            with transaction(db):
                article = add(db, run, generated(rng, number, "beta"), f"q{number}")
                clusterer = StoryClusterer(db)
                clusterer.assign(article)  # loads the text, which a batch has in memory
                began = time.perf_counter()
                clusterer.assign(article)
                spent.append(time.perf_counter() - began)
        db.close()
    return {"articles": size, "blocks": blocks, "bytes_an_article": used / size,
            "lookup_ms": 1000 * median(spent)}  # fmt: skip


def _bytes(db: Database) -> int:
    """Return the bytes of the index's blocks, including free space, by SQLite's dbstat."""
    query = "SELECT sum(pgsize) FROM dbstat WHERE name = 'shingle_blocks'"
    return int(db.execute(query).fetchone()[0])
