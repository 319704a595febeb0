"""Looking at everything anew: after the rules by which stories and their index are made changed.

All of it in many short transactions, since others may have to write meanwhile. An index that was
cut off is gone on with on the next night; stories are not, and need another `regroup`.
"""

from __future__ import annotations

from pipelines.stories.clusterer import StoryClusterer
from pipelines.stories.sentences import SHINGLE_RULES_VERSION
from storage.articles.repository import article_ids_by_first_seen
from storage.db.connection import Database, transaction
from storage.stories.shingle_index import empty_index, index_rules, indexed_articles, take_unindexed

ARTICLES_PER_TRANSACTION = 1000  # articles a transaction, which take about a second


def recluster_all(db: Database) -> int:
    """Places every article anew and keeps the stories' ids; returns how many articles.

    Needed once for a home from before there were stories, and after the rules here changed.
    """
    articles = article_ids_by_first_seen(db)
    with transaction(db):
        empty_index(db, SHINGLE_RULES_VERSION, articles)
    _index_the_unindexed(db)
    for start in range(0, len(articles), ARTICLES_PER_TRANSACTION):
        with transaction(db):
            clusterer = StoryClusterer(db)
            for article in articles[start : start + ARTICLES_PER_TRANSACTION]:
                clusterer.place(article)
            clusterer.close()
    return len(articles)


def update_index(db: Database) -> None:
    """Makes an index anew that other rules made; the stories stay as they are."""
    with transaction(db):
        if index_rules(db) != SHINGLE_RULES_VERSION:
            empty_index(db, SHINGLE_RULES_VERSION, indexed_articles(db))
    _index_the_unindexed(db)


def _index_the_unindexed(db: Database) -> None:
    while _index_some(db):
        pass


def _index_some(db: Database) -> bool:
    with transaction(db):
        taken = take_unindexed(db, ARTICLES_PER_TRANSACTION)
        if taken:
            clusterer = StoryClusterer(db)
            for article in taken:
                clusterer.remember(article)
            clusterer.write()  # no more: what belongs together may be in the next batch
    return bool(taken)
