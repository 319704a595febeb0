"""Rebuilding the search index and checking it against the revisions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from sqlite_utils import Database

from storage.db.connection import finish_index_rebuild, request_index_rebuild, transaction
from storage.search.indexer import (
    INDEX_NAME,
    day_of,
    empty_index,
    index_missing_revisions,
    record_tokens,
    tokens_checksum,
)


def rebuild_index(db: Database, on_progress: Callable[[], None] = lambda: None) -> int:
    """Rebuild the index in batches, while others may write. Return its number of revisions.

    Until it is done a search finds only what is indexed so far. An interrupted rebuild is finished
    when the home is opened again. `on_progress` is called once per revision.
    """
    with transaction(db):
        empty_index(db)
        request_index_rebuild(db, INDEX_NAME)
    last: int | None = 0
    while last is not None:
        with transaction(db):
            last = index_missing_revisions(db, last, on_progress=on_progress)
    with transaction(db):
        db.execute("INSERT INTO search_words (search_words) VALUES ('optimize')")
        finish_index_rebuild(db, INDEX_NAME)
    return int(db["search_revisions"].count)


def index_inconsistencies(db: Database) -> Iterator[str]:
    """Yield a problem for each kind of difference between the index and the revisions."""
    missing, orphaned, different = 0, 0, 0
    for expected_article, record, first_seen, article, day, checksum in db.execute(
        "SELECT revisions.article, record, first_seen, s.article, s.day, s.checksum "
        "FROM revisions JOIN articles ON articles.id = revisions.article "
        "LEFT JOIN search_revisions AS s ON s.revision = revisions.id"
    ):
        if article is None:
            missing += 1
        elif not _is_current(record, first_seen, day, checksum) or article != expected_article:
            different += 1
    orphaned = _count(db, "SELECT count(*) FROM search_revisions WHERE revision NOT IN "
                     "(SELECT id FROM revisions)")  # fmt: skip
    half_indexed = _count(db, "SELECT count(*) FROM (SELECT rowid FROM search_words EXCEPT "
                     "SELECT revision FROM search_revisions)") + _count(
        db, "SELECT count(*) FROM search_revisions WHERE revision NOT IN "
            "(SELECT rowid FROM search_words)")  # fmt: skip
    problems = {
        "revisions are not in the index": missing,
        "revisions are in the index and nowhere else": orphaned,
        "revisions are in the index with other words or another day": different,
        "revisions are in one half of the index only": half_indexed,
    }
    for problem, count in problems.items():
        if count:
            yield f"search: {count} {problem}; tinwatch reindex makes it anew"


def _is_current(record: str, first_seen: str, day: str, checksum: int) -> bool:
    try:
        data = json.loads(record)
        return tokens_checksum(record_tokens(data)) == checksum and day_of(data, first_seen) == day
    except (ValueError, KeyError, TypeError):
        return False


def _count(db: Database, query: str) -> int:
    return int(db.execute(query).fetchone()[0])
