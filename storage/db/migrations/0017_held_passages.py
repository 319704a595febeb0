"""Shingles of new articles, computed by the crawl for the end of the batch."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE held_passages (
  article INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  places BLOB NOT NULL
);
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
