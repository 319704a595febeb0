"""New parts of the search index fill the pages of the database.

FTS5 stores an index in pieces of at most `pgsz` bytes, SQLite a piece in 489 bytes of a page with
others and in overflow pages of 4,092 bytes: 8,192 bytes left a twentieth of these unused. Existing
parts change when they are merged, or by `tinwatch reindex`.
"""

from __future__ import annotations

from sqlite_utils import Database


def migrate(db: Database) -> None:
    db.execute("INSERT INTO search_words (search_words, rank) VALUES ('pgsz', 8670)")
