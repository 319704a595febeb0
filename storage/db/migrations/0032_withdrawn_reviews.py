"""A review can be withdrawn: the mark "withdrawn" makes an event unreviewed again."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE reviews_with_withdrawn ( -- append-only: the newest row of an event counts
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  event INTEGER NOT NULL REFERENCES events(id),
  mark TEXT NOT NULL CHECK (mark IN ('important', 'noise', 'checked', 'withdrawn')),
  note TEXT NOT NULL, name TEXT NOT NULL, marked_at TEXT NOT NULL
) STRICT;
INSERT INTO reviews_with_withdrawn SELECT id, event, mark, note, name, marked_at FROM reviews;
DROP TRIGGER reviews_stay;
DROP TABLE reviews;
ALTER TABLE reviews_with_withdrawn RENAME TO reviews;
CREATE INDEX reviews_event ON reviews(event, id);
CREATE TRIGGER reviews_are_final BEFORE UPDATE ON reviews
BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END;
CREATE TRIGGER reviews_stay BEFORE DELETE ON reviews
BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
