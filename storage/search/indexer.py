"""The index of words over every revision: written with the revision, in its transaction.

The words of a revision can be taken out of a contentless index only by those that went in, so
what changes a record says so before: `forget`, then `index_revision`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlite_utils import Database

from storage.db.schema_search import COLUMNS
from storage.search.tokenizer import site_word, words
from storage.timezone import VIETNAM

BATCH = 500  # revisions that are indexed in one transaction

_NAMES = ", ".join((*COLUMNS, "site"))
_MARKS = ", ".join("?" * (len(COLUMNS) + 1))
_ADD = f"INSERT INTO search_words (rowid, {_NAMES}) VALUES (?, {_MARKS})"
_TAKE = f"INSERT INTO search_words (search_words, rowid, {_NAMES}) VALUES ('delete', ?, {_MARKS})"

# A revision that is known keeps its row, so that the triggers of article_days stay asleep.
_KNOW = (
    "INSERT INTO search_revisions VALUES (?, ?, ?, ?) ON CONFLICT (revision) "
    "DO UPDATE SET article = excluded.article, day = excluded.day, checksum = excluded.checksum"
)

# What a transaction has to say to search_words at its end. SQLite sets a savepoint at each
# statement that wakes a trigger, and at each savepoint FTS5 writes what it was told so far as a
# piece of the index of its own: told article by article it would write one for each, and would
# merge them all for three times the cost.
_waiting: WeakKeyDictionary[Database, list[tuple[object, ...]]] = WeakKeyDictionary()


@contextmanager
def words_at_the_end(db: Database) -> Iterator[None]:
    """Within it the words of revisions wait; they are written when it ends well."""
    _waiting[db] = []
    try:
        yield
        write_words(db)
    finally:
        del _waiting[db]


def write_words(db: Database) -> None:
    """Writes the words that wait."""
    waiting = _waiting.get(db)
    if waiting:
        db.conn.executemany(_ADD, waiting)
        waiting.clear()


def words_of(record: dict[str, Any]) -> tuple[bytes, ...]:
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
    said = words_of(record)
    waiting = _waiting.get(db)
    if waiting is None:
        db.execute(_ADD, [revision, *said])
    else:
        waiting.append((revision, *said))
        if len(waiting) == BATCH:
            write_words(db)
    db.execute(_KNOW, [revision, article, day_of(record, first_seen), checksum_of(said)])


def forget(db: Database, revisions: Iterable[int]) -> None:
    """Takes revisions out, by their records as they still are. Those not in it are passed over."""
    write_words(db)
    for revision in revisions:
        row = db.execute(
            "SELECT record FROM revisions JOIN search_revisions ON revision = id WHERE id = ?",
            [revision],
        ).fetchone()
        if row is not None:
            db.execute(_TAKE, [revision, *words_of(json.loads(row[0]))])
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


def index_missing(
    db: Database, after: int = 0, most: int = BATCH, tell: Callable[[], None] = lambda: None
) -> int | None:
    """Indexes up to `most` revisions with a higher id than `after` that the index does not hold.

    Returns the id of the last one, None where there was none left.
    """
    return _index(db, _ALL.format(more=_MISSING), after, most, tell)


def index_all(db: Database) -> None:
    """Fills an empty table of words, whatever search_revisions says that it holds."""
    last: int | None = 0
    while last is not None:
        last = _index(db, _ALL.format(more=""), last, BATCH, lambda: None)


def _index(db: Database, asked: str, after: int, most: int, tell: Callable[[], None]) -> int | None:
    rows = db.execute(asked, [after, most]).fetchall()
    for revision, article, first_seen, record in rows:
        index_revision(db, revision, article, first_seen, json.loads(record))
        tell()
    write_words(db)
    return rows[-1][0] if rows else None
