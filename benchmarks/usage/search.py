"""Cost of a search: common words, a mix of queries, and the index itself."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

from reprints.texts import sentence
from sqlite_utils import Database

from storage.db.connection import open_database, transaction
from storage.search.indexer import index_revision
from storage.search.parser import parse_query
from storage.search.rank import count_hits, find
from usage.generated_home import record

GOALS = {"common_ms": 60.0, "p95_ms": 300.0, "database_bytes_per_article": 8000.0}
ROUNDS = 3
INDEXED_ARTICLES = 1000
ARTICLES_PER_COMMIT = 50
COMMON = (
    "đảng", "dang", "bộ", "tỉnh", "người", "của", "trong", "năm", "công tác", "đảng bộ", "dang bo",
    "chi bộ", "nhân dân", "và các",
)  # fmt: skip
MIXED = (
    *COMMON, '"chi bộ"', '"dang vien"', '"công tác đảng"', "="'"đảng viên"', "chuyển*", "đại hộ*",
    "th*",
    "title:đảng", "title:(xã OR phường)", 'author:"Lầu A Páo"', "caption:Khuê", "Páo", "nhật",
    "đảng -bộ", "đảng bộ -chi",
    "(trường OR lớp) học", "đảng from:2024-03 to:2024-04",
    "dang from:2025-12", "site:hanoi đảng", 'province:"Cần Thơ" chi bộ', "status:removed đảng",
    "status:removed", "from:2025-06-01 to:2025-06-07", "site:hanoi OR Khuê", "123", "777/QĐ-UBND",
)  # fmt: skip


def measure(home: Path) -> dict[str, Any]:
    """Return milliseconds of one `find` of twenty hits and of counting all hits, and sizes."""
    with closing(open_database(home / "tinwatch.db")) as db:
        common = {words: _median(lambda w=words: _search(db, w)) for words in COMMON}
        mixed = {words: _median(lambda w=words: _search(db, w)) for words in MIXED}
        newest = {
            f"{w} (newest)": _median(lambda w=w: _search(db, w, "newest")) for w in COMMON[:6]
        }
        counts = [_median(lambda w=w: count_hits(db, parse_query(w))) for w in COMMON]
        every = {**mixed, **newest}
        p95_cpu = quantiles([*_cpu(db, MIXED), *_cpu(db, COMMON[:6], "newest")], n=20)[-1]
        found = count_hits(db, parse_query("đảng"))
        cpu = median(_cpu(db, COMMON))
        size, records = _bytes(db, "search%"), _bytes(db, "revisions")
        whole = _bytes(db, "%")
        revisions, articles = db["search_revisions"].count, db["articles"].count
    return {
        "revisions": revisions,
        "found": found,
        "common_ms": median(common.values()),
        "common_cpu_ms": cpu,
        "p95_ms": quantiles(every.values(), n=20)[-1],
        "p95_cpu_ms": p95_cpu,
        "count_common_ms": median(counts),
        "slowest": dict(sorted(every.items(), key=lambda q: -q[1])[:8]),
        "index_bytes": size / revisions,
        "database_bytes_per_article": whole / articles,
        "revisions_bytes_per_article": records / articles,
        "index_us": _indexing_us(),
    }


def _search(db: Database, words: str, order: Any = "rank") -> None:
    find(db, parse_query(words), order=order)


def _median(call: Callable[[], object]) -> float:
    """Return the median milliseconds of ROUNDS calls."""
    times_ms = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        call()
        times_ms.append(1000 * (time.perf_counter() - started))
    return median(times_ms)


def _cpu(db: Database, queries: tuple[str, ...], order: Any = "rank") -> list[float]:
    """Return CPU milliseconds per query, which other processes influence less than wall time."""
    times_ms = []
    for words in queries:
        started = time.process_time()
        _search(db, words, order)
        times_ms.append(1000 * (time.process_time() - started))
    return times_ms


def _bytes(db: Database, names: str) -> int:
    """Return the size of the pages of tables and indexes by SQLite's dbstat. `names`: for LIKE."""
    query = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE ?"
    return int(db.execute(query, [names]).fetchone()[0])


def _indexing_us() -> float:
    """Return CPU microseconds per indexed article, including its share of the commits."""
    chance = Random(2)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    stock = [sentence(chance, chance.randint(12, 32)) for _ in range(2000)]
    records = [record(chance, stock, "alpha", n, at).to_dict() for n in range(INDEXED_ARTICLES)]
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_database(Path(folder) / "tinwatch.db")) as db,
    ):
        started = time.process_time()
        for start in range(0, INDEXED_ARTICLES, ARTICLES_PER_COMMIT):
            with transaction(db):
                for number in range(start, min(INDEXED_ARTICLES, start + ARTICLES_PER_COMMIT)):
                    index_revision(db, number, number, "2026-03-01T00:00:00Z", records[number])
        return 1e6 * (time.process_time() - started) / INDEXED_ARTICLES
