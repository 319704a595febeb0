"""WARC files that were rewritten without old listings."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE prunings (           -- files of captures that were written anew without old listings
  id INTEGER PRIMARY KEY, file TEXT NOT NULL, pruned_at TEXT NOT NULL, records INTEGER NOT NULL,
  bytes INTEGER NOT NULL, ends TEXT NOT NULL,   -- JSON: old offset -> new, until it is done
  state TEXT NOT NULL CHECK (state IN ('begun', 'done'))
) STRICT;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
