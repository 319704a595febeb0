"""Inverted index from shingles to articles, packed in blocks.

A row holds a block of sorted postings (shingle, article), from its first shingle up to the first
shingle of the next row. Delta-coded, split into byte planes and compressed, a posting takes about
three bytes; a row per posting would take at least thirteen. A lookup reads one block.
"""

from __future__ import annotations

import json
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate

from sqlite_utils import Database

MAX_BLOCK_POSTINGS = 256  # a larger block is split in two
MAX_CACHED_BLOCKS = 4096  # unpacked, two kilobytes each
_SHIFT = 32
_ARTICLE_MASK = (1 << _SHIFT) - 1


class ShingleIndexReader:
    """Reads the index with a cache of blocks; valid only as long as nobody writes."""

    def __init__(self, db: Database) -> None:
        self.db = db
        rows = db.execute("SELECT first FROM shingle_blocks ORDER BY first")
        self._firsts = [row[0] for row in rows]
        self._block = lru_cache(MAX_CACHED_BLOCKS)(self._read_block)

    def find(self, shingles: Iterable[int]) -> dict[int, list[int]]:
        """Return shingle -> articles that contain it, for shingles that are indexed."""
        articles_by_shingle: dict[int, list[int]] = {}
        for shingle in set(shingles):
            index = bisect_right(self._firsts, shingle) - 1
            if index < 0:
                continue
            block_shingles, articles = self._block(self._firsts[index])
            low = bisect_left(block_shingles, shingle)
            high = bisect_right(block_shingles, shingle, low)
            if low < high:
                articles_by_shingle[shingle] = articles[low:high].tolist()
        return articles_by_shingle

    def _read_block(self, first: int) -> tuple[array[int], array[int]]:
        query = "SELECT postings FROM shingle_blocks WHERE first = ?"
        return columns(self.db.execute(query, [first]).fetchone()[0])


def add_postings(db: Database, postings: Iterable[tuple[int, int]]) -> None:
    """Add (shingle, article) postings. A large batch is cheaper: each block is written once."""
    ordered = sorted(shingle << _SHIFT | article for shingle, article in postings)
    start = 0
    while start < len(ordered):
        first, block, end = _read(db, ordered[start] >> _SHIFT)
        stop = bisect_left(ordered, end << _SHIFT)
        _write(db, first, sorted({*block, *ordered[start:stop]}))
        start = stop


def indexed_articles(db: Database) -> list[int]:
    """Return the ids of all indexed articles, ascending."""
    rows = db.execute("SELECT postings FROM shingle_blocks")
    return sorted({article for (packed,) in rows for article in columns(packed)[1]})


def index_rules_version(db: Database) -> int:
    """Return the SHINGLE_RULES_VERSION (pipelines/stories/sentences.py) of the index."""
    return int(db.execute("SELECT rules_version FROM shingle_index_version").fetchone()[0])


def reset_index(db: Database, rules_version: int, articles: Iterable[int]) -> None:
    """Empty the index for another version of the rules and queue the articles for indexing."""
    db.execute("DELETE FROM shingle_blocks")
    db.execute("DELETE FROM stock_shingles")
    db.execute("UPDATE shingle_index_version SET rules_version = ?", [rules_version])
    existing = "SELECT id FROM articles WHERE id IN (SELECT value FROM json_each(?))"
    db.execute(
        f"INSERT OR IGNORE INTO shingle_index_queue {existing}", [json.dumps(list(articles))]
    )


def take_unindexed(db: Database, limit: int) -> list[int]:
    """Remove and return the next queued articles, ascending."""
    rows = db.execute("SELECT article FROM shingle_index_queue ORDER BY article LIMIT ?", [limit])
    articles = [row[0] for row in rows]
    db.conn.executemany(
        "DELETE FROM shingle_index_queue WHERE article = ?", [(a,) for a in articles]
    )
    return articles


def stock_shingles(db: Database) -> set[int]:
    """Return the shingles of stock phrases, which stand in many texts."""
    return {row[0] for row in db.execute("SELECT shingle FROM stock_shingles")}


def add_stock_shingles(db: Database, shingles: Iterable[int]) -> None:
    db.conn.executemany("INSERT OR IGNORE INTO stock_shingles VALUES (?)", [(n,) for n in shingles])


def _read(db: Database, shingle: int) -> tuple[int, list[int], int]:
    """Return the block of a shingle: its first shingle, its postings, the next block's first."""
    row = db.execute(
        "SELECT first, postings FROM shingle_blocks WHERE first <= ? ORDER BY first DESC LIMIT 1",
        [shingle],
    ).fetchone()
    after = db.execute(
        "SELECT min(first) FROM shingle_blocks WHERE first > ?", [shingle]
    ).fetchone()[0]
    first, packed = row or (0, None)
    return first, unpack(packed) if packed else [], after if after is not None else 1 << _SHIFT


def _write(db: Database, first: int, block: list[int]) -> None:
    if len(block) <= MAX_BLOCK_POSTINGS:
        db.execute("INSERT OR REPLACE INTO shingle_blocks VALUES (?, ?)", [first, pack(block)])
        return
    middle = block[len(block) // 2] >> _SHIFT  # a shingle's postings stay in one block
    cut = bisect_left(block, middle << _SHIFT)
    if cut == 0:
        middle += 1
        cut = bisect_left(block, middle << _SHIFT)
    if cut == len(block):  # a single shingle with more postings than a block: a stock phrase
        db.execute("INSERT OR REPLACE INTO shingle_blocks VALUES (?, ?)", [first, pack(block)])
        return
    _write(db, first, block[:cut])
    _write(db, middle, block[cut:])


def pack(block: list[int]) -> bytes:
    """Return the compressed block: delta-coded shingles, then articles, each as byte planes."""
    shingles = [posting >> _SHIFT for posting in block]
    deltas = [b - a for a, b in zip([0, *shingles], shingles, strict=False)]
    planes = _planes(deltas) + _planes([posting & _ARTICLE_MASK for posting in block])
    return zlib.compress(planes, 6)


def unpack(packed: bytes) -> list[int]:
    """Return the postings of a packed block."""
    return [n << _SHIFT | a for n, a in zip(*columns(packed), strict=True)]


def columns(packed: bytes) -> tuple[array[int], array[int]]:
    """Return a block's shingles, ascending, and the article of each."""
    planes = zlib.decompress(packed)
    count = len(planes) // 8
    deltas = _column(planes[: 4 * count], count)
    return array("I", accumulate(deltas)), _column(planes[4 * count :], count)


def _planes(column: list[int]) -> bytes:
    raw = array("I", column).tobytes()
    return b"".join(raw[byte::4] for byte in range(4))


def _column(planes: bytes, count: int) -> array[int]:
    raw = bytearray(4 * count)
    for byte in range(4):
        raw[byte::4] = planes[byte * count : (byte + 1) * count]
    return array("I", bytes(raw))
