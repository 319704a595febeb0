"""Looking at everything anew: after the rules by which stories and their index are made changed."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.stories.keeper import REMEMBERED, StoryKeeper
from pipelines.stories.passages import RULES
from storage.database import Database
from storage.passage_index import empty_index, index_rules, indexed_articles


def regroup(db: Database) -> int:
    """Places every article anew and keeps the stories' ids; returns how many articles.

    Needed once for a home from before there were stories, and after the rules here changed.
    """
    order = "SELECT id FROM articles WHERE status <> 'moved' ORDER BY first_seen, id"
    articles = [row[0] for row in db.execute(order).fetchall()]
    _index_anew(db, articles)
    for some in _batches(articles):
        keeper = StoryKeeper(db)
        for article in some:
            keeper.place(article)
        keeper.close()
    return len(articles)


def keep_up(db: Database) -> None:
    """Makes an index anew that other rules made; the stories stay as they are."""
    if index_rules(db) != RULES:
        _index_anew(db, indexed_articles(db))


def _index_anew(db: Database, articles: list[int]) -> None:
    empty_index(db, RULES)
    for some in _batches(articles):
        keeper = StoryKeeper(db)
        for article in some:
            keeper.remember(article)
        keeper.write()  # no more: what belongs together may be in the next batch


def _batches(articles: list[int]) -> Iterator[list[int]]:
    return (articles[start : start + REMEMBERED] for start in range(0, len(articles), REMEMBERED))
