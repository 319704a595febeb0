"""New parts of the search index fill the pages of the database.

FTS5 stores an index in pieces of at most `pgsz` bytes, SQLite a piece in the beginning of a page
with others and in overflow pages, which it fills but for four bytes: pieces of 8,192 bytes left a
twentieth of these unused. Existing parts change when they are merged, or by `tinwatch reindex`.
"""

from __future__ import annotations

from sqlite_utils import Database

_ABOUT_BYTES = 8192  # of a piece
_ROW_HEADER_BYTES = 3


def migrate(db: Database) -> None:
    (page,) = db.execute("PRAGMA page_size").fetchone()
    beginning = (page - 12) * 32 // 255 - 23  # https://www.sqlite.org/fileformat2.html#payload
    overflow = _ABOUT_BYTES // (page - 4) * (page - 4)
    pgsz = beginning + overflow - _ROW_HEADER_BYTES
    db.execute("INSERT INTO search_words (search_words, rank) VALUES ('pgsz', ?)", [pgsz])
