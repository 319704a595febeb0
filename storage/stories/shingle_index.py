"""Which articles hold a passage: a small index of passage numbers, packed in blocks.

A row holds one block of postings (number, article), sorted, from its lowest number up to the next
row's. Packed as planes of bytes and compressed, a posting takes about three bytes, where a row of
its own would take thirteen and more; a lookup reads one block.
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

BLOCK = 256  # postings; a block with more is split in two
REMEMBERED = 4096  # blocks that a reader keeps unpacked: two kilobytes each
_SHIFT = 32
_ARTICLE = (1 << _SHIFT) - 1


class PassageReader:
    """Looks passages up. It remembers what it reads, so it serves a time in which nobody writes."""

    def __init__(self, db: Database) -> None:
        self.db = db
        rows = db.execute("SELECT first FROM passage_blocks ORDER BY first")
        self._firsts = [row[0] for row in rows]
        self._block = lru_cache(REMEMBERED)(self._read_block)

    def find(self, numbers: Iterable[int]) -> dict[int, list[int]]:
        """The articles in which each passage number stands; numbers that none has are left out."""
        found: dict[int, list[int]] = {}
        for number in set(numbers):
            place = bisect_right(self._firsts, number) - 1
            if place < 0:
                continue
            held, articles = self._block(self._firsts[place])
            low = bisect_left(held, number)
            high = bisect_right(held, number, low)
            if low < high:
                found[number] = articles[low:high].tolist()
        return found

    def _read_block(self, first: int) -> tuple[array[int], array[int]]:
        query = "SELECT postings FROM passage_blocks WHERE first = ?"
        return columns(self.db.execute(query, [first]).fetchone()[0])


def add_passages(db: Database, postings: Iterable[tuple[int, int]]) -> None:
    """Adds (number, article) pairs. Many at once are cheaper: each block is written once."""
    ordered = sorted(number << _SHIFT | article for number, article in postings)
    start = 0
    while start < len(ordered):
        first, block, end = _read(db, ordered[start] >> _SHIFT)
        stop = bisect_left(ordered, end << _SHIFT)
        _write(db, first, sorted({*block, *ordered[start:stop]}))
        start = stop


def indexed_articles(db: Database) -> list[int]:
    """All articles that the index holds, in order."""
    rows = db.execute("SELECT postings FROM passage_blocks")
    return sorted({article for (packed,) in rows for article in columns(packed)[1]})


def index_rules(db: Database) -> int:
    """By which rules the index was made (`RULES` of pipelines/stories/sentences.py)."""
    return int(db.execute("SELECT rules FROM passage_rules").fetchone()[0])


def empty_index(db: Database, rules: int, articles: Iterable[int]) -> None:
    """For an index by these rules; the articles wait to be put into it."""
    db.execute("DELETE FROM passage_blocks")
    db.execute("DELETE FROM stock_passages")
    db.execute("UPDATE passage_rules SET rules = ?", [rules])
    known = "SELECT id FROM articles WHERE id IN (SELECT value FROM json_each(?))"
    db.execute(f"INSERT OR IGNORE INTO unindexed {known}", [json.dumps(list(articles))])


def take_unindexed(db: Database, most: int) -> list[int]:
    """The next articles that wait for the index, in order; they wait no longer."""
    rows = db.execute("SELECT article FROM unindexed ORDER BY article LIMIT ?", [most])
    taken = [row[0] for row in rows]
    db.conn.executemany("DELETE FROM unindexed WHERE article = ?", [(a,) for a in taken])
    return taken


def stock_passages(db: Database) -> set[int]:
    """Numbers of passages that stand in many texts and are nobody's own."""
    return {row[0] for row in db.execute("SELECT number FROM stock_passages")}


def add_stock(db: Database, numbers: Iterable[int]) -> None:
    db.conn.executemany("INSERT OR IGNORE INTO stock_passages VALUES (?)", [(n,) for n in numbers])


def _read(db: Database, number: int) -> tuple[int, list[int], int]:
    """The block that a number belongs to: its first number, its postings, the next one's first."""
    row = db.execute(
        "SELECT first, postings FROM passage_blocks WHERE first <= ? ORDER BY first DESC LIMIT 1",
        [number],
    ).fetchone()
    after = db.execute(
        "SELECT min(first) FROM passage_blocks WHERE first > ?", [number]
    ).fetchone()[0]
    first, packed = row or (0, None)
    return first, unpack(packed) if packed else [], after if after is not None else 1 << _SHIFT


def _write(db: Database, first: int, block: list[int]) -> None:
    if len(block) <= BLOCK:
        db.execute("INSERT OR REPLACE INTO passage_blocks VALUES (?, ?)", [first, pack(block)])
        return
    middle = block[len(block) // 2] >> _SHIFT  # a number's postings stay in one block
    cut = bisect_left(block, middle << _SHIFT)
    if cut == 0:
        middle += 1
        cut = bisect_left(block, middle << _SHIFT)
    if cut == len(block):  # one number only, more often than a block holds: a stock phrase
        db.execute("INSERT OR REPLACE INTO passage_blocks VALUES (?, ?)", [first, pack(block)])
        return
    _write(db, first, block[:cut])
    _write(db, middle, block[cut:])


def pack(block: list[int]) -> bytes:
    """Numbers as differences to the one before, and articles, each as planes of bytes."""
    numbers = [posting >> _SHIFT for posting in block]
    steps = [b - a for a, b in zip([0, *numbers], numbers, strict=False)]
    planes = _planes(steps) + _planes([posting & _ARTICLE for posting in block])
    return zlib.compress(planes, 6)


def unpack(packed: bytes) -> list[int]:
    return [n << _SHIFT | a for n, a in zip(*columns(packed), strict=True)]


def columns(packed: bytes) -> tuple[array[int], array[int]]:
    """A block's numbers, in order, and the article of each."""
    planes = zlib.decompress(packed)
    count = len(planes) // 8
    steps = _column(planes[: 4 * count], count)
    return array("I", accumulate(steps)), _column(planes[4 * count :], count)


def _planes(column: list[int]) -> bytes:
    raw = array("I", column).tobytes()
    return b"".join(raw[place::4] for place in range(4))


def _column(planes: bytes, count: int) -> array[int]:
    raw = bytearray(4 * count)
    for place in range(4):
        raw[place::4] = planes[place * count : (place + 1) * count]
    return array("I", bytes(raw))
