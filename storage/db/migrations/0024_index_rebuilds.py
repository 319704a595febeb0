"""The list of indexes that are still to be built, for homes that new_search_words left without it.

That migration once built the index itself; it now adds a row to this table.
"""

from __future__ import annotations

from sqlite_utils import Database


def migrate(db: Database) -> None:
    db.execute(
        "CREATE TABLE IF NOT EXISTS index_rebuilds (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID"
    )
