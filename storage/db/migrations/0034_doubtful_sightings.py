"""Sightings say whether the text of their capture is doubtful beside that of others.

So far only the generic extractor's readings are known to be: their revisions name it.
"""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
ALTER TABLE sightings ADD COLUMN doubtful INTEGER NOT NULL DEFAULT 0;
UPDATE sightings SET doubtful = 1 WHERE EXISTS (SELECT 1 FROM revisions
  WHERE revisions.article = sightings.article AND number = sightings.revision
  AND extractor_version LIKE '%.generic');
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
