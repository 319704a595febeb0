"""Shingle index: round trip, lookups and size."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from storage.db.connection import open_database
from storage.stories import shingle_index
from storage.stories.shingle_index import ShingleIndexReader, add_postings, pack, unpack

NUMBERS = st.integers(0, 2**26 - 1)
ARTICLES = st.integers(1, 2**31)


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return open_database(tmp_path / "a.db")


@given(st.lists(st.tuples(NUMBERS, ARTICLES), unique=True))
def test_block_round_trip(postings: list[tuple[int, int]]) -> None:
    block = sorted(number << 32 | article for number, article in postings)
    assert unpack(pack(block)) == block


@settings(max_examples=40)
@given(batches=st.lists(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 50)), max_size=60)))
def test_index_returns_exactly_the_added_postings(batches: list[list[tuple[int, int]]]) -> None:
    db = Database(memory=True)
    db.execute("CREATE TABLE shingle_blocks (first INTEGER PRIMARY KEY, postings BLOB NOT NULL)")
    true: dict[int, set[int]] = defaultdict(set)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shingle_index, "MAX_BLOCK_POSTINGS", 8)  # many splits
        for batch in batches:
            add_postings(db, batch)
            for number, article in batch:
                true[number].add(article)
        found = ShingleIndexReader(db).find(range(301))
    assert found == {number: sorted(articles) for number, articles in true.items()}


def test_shingle_with_more_postings_than_a_block_is_not_split(db: Database) -> None:
    add_postings(db, [(7, article) for article in range(1, 1000)] + [(8, 5)])
    assert ShingleIndexReader(db).find([7, 8]) == {7: list(range(1, 1000)), 8: [5]}


def test_article_takes_at_most_28_bytes(db: Database) -> None:
    chance = Random(1)
    postings = [(chance.getrandbits(26), a) for a in range(20_000) for _ in range(6)]
    for start in range(0, len(postings), 30_000):
        add_postings(db, postings[start : start + 30_000])
    used = db.execute("SELECT sum(length(postings) + 12) FROM shingle_blocks").fetchone()[0]
    assert used / 20_000 <= 28  # SQLite's pages are filled to nine tenths or less
