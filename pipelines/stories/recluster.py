"""Rebuild the stories and the shingle index after the rules that make them changed.

The work is done in many short transactions, so that other processes can write in between. An
interrupted index is resumed by the next batch; interrupted clustering needs another `recluster`.
"""

from __future__ import annotations

from pipelines.stories.clusterer import StoryClusterer
from pipelines.stories.sentences import SHINGLE_RULES_VERSION
from storage.articles.repository import article_ids_by_first_seen
from storage.db.connection import Database, transaction
from storage.stories.shingle_index import (
    index_rules_version,
    indexed_articles,
    reset_index,
    take_unindexed,
)

ARTICLES_PER_TRANSACTION = 1000  # about one second of work


def recluster_all(db: Database) -> int:
    """Cluster every article again, keeping story ids. Return the number of articles.

    Needed once for a home that is older than stories, and after the clustering rules changed.
    """
    articles = article_ids_by_first_seen(db)
    with transaction(db):
        reset_index(db, SHINGLE_RULES_VERSION, articles)
    _index_remaining(db)
    for start in range(0, len(articles), ARTICLES_PER_TRANSACTION):
        with transaction(db):
            clusterer = StoryClusterer(db)
            for article in articles[start : start + ARTICLES_PER_TRANSACTION]:
                clusterer.assign(article)
            clusterer.close()
    return len(articles)


def update_index(db: Database) -> None:
    """Rebuild the shingle index if other rules made it. The stories stay unchanged."""
    with transaction(db):
        if index_rules_version(db) != SHINGLE_RULES_VERSION:
            reset_index(db, SHINGLE_RULES_VERSION, indexed_articles(db))
    _index_remaining(db)


def _index_remaining(db: Database) -> None:
    while _index_next(db):
        pass


def _index_next(db: Database) -> bool:
    """Index the next articles in one transaction; return False if none was left."""
    with transaction(db):
        articles = take_unindexed(db, ARTICLES_PER_TRANSACTION)
        if articles:
            clusterer = StoryClusterer(db)
            for article in articles:
                clusterer.compare(article)
            clusterer.write_index()  # no clustering: related articles may be in a later transaction
    return bool(articles)
