"""How often each source of a field was confirmed or disputed on the pages of a site."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE source_counts_state (
  site TEXT PRIMARY KEY REFERENCES sites(name), version TEXT NOT NULL, pages INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE source_counts (
  site TEXT NOT NULL, field TEXT NOT NULL, source TEXT NOT NULL,
  confirmed INTEGER NOT NULL, unknown INTEGER NOT NULL, disputed INTEGER NOT NULL,
  PRIMARY KEY (site, field, source)
) STRICT, WITHOUT ROWID;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
