"""The index of words over every revision: written with the revision, in its transaction.

The words of a revision can be taken out of a contentless index only by those that went in, so
what changes a record says so before: `forget`, then `index_revision`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlite_utils import Database

from storage.db.connection import (
    Transaction,
    current_transaction,
    finish_index_rebuild,
    index_rebuilds,
    transaction,
)
from storage.search.tokenizer import site_word, words
from storage.timezone import VIETNAM

MAX_BATCH_REVISIONS = 500  # revisions that are indexed in one transaction

COLUMNS = ("body", "title", "lead", "captions", "authors")  # in the order of search_words
INDEX_NAME = "search_words"  # in the table index_rebuilds

_NAMES = ", ".join((*COLUMNS, "site"))
_MARKS = ", ".join("?" * (len(COLUMNS) + 1))
_INSERT_TOKENS = f"INSERT INTO search_words (rowid, {_NAMES}) VALUES (?, {_MARKS})"
_DELETE_TOKENS = (
    f"INSERT INTO search_words (search_words, rowid, {_NAMES}) VALUES ('delete', ?, {_MARKS})"
)

# A revision that is known keeps its row, so that the triggers of article_days stay asleep.
_UPSERT_REVISION = (
    "INSERT INTO search_revisions VALUES (?, ?, ?, ?) ON CONFLICT (revision) "
    "DO UPDATE SET article = excluded.article, day = excluded.day, checksum = excluded.checksum"
)

# Words of revisions that the running transaction writes at its end. SQLite sets a savepoint at
# each statement that fires a trigger, and at each savepoint FTS5 writes its cache as a segment of
# the index: inserted one by one, every revision would become a segment, and merging them takes
# three times as long.
_deferred: WeakKeyDictionary[Transaction, list[tuple[object, ...]]] = WeakKeyDictionary()


def _deferred_rows(db: Database) -> list[tuple[object, ...]] | None:
    """The rows that the running transaction will write at its end; None outside `transaction`."""
    running = current_transaction(db)
    if running is None:
        return None
    if running not in _deferred:
        _deferred[running] = []
        running.before_commit.append(flush_index_writes)
    return _deferred[running]


def flush_index_writes(db: Database) -> None:
    """Write the deferred words of the running transaction."""
    rows = _deferred_rows(db)
    if rows:
        db.conn.executemany(_INSERT_TOKENS, rows)
        rows.clear()


def record_tokens(record: dict[str, Any]) -> tuple[bytes, ...]:
    """What is indexed of a record as stored: a text for each of COLUMNS, and the site; in UTF-8."""
    captions = (
        f"{c['text']} {c['photographer']}" if c["photographer"] else c["text"]
        for c in record["captions"]
    )
    texts = (
        "\n".join(block["text"] for block in record["body"]),
        record["title"],
        record["lead"] or "",
        "\n".join(captions),
        "\n".join(author["name"] for author in record["authors"]),
    )
    return (*(words(text) if text else b"" for text in texts), site_word(record["site"]).encode())


def index_revision(
    db: Database, revision: int, article: int, first_seen: str, record: dict[str, Any]
) -> None:
    """Adds a revision that the index does not hold. first_seen: of its article, UTC text.

    Within `transaction` it is found as soon as that has ended.
    """
    said = record_tokens(record)
    waiting = _deferred_rows(db)
    if waiting is None:
        db.execute(_INSERT_TOKENS, [revision, *said])
    else:
        waiting.append((revision, *said))
        if len(waiting) == MAX_BATCH_REVISIONS:
            flush_index_writes(db)
    db.execute(_UPSERT_REVISION, [revision, article, day_of(record, first_seen), checksum_of(said)])


def remove_revisions(db: Database, revisions: Iterable[int]) -> None:
    """Takes revisions out, by their records as they still are. Those not in it are passed over."""
    flush_index_writes(db)
    for revision in revisions:
        row = db.execute(
            "SELECT record FROM revisions JOIN search_revisions ON revision = id WHERE id = ?",
            [revision],
        ).fetchone()
        if row is not None:
            db.execute(_DELETE_TOKENS, [revision, *record_tokens(json.loads(row[0]))])
            db.execute("DELETE FROM search_revisions WHERE revision = ?", [revision])


def day_of(record: dict[str, Any], first_seen: str) -> str:
    """The day of publication in Vietnam; where none is printed, that on which we saw it first."""
    published: str | None = record["published"]
    return published[:10] if published else _local_day(first_seen)


def _local_day(utc: str) -> str:
    return datetime.fromisoformat(utc).astimezone(VIETNAM).date().isoformat()


def checksum_of(said: Iterable[bytes]) -> int:
    return zlib.crc32(b"\0".join(said))


_ALL = (
    "SELECT revisions.id, article, first_seen, record FROM revisions "
    "JOIN articles ON articles.id = article WHERE revisions.id > ? {more} "
    "ORDER BY revisions.id LIMIT ?"
)
_MISSING = "AND revisions.id NOT IN (SELECT revision FROM search_revisions)"


def index_missing_revisions(
    db: Database,
    after: int = 0,
    most: int = MAX_BATCH_REVISIONS,
    tell: Callable[[], None] = lambda: None,
) -> int | None:
    """Indexes up to `most` revisions with a higher id than `after` that the index does not hold.

    Returns the id of the last one, None where there was none left.
    """
    return _index(db, _ALL.format(more=_MISSING), after, most, tell)


def build_requested_index(db: Database) -> None:
    """Build the index if a migration has emptied it. Other writers wait until it is complete."""
    if INDEX_NAME not in index_rebuilds(db):
        return
    with transaction(db):
        if INDEX_NAME in index_rebuilds(db):  # no other process has built it meanwhile
            last: int | None = 0
            while last is not None:
                last = _index(db, _ALL.format(more=""), last, MAX_BATCH_REVISIONS, lambda: None)
            finish_index_rebuild(db, INDEX_NAME)


def _index(db: Database, asked: str, after: int, most: int, tell: Callable[[], None]) -> int | None:
    rows = db.execute(asked, [after, most]).fetchall()
    for revision, article, first_seen, record in rows:
        index_revision(db, revision, article, first_seen, json.loads(record))
        tell()
    flush_index_writes(db)
    return rows[-1][0] if rows else None
