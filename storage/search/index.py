"""The index of words over every revision: written with the revision, in its transaction.

The words of a revision can be taken out of a contentless index only by those that went in, so
what changes a record says so before: `forget`, then `index_revision`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlite_utils import Database

from storage.search.folding import both_forms
from storage.search.schema import COLUMNS, EXACT

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")  # no summer time since 1975
BATCH = 500  # revisions that are indexed in one transaction

_NAMES = ", ".join((*COLUMNS, *EXACT))
_MARKS = ", ".join("?" * (len(COLUMNS) + len(EXACT)))
_ADD = f"INSERT INTO search_words (rowid, {_NAMES}) VALUES (?, {_MARKS})"
_TAKE = f"INSERT INTO search_words (search_words, rowid, {_NAMES}) VALUES ('delete', ?, {_MARKS})"


def words_of(record: dict[str, Any]) -> tuple[str, ...]:
    """What is indexed of a record as stored: COLUMNS folded, then as written."""
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
    forms = [both_forms(text) if text else ("", "") for text in texts]
    return (*(folded for folded, _ in forms), *(written for _, written in forms))


def index_revision(
    db: Database, revision: int, article: int, first_seen: str, record: dict[str, Any]
) -> None:
    """Adds a revision that the index does not hold. first_seen: of its article, UTC text."""
    words = words_of(record)
    db.execute(_ADD, [revision, *words])
    db.execute(
        "INSERT INTO search_revisions VALUES (?, ?, ?, ?)",
        [revision, article, day_of(record, first_seen), checksum_of(words)],
    )


def forget(db: Database, revisions: Iterable[int]) -> None:
    """Takes revisions out, by their records as they still are. Those not in it are passed over."""
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


def checksum_of(words: Iterable[str]) -> int:
    return zlib.crc32("\0".join(words).encode("utf-8", "replace"))


_ALL = (
    "SELECT revisions.id, article, first_seen, record FROM revisions "
    "JOIN articles ON articles.id = article WHERE revisions.id > ? {more} "
    "ORDER BY revisions.id LIMIT ?"
)


def index_missing(
    db: Database, after: int = 0, most: int = BATCH, tell: Callable[[], None] = lambda: None
) -> int | None:
    """Indexes up to `most` revisions with a higher id than `after` that the index does not hold.

    Returns the id of the last one, None where there was none left.
    """
    more = "AND revisions.id NOT IN (SELECT revision FROM search_revisions)"
    rows = db.execute(_ALL.format(more=more), [after, most]).fetchall()
    for revision, article, first_seen, record in rows:
        index_revision(db, revision, article, first_seen, json.loads(record))
        tell()
    return rows[-1][0] if rows else None
