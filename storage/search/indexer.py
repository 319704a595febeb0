"""The FTS5 index over every revision, written in the transaction of the revision.

search_words is a contentless FTS5 table: deleting a row needs the exact tokens that were inserted.
So call `remove_revisions` before a record changes and `index_revision` after it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable
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
from storage.search.tokenizer import TOKENIZER_VERSION, index_tokens, site_word
from storage.timezone import day_of_article, local_day

MAX_BATCH_REVISIONS = 500  # revisions indexed in one transaction

COLUMNS = ("body", "title", "lead", "captions", "authors")  # in the order of search_words
INDEX_NAME = "search_words"  # in the table index_rebuilds

_NAMES = ", ".join((*COLUMNS, "site"))
_MARKS = ", ".join("?" * (len(COLUMNS) + 1))
_INSERT_TOKENS = f"INSERT INTO search_words (rowid, {_NAMES}) VALUES (?, {_MARKS})"
_DELETE_TOKENS = (
    f"INSERT INTO search_words (search_words, rowid, {_NAMES}) VALUES ('delete', ?, {_MARKS})"
)

# An upsert, not a replace: a revision keeps its row, so the triggers of article_days do not fire.
_UPSERT_REVISION = (
    "INSERT INTO search_revisions VALUES (?, ?, ?, ?) ON CONFLICT (revision) "
    "DO UPDATE SET article = excluded.article, day = excluded.day, checksum = excluded.checksum"
)

# Rows that the running transaction inserts into search_words at its end. SQLite sets a savepoint at
# each statement that fires a trigger, and at each savepoint FTS5 writes its cache as a segment of
# the index: inserted one by one, every revision would become a segment, and merging them takes
# three times as long.
_deferred: WeakKeyDictionary[Transaction, list[tuple[object, ...]]] = WeakKeyDictionary()


def _deferred_rows(db: Database) -> list[tuple[object, ...]] | None:
    """Return the rows to insert at the end of the transaction, or None outside `transaction`."""
    running = current_transaction(db)
    if running is None:
        return None
    if running not in _deferred:
        _deferred[running] = []
        running.before_commit.append(flush_index_writes)
    return _deferred[running]


def flush_index_writes(db: Database) -> None:
    """Insert the deferred rows of the running transaction."""
    rows = _deferred_rows(db)
    if rows:
        db.conn.executemany(_INSERT_TOKENS, rows)
        rows.clear()


def record_tokens(record: dict[str, Any]) -> tuple[bytes, ...]:
    """Return the tokens of a stored record: one UTF-8 text per column of COLUMNS, and the site."""
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
    tokens = (index_tokens(text) if text else b"" for text in texts)
    return (*tokens, site_word(record["site"]).encode())


def index_revision(
    db: Database, revision: int, article: int, first_seen: str, record: dict[str, Any]
) -> None:
    """Add a revision that is not in the index. `first_seen` is that of its article, UTC text.

    Within `transaction`, searches find it when the transaction has ended.
    """
    tokens = record_tokens(record)
    deferred = _deferred_rows(db)
    if deferred is None:
        db.execute(_INSERT_TOKENS, [revision, *tokens])
    else:
        deferred.append((revision, *tokens))
        if len(deferred) == MAX_BATCH_REVISIONS:
            flush_index_writes(db)
    db.execute(
        _UPSERT_REVISION, [revision, article, day_of(record, first_seen), tokens_checksum(tokens)]
    )


def remove_revisions(db: Database, revisions: Iterable[int]) -> None:
    """Remove revisions, by their records before the change. Skip revisions that are not indexed."""
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
    """Return the publication day, or the day the article was first seen if none is printed."""
    return day_of_article(record["published"], first_seen)[0]


def move_first_seen(db: Database, article: int, first_seen: str) -> None:
    """Give an article's revisions without a printed date the day on which it was first seen."""
    day = local_day(first_seen)
    undated = "json_extract(record, '$.published') IS NULL"
    db.execute(
        "UPDATE search_revisions SET day = ? WHERE revision IN "
        f"(SELECT id FROM revisions WHERE article = ? AND {undated})",
        [day, article],
    )
    db.execute(
        "UPDATE article_days SET day = ? WHERE article = (SELECT article FROM revisions JOIN "
        f"articles ON articles.id = article WHERE article = ? AND number = revision AND {undated})",
        [day, article],
    )


def tokens_checksum(tokens: Iterable[bytes]) -> int:
    return zlib.crc32(b"\0".join(tokens))


_ALL = (
    "SELECT revisions.id, article, first_seen, record FROM revisions "
    "JOIN articles ON articles.id = article WHERE revisions.id > ? {more} "
    "ORDER BY revisions.id LIMIT ?"
)
_MISSING = "AND revisions.id NOT IN (SELECT revision FROM search_revisions)"


def index_missing_revisions(
    db: Database,
    after: int = 0,
    limit: int = MAX_BATCH_REVISIONS,
    on_progress: Callable[[], None] = lambda: None,
) -> int | None:
    """Index up to `limit` missing revisions with ids above `after`.

    Return the id of the last one, or None if none was left.
    """
    return _index(db, _ALL.format(more=_MISSING), after, limit, on_progress)


def build_requested_index(db: Database) -> None:
    """Build the index if a migration has emptied it or another tokenizer has built it.

    Other writers wait until it is complete.
    """
    if is_index_current(db):
        return
    with transaction(db):
        if not is_index_current(db):  # no other process has built it meanwhile
            empty_index(db)
            last: int | None = 0
            while last is not None:
                last = _index(db, _ALL.format(more=""), last, MAX_BATCH_REVISIONS, lambda: None)
            finish_index_rebuild(db, INDEX_NAME)


def is_index_current(db: Database) -> bool:
    """Whether the index is built, with the tokens of this version. Others cannot be deleted."""
    (version,) = db.execute("SELECT tokenizer FROM search_index_version").fetchone()
    return version == TOKENIZER_VERSION and INDEX_NAME not in index_rebuilds(db)


def empty_index(db: Database) -> None:
    """Remove every revision, and store the version of the tokens that are added from now on."""
    db.execute("INSERT INTO search_words (search_words) VALUES ('delete-all')")
    db.execute("DELETE FROM search_revisions")
    db.execute("UPDATE search_index_version SET tokenizer = ?", [TOKENIZER_VERSION])


def _index(
    db: Database, sql: str, after: int, limit: int, on_progress: Callable[[], None]
) -> int | None:
    rows = db.execute(sql, [after, limit]).fetchall()
    for revision, article, first_seen, record in rows:
        index_revision(db, revision, article, first_seen, json.loads(record))
        on_progress()
    flush_index_writes(db)
    return rows[-1][0] if rows else None
