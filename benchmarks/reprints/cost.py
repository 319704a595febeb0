"""What the index of passages costs: bytes an article, and a lookup among many."""

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
from reprints.home import START, add
from reprints.stock import generated
from storage.db.connection import open_database, transaction
from storage.runs.repository import SiteFacts, register_site, start_run
from storage.stories.shingle_index import add_passages

NIGHT = 5_000  # articles whose passages are written at once
ASKED = 200


def cost(chance: Random, size: int) -> dict[str, Any]:
    """Fills an index with the passages of `size` articles, each with a text, and asks it."""
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(Path(folder) / "tinwatch.db")
        for site in ("alpha", "beta"):
            register_site(db, SiteFacts(site, site, "ha-noi", "newspaper", "P", "live", "1"))
        run = start_run(db, "alpha", "crawl", START, START, None)
        texts = [generated(chance, n, "alpha") for n in range(100)]
        for start in range(0, size, NIGHT):
            with transaction(db):
                fresh = [
                    add(db, run, texts[n % 100], str(n))
                    for n in range(start, min(size, start + NIGHT))
                ]
                add_passages(
                    db, ((chance.getrandbits(INDEX_BITS), a) for a in fresh for _ in range(MAX_INDEXED_SENTENCES))
                )
        pages = db.execute("SELECT count(*) FROM passage_blocks").fetchone()[0]
        used = _bytes(db)
        spent = []
        for number in range(ASKED):
            with transaction(db):
                article = add(db, run, generated(chance, number, "beta"), f"q{number}")
                clusterer = StoryClusterer(db)
                clusterer.place(article)  # reads the text, as a night would have it at hand
                began = time.perf_counter()
                clusterer.place(article)
                spent.append(time.perf_counter() - began)
        db.close()
    return {"articles": size, "blocks": pages, "bytes_an_article": used / size,
            "lookup_ms": 1000 * median(spent)}  # fmt: skip


def _bytes(db: Database) -> int:
    """The pages that the index takes, slack and all, as SQLite's dbstat counts them."""
    query = "SELECT sum(pgsize) FROM dbstat WHERE name = 'passage_blocks'"
    return int(db.execute(query).fetchone()[0])
