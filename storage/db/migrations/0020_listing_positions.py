"""What each listing showed in the last finished run that read it."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE listing_positions (  -- of the last finished run that read the listing
  site TEXT NOT NULL REFERENCES sites(name),
  listing TEXT NOT NULL,           -- URL of a section's first page, or of a feed
  position INTEGER NOT NULL,       -- from the top, 0 first
  key TEXT NOT NULL,               -- of the article
  PRIMARY KEY (site, listing, position)
) STRICT, WITHOUT ROWID;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
