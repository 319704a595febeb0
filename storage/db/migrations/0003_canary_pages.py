"""Articles that a person pinned: every run checks that they are extracted as before."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE canaries (           -- pages that a person pinned: each run must read them the same
  article INTEGER PRIMARY KEY REFERENCES articles(id), pinned_at TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT ''
) STRICT;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
