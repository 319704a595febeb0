"""Candidates for reprints among many articles: shingles joined within bounded memory.

    python benchmarks/bulk_stories.py [--articles N] [--memory GIGABYTES] [--json]

Every article has SENTENCES random shingles; one in ten is a reprint that keeps most sentences of
an earlier one, and stock phrases are in many. The shingles are written as a bulk dataset and joined
as `tinwatch bulk stories` does it. Texts are not compared: they are many times the data, and are
compared one chunk after the other. Ten million articles need some 10 GB of disk.

Exit code 1 if memory exceeds MAX_GIGABYTES, or if a planted reprint has not its original as a
candidate.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.stories.joining import MAX_CANDIDATES, MAX_HOLDERS
from storage.bulk.dataset import DatasetFolder
from storage.bulk.story_join import StoryJoin
from storage.bulk.tables import TABLES

SENTENCES, INDEXED, KEPT = 20, 6, 14
PART_ARTICLES = 100_000
REPRINT_EVERY = 10
STOCK_PHRASES = 500
MAX_GIGABYTES = 24.0
MIN_RECALL = 0.999


def write_part(folder: Path, first: int, count: int, seed: int) -> None:
    """Write the shingles of some articles. A reprint is of the article five before it."""
    rng = np.random.default_rng(seed)
    shingles = rng.integers(-(2**62), 2**62, (count, SENTENCES), dtype=np.int64)
    shingles[:, -1] = rng.integers(0, STOCK_PHRASES, count)
    reprints = np.arange(REPRINT_EVERY, count, REPRINT_EVERY)
    shingles[reprints, :KEPT] = shingles[reprints - 5, :KEPT]
    numbers = np.arange(first, first + count, dtype=np.int64)
    columns = [
        pa.array(numbers),
        pa.array(numbers),
        pa.array(numbers + 1_700_000_000).cast(pa.timestamp("s", tz="UTC")),
        lists(shingles),
        lists(np.ascontiguousarray(shingles[:, :INDEXED])),
    ]
    part = folder / "shingles" / "site=alpha" / "year=2025" / f"part-{first}-000.parquet"
    part.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_arrays(columns, schema=TABLES["shingles"]), part)


def lists(rows: Any) -> pa.Array:
    offsets = np.arange(0, rows.size + 1, rows.shape[1], dtype=np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(rows.ravel()))


def recall(join: StoryJoin, articles: int) -> float:
    """Return the share of planted reprints whose original is a candidate, of the first part."""
    planted = range(REPRINT_EVERY, min(articles, PART_ARTICLES), REPRINT_EVERY)
    found = join.candidates_of(1, min(articles, PART_ARTICLES))
    return sum(n + 1 - 5 in found.get(n + 1, ()) for n in planted) / len(planted)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--memory", type=float, default=4.0, help="gigabytes for DuckDB")
    parser.add_argument("--json", action="store_true", help="print only the JSON line")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for first in range(0, options.articles, PART_ARTICLES):
            write_part(folder, first, min(PART_ARTICLES, options.articles - first), first)
        join = StoryJoin(DatasetFolder(name), folder, options.memory, {})
        started = time.perf_counter()
        join.number_articles()
        pairs = join.find_candidates(MAX_CANDIDATES, MAX_HOLDERS)
        seconds = time.perf_counter() - started
        share = recall(join, options.articles)
        join.close()
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    figures = {
        "articles": options.articles,
        "pairs": pairs,
        "seconds": round(seconds, 1),
        "peak_gigabytes": round(gigabytes, 2),
        "recall": round(share, 4),
    }
    if not options.json:
        for key, value in figures.items():
            sys.stdout.write(f"{key}: {value}\n")
    sys.stdout.write(json.dumps(figures) + "\n")
    return int(gigabytes > MAX_GIGABYTES or share < MIN_RECALL)


if __name__ == "__main__":
    sys.exit(main())
