"""Reclustering, and rebuilding the shingle index after its rules changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest

from pipelines.items import ArticleRead
from pipelines.stories import recluster, sentences, shingles
from pipelines.stories.recluster import recluster_all, update_index
from storage.db.connection import Database, transaction
from storage.home import open_home
from storage.run_stats import RunStats
from storage.stories.repository import members, story_summaries
from storage.stories.shingle_index import index_rules_version, indexed_articles
from tests.conftest import Watcher
from tests.pipelines.stories.test_clusterer import Day, prose, put


def three_stories(watcher: Watcher, day: Day) -> list[tuple[int, int]]:
    for number in range(6):
        put(watcher, f"s{number}", day(number), prose(number // 2))
    return story_sizes(watcher.db)


def story_sizes(db: Database) -> list[tuple[int, int]]:
    return [(row.story, row.articles) for row in story_summaries(db)]


def change_shingle_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Change the hash of every shingle and the rules version."""
    monkeypatch.setattr(recluster, "SHINGLE_RULES_VERSION", sentences.SHINGLE_RULES_VERSION + 1)
    monkeypatch.setattr(shingles, "_FACTORS", shingles._FACTORS // 3 | shingles._ODD)


def test_recluster_finds_the_same_stories_and_keeps_their_ids(watcher: Watcher, day: Day) -> None:
    before = three_stories(watcher, day)
    assert len(before) == 3
    assert recluster_all(watcher.db) == 6
    assert story_sizes(watcher.db) == before


def texts() -> dict[str, list[str]]:
    """Originals, shortened ones, excerpts, digests and two texts of one pattern, in time."""
    one, two, three = prose(1), prose(2), prose(3)
    return {
        "a": one, "e": two, "h": three, "b": one[:6], "c": [*one[:2], *prose(4, 6)],
        "d": [*one[5:], *two[5:]], "f": [*two[1:], *prose(5, 2)], "g": [*two[:3], *three[:4]],
        "i": [*three[4:], *prose(6, 3)], "j": prose(7), "k": one[2:4],
    }  # fmt: skip


def test_recluster_finds_the_same_stories_of_articles_stored_in_any_order(
    tmp_path: Path, day: Day
) -> None:
    found = []
    for number in range(4):
        watcher = Watcher(open_home(tmp_path / str(number)))
        made = list(enumerate(texts().items()))
        if number:
            Random(number).shuffle(made)
        for when, (site, body) in made:
            page = watcher.read(site=site, at=day(when), published=None, body=body, lead=None)
            late = ArticleRead(page.page, None, day(when))
            watcher.batch(late, site=site, at=None, kind="import", stats={"read": 1})
        # What an index that proposes too little may lead to, which differs with the order.
        with transaction(watcher.db):
            watcher.db.execute("DELETE FROM story_members WHERE article % 3 = ?", [number % 3])
        recluster_all(watcher.db)
        rows = story_summaries(watcher.db)
        found.append(sorted(sorted(m.site for m in members(watcher.db, r.story)) for r in rows))
        watcher.db.close()
    assert found[0] == [["a", "b", "c", "d", "k"], ["e", "f"], ["g", "h", "i"]]
    assert found == found[:1] * 4


def test_new_home_stores_the_rules_version(watcher: Watcher, day: Day) -> None:
    put(watcher, "alpha", day(0), prose(1))
    assert index_rules_version(watcher.db) == sentences.SHINGLE_RULES_VERSION


def test_index_of_another_rules_version_is_rebuilt_by_the_next_batch(
    watcher: Watcher, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_stories(watcher, day)
    change_shingle_rules(monkeypatch)
    put(watcher, "late", day(9), prose(0))
    assert index_rules_version(watcher.db) == sentences.SHINGLE_RULES_VERSION + 1
    assert sorted(articles for _, articles in story_sizes(watcher.db)) == [2, 2, 3]
    assert watcher.kinds()[-1] == "reposted"


def test_rebuilt_index_has_the_same_articles_and_stories(
    watcher: Watcher, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, indexed = three_stories(watcher, day), indexed_articles(watcher.db)
    assert indexed == [1, 2, 3, 4, 5, 6]
    change_shingle_rules(monkeypatch)
    monkeypatch.setattr(recluster, "ARTICLES_PER_TRANSACTION", 1)
    update_index(watcher.db)
    assert (story_sizes(watcher.db), indexed_articles(watcher.db)) == (before, indexed)


def test_index_of_the_current_rules_version_is_not_rebuilt(watcher: Watcher, day: Day) -> None:
    three_stories(watcher, day)
    query = "SELECT first, postings FROM shingle_blocks"
    before = watcher.db.execute(query).fetchall()
    update_index(watcher.db)
    assert watcher.db.execute(query).fetchall() == before


def test_articles_of_an_unpublished_run_are_not_indexed(
    watcher: Watcher, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_stories(watcher, day)
    recorder = watcher.begin("held", at=day(7))
    recorder.record(watcher.read(site="held", at=day(7), body=prose(9), lead=None))
    recorder.finish(RunStats(), listings_complete=True)
    change_shingle_rules(monkeypatch)
    update_index(watcher.db)
    assert indexed_articles(watcher.db) == [1, 2, 3, 4, 5, 6]


def test_interrupted_index_is_resumed(
    watcher: Watcher, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = three_stories(watcher, day)
    change_shingle_rules(monkeypatch)
    monkeypatch.setattr(recluster, "ARTICLES_PER_TRANSACTION", 4)
    original = recluster.take_unindexed

    def interrupt_second_call(db: Database, most: int) -> list[int]:
        articles = original(db, most)
        if articles[0] > 1:
            raise KeyboardInterrupt
        return articles

    with monkeypatch.context() as patch:
        patch.setattr(recluster, "take_unindexed", interrupt_second_call)
        with pytest.raises(KeyboardInterrupt):
            update_index(watcher.db)
    assert indexed_articles(watcher.db) == [1, 2, 3, 4]
    update_index(watcher.db)
    assert indexed_articles(watcher.db) == [1, 2, 3, 4, 5, 6]
    assert story_sizes(watcher.db) == before


def test_other_connections_can_write_between_transactions(
    watcher: Watcher, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_stories(watcher, day)
    monkeypatch.setattr(recluster, "ARTICLES_PER_TRANSACTION", 2)
    written: list[str] = []
    with closing(watcher.home.database()) as other:
        other.execute("PRAGMA busy_timeout = 0")  # fail at once if the database is locked

        @contextmanager
        def after_a_write_by_another(db: Database) -> Iterator[None]:
            with transaction(other):
                other.execute("UPDATE sites SET title = ?", [f"{len(written)}"])
            written.append("a transaction")
            with transaction(db):
                yield

        monkeypatch.setattr(recluster, "transaction", after_a_write_by_another)
        recluster_all(watcher.db)
    assert len(written) == 1 + 4 + 3  # emptying, indexing (the last call finds none), clustering
