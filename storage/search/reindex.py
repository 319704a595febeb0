"""The index as a whole: made anew, and looked at for what does not fit the revisions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from sqlite_utils import Database

from storage.db.connection import finish_index_rebuild, transaction
from storage.search.indexer import (
    INDEX_NAME,
    checksum_of,
    day_of,
    index_missing_revisions,
    record_tokens,
)


def rebuild_index(db: Database, tell: Callable[[], None] = lambda: None) -> int:
    """Makes the index anew, batch by batch, while others may write. Returns how many it holds.

    Until it is done a search finds what was indexed so far; cut off, it is to be begun again.
    `tell` is called once for every revision.
    """
    with transaction(db):
        db.execute("INSERT INTO search_words (search_words) VALUES ('delete-all')")
        db.execute("DELETE FROM search_revisions")
    last: int | None = 0
    while last is not None:
        with transaction(db):
            last = index_missing_revisions(db, last, tell=tell)
    with transaction(db):
        db.execute("INSERT INTO search_words (search_words) VALUES ('optimize')")
        finish_index_rebuild(db, INDEX_NAME)
    return int(db["search_revisions"].count)


def index_inconsistencies(db: Database) -> Iterator[str]:
    """What the index says that the revisions do not, and the reverse."""
    missing, spare, other = 0, 0, 0
    for stated, record, first_seen, article, day, checksum in db.execute(
        "SELECT revisions.article, record, first_seen, s.article, s.day, s.checksum "
        "FROM revisions JOIN articles ON articles.id = revisions.article "
        "LEFT JOIN search_revisions AS s ON s.revision = revisions.id"
    ):
        if article is None:
            missing += 1
        elif not _fits(record, first_seen, day, checksum) or article != stated:
            other += 1
    spare = _one(db, "SELECT count(*) FROM search_revisions WHERE revision NOT IN "
                     "(SELECT id FROM revisions)")  # fmt: skip
    apart = _one(db, "SELECT count(*) FROM (SELECT rowid FROM search_words EXCEPT "
                     "SELECT revision FROM search_revisions)") + _one(
        db, "SELECT count(*) FROM search_revisions WHERE revision NOT IN "
            "(SELECT rowid FROM search_words)")  # fmt: skip
    said = {
        "revisions are not in the index": missing,
        "revisions are in the index and nowhere else": spare,
        "revisions are in the index with other words or another day": other,
        "revisions are in one half of the index only": apart,
    }
    for what, number in said.items():
        if number:
            yield f"search: {number} {what}; tinwatch reindex makes it anew"


def _fits(record: str, first_seen: str, day: str, checksum: int) -> bool:
    try:
        data = json.loads(record)
        return checksum_of(record_tokens(data)) == checksum and day_of(data, first_seen) == day
    except (ValueError, KeyError, TypeError):
        return False


def _one(db: Database, query: str) -> int:
    return int(db.execute(query).fetchone()[0])
