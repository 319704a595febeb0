"""What a search costs: common words, a mixed set of queries, the index itself."""

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

from reprints.stock import sentence
from sqlite_utils import Database

from storage.db.connection import open_database, transaction
from storage.search.indexer import index_revision
from storage.search.parser import parse_query
from storage.search.rank import count_hits, find
from using.home import record

GOALS = {"common_ms": 100.0, "p95_ms": 300.0}
ROUNDS = 3
WRITTEN = 1000  # articles whose indexing is timed
COMMIT = 50  # of them in one transaction
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
    """Times are milliseconds of one `find` of twenty hits; counts the time to count all hits."""
    with closing(open_database(home / "tinwatch.db")) as db:
        common = {words: _median(lambda w=words: _found(db, w)) for words in COMMON}
        mixed = {words: _median(lambda w=words: _found(db, w)) for words in MIXED}
        newest = {f"{w} (newest)": _median(lambda w=w: _found(db, w, "newest")) for w in COMMON[:6]}
        counts = [_median(lambda w=w: count_hits(db, parse_query(w))) for w in COMMON]
        every = {**mixed, **newest}
        p95_cpu = quantiles([*_cpu(db, MIXED), *_cpu(db, COMMON[:6], "newest")], n=20)[-1]
        found = count_hits(db, parse_query("đảng"))
        cpu = median(_cpu(db, COMMON))
        size = _bytes(db)
        revisions = db["search_revisions"].count
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
        "index_us": _cost_of_writing(),
    }


def _found(db: Database, words: str, order: Any = "rank") -> None:
    find(db, parse_query(words), order=order)


def _median(call: Callable[[], object]) -> float:
    """Milliseconds."""
    spent = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        call()
        spent.append(1000 * (time.perf_counter() - began))
    return median(spent)


def _cpu(db: Database, asked: tuple[str, ...], order: Any = "rank") -> list[float]:
    """Milliseconds of the processor a query: what it costs on a machine that others use as well."""
    spent = []
    for words in asked:
        began = time.process_time()
        _found(db, words, order)
        spent.append(1000 * (time.process_time() - began))
    return spent


def _bytes(db: Database) -> int:
    """The pages of the index, as SQLite's dbstat counts them."""
    query = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search%'"
    return int(db.execute(query).fetchone()[0])


def _cost_of_writing() -> float:
    """Microseconds of the processor an article, its share of the commits included."""
    chance = Random(2)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    stock = [sentence(chance, chance.randint(12, 32)) for _ in range(2000)]
    records = [record(chance, stock, "alpha", n, at).as_json() for n in range(WRITTEN)]
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_database(Path(folder) / "tinwatch.db")) as db,
    ):
        began = time.process_time()
        for start in range(0, WRITTEN, COMMIT):
            with transaction(db):
                for number in range(start, min(WRITTEN, start + COMMIT)):
                    index_revision(db, number, number, "2026-03-01T00:00:00Z", records[number])
        return 1e6 * (time.process_time() - began) / WRITTEN
