"""Looking at everything anew: the same stories, found again by an index of other numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from pipelines.stories import recluster, shingles
from pipelines.stories import sentences as passages
from pipelines.stories.recluster import update_index, recluster_all
from storage.db.connection import Database, transaction
from storage.run_stats import RunStats
from storage.stories.repository import story_rows
from storage.stories.shingle_index import index_rules, indexed_articles
from tests.pipelines.stories.test_keeper import Day, prose, put

if TYPE_CHECKING:
    from tests.conftest import Watcher


def three_stories(watcher: Watcher, day: Day) -> list[tuple[int, int]]:
    for number in range(6):
        put(watcher, f"s{number}", day(number), prose(number // 2))
    return found(watcher.db)


def found(db: Database) -> list[tuple[int, int]]:
    return [(row.story, row.articles) for row in story_rows(db)]


def numbers_of_other_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every token is another number, as when the function that makes them changes."""
    monkeypatch.setattr(recluster, "RULES", passages.SHINGLE_RULES_VERSION + 1)
    monkeypatch.setattr(shingles, "_FACTORS", shingles._FACTORS // 3 | shingles._ODD)


def test_regrouping_finds_the_same_stories_under_the_same_numbers(
    watcher: Watcher, day: Day
) -> None:
    before = three_stories(watcher, day)
    assert len(before) == 3
    assert recluster_all(watcher.db) == 6
    assert found(watcher.db) == before


def test_a_new_home_is_told_by_which_rules_it_is_made(watcher: Watcher, day: Day) -> None:
    put(watcher, "alpha", day(0), prose(1))
    assert index_rules(watcher.db) == passages.SHINGLE_RULES_VERSION


def test_an_index_that_other_rules_made_is_made_anew_on_the_next_night(
    watcher: Watcher, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_stories(watcher, day)
    numbers_of_other_rules(monkeypatch)
    put(watcher, "late", day(9), prose(0))
    assert index_rules(watcher.db) == passages.SHINGLE_RULES_VERSION + 1
    assert sorted(articles for _, articles in found(watcher.db)) == [2, 2, 3]
    assert watcher.kinds()[-1] == "reposted"


def test_it_holds_the_same_articles_and_leaves_the_stories(
    watcher: Watcher, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, indexed = three_stories(watcher, day), indexed_articles(watcher.db)
    assert indexed == [1, 2, 3, 4, 5, 6]
    numbers_of_other_rules(monkeypatch)
    monkeypatch.setattr(recluster, "BATCH", 1)  # each in a batch of its own
    update_index(watcher.db)
    assert (found(watcher.db), indexed_articles(watcher.db)) == (before, indexed)


def test_an_index_of_todays_rules_stays(watcher: Watcher, day: Day) -> None:
    three_stories(watcher, day)
    query = "SELECT first, postings FROM passage_blocks"
    before = watcher.db.execute(query).fetchall()
    update_index(watcher.db)
    assert watcher.db.execute(query).fetchall() == before


def test_what_was_not_believed_yet_is_not_indexed(
    watcher: Watcher, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_stories(watcher, day)
    recorder = watcher.begin("held", at=day(7))
    recorder.record(watcher.read(site="held", at=day(7), body=prose(9), lead=None))
    recorder.finish(RunStats(), swept=True)
    numbers_of_other_rules(monkeypatch)
    update_index(watcher.db)
    assert indexed_articles(watcher.db) == [1, 2, 3, 4, 5, 6]


def test_what_was_cut_off_is_gone_on_with(
    watcher: Watcher, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = three_stories(watcher, day)
    numbers_of_other_rules(monkeypatch)
    monkeypatch.setattr(recluster, "BATCH", 4)
    took = recluster.take_unindexed

    def killed_the_second_time(db: Database, most: int) -> list[int]:
        taken = took(db, most)
        if taken[0] > 1:
            raise KeyboardInterrupt
        return taken

    with monkeypatch.context() as patch:
        patch.setattr(recluster, "take_unindexed", killed_the_second_time)
        with pytest.raises(KeyboardInterrupt):
            update_index(watcher.db)
    assert indexed_articles(watcher.db) == [1, 2, 3, 4]
    update_index(watcher.db)
    assert indexed_articles(watcher.db) == [1, 2, 3, 4, 5, 6]
    assert found(watcher.db) == before


def test_others_may_write_between_the_batches(
    watcher: Watcher, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_stories(watcher, day)
    monkeypatch.setattr(recluster, "BATCH", 2)
    written: list[str] = []
    with closing(watcher.home.database()) as other:
        other.execute("PRAGMA busy_timeout = 0")  # locked is locked, at once

        @contextmanager
        def after_another_wrote(db: Database) -> Iterator[None]:
            with transaction(other):
                other.execute("UPDATE sites SET title = ?", [f"{len(written)}"])
            written.append("a batch")
            with transaction(db):
                yield

        monkeypatch.setattr(recluster, "transaction", after_another_wrote)
        recluster_all(watcher.db)
    assert len(written) == 1 + 4 + 3  # emptied, indexed until none was left, placed
