"""Shingle positions that a crawl precomputes for the clusterer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.stories.clusterer import StoryClusterer
from pipelines.stories.sentences import SHINGLE_RULES_VERSION, shingle_text
from pipelines.stories.stock_phrases import stock_phrase_shingles
from storage.articles.revisions import last_revision
from storage.articles.rollback import Rollback, roll_back
from storage.db.connection import transaction
from storage.run_stats import RunStats
from storage.stories.pending_shingles import (
    delete_pending_positions,
    pending_positions,
    save_pending_positions,
)

if TYPE_CHECKING:
    from tests.conftest import Watcher

POSITIONS = ((7, 0), (2**26 - 1, 3), (7, 4))


def read_one_article(watcher: Watcher) -> int:
    """Read one new article in a run that is not published; return its id."""
    recorder = watcher.begin()
    recorder.record(watcher.read())
    recorder.finish(RunStats(), listings_complete=True)
    return 1


def pending_rows(watcher: Watcher) -> int:
    return int(watcher.db.execute("SELECT count(*) FROM pending_shingles").fetchone()[0])


def test_crawl_stores_the_positions_of_the_text(watcher: Watcher) -> None:
    article = read_one_article(watcher)
    record = last_revision(watcher.db, article).record
    computed = shingle_text(record, stock_phrase_shingles()).sketch.positions
    assert computed
    assert pending_positions(watcher.db, article, SHINGLE_RULES_VERSION) == computed


def test_positions_can_be_deleted(watcher: Watcher) -> None:
    article = read_one_article(watcher)
    delete_pending_positions(watcher.db, [article])
    assert pending_rows(watcher) == 0
    assert pending_positions(watcher.db, article, SHINGLE_RULES_VERSION) is None


def test_no_positions_are_pending_after_the_batch(watcher: Watcher) -> None:
    watcher.batch(watcher.read())
    assert watcher.kinds() == ["new"]
    assert pending_rows(watcher) == 0


@pytest.mark.parametrize("positions", [(), POSITIONS])
def test_positions_round_trip(watcher: Watcher, positions: tuple[tuple[int, int], ...]) -> None:
    article = read_one_article(watcher)
    save_pending_positions(watcher.db, article, 1, SHINGLE_RULES_VERSION, positions)
    assert pending_positions(watcher.db, article, SHINGLE_RULES_VERSION) == positions


def test_positions_of_an_older_revision_are_ignored(watcher: Watcher) -> None:
    article = read_one_article(watcher)
    save_pending_positions(watcher.db, article, 0, SHINGLE_RULES_VERSION, POSITIONS)
    assert pending_positions(watcher.db, article, SHINGLE_RULES_VERSION) is None


def test_positions_of_older_rules_are_ignored(watcher: Watcher) -> None:
    article = read_one_article(watcher)
    save_pending_positions(watcher.db, article, 1, SHINGLE_RULES_VERSION - 1, POSITIONS)
    assert pending_positions(watcher.db, article, SHINGLE_RULES_VERSION) is None


def test_ignored_positions_are_deleted_when_the_article_is_assigned(watcher: Watcher) -> None:
    article = read_one_article(watcher)
    save_pending_positions(watcher.db, article, 0, SHINGLE_RULES_VERSION, POSITIONS)
    clusterer = StoryClusterer(watcher.db)
    clusterer.assign(article)
    clusterer.close()
    assert pending_rows(watcher) == 0


def test_retracted_article_leaves_no_positions(watcher: Watcher) -> None:
    read_one_article(watcher)
    assert pending_rows(watcher) == 1
    with transaction(watcher.db):
        roll_back(watcher.db, Rollback.of(watcher.db, watcher.runs))
    assert pending_rows(watcher) == 0
