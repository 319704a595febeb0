"""Reviews of events, append-only, and the indexes that the dashboard's lists use."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE reviews (            -- append-only: the newest row of an event counts
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  event INTEGER NOT NULL REFERENCES events(id),
  mark TEXT NOT NULL CHECK (mark IN ('important', 'noise', 'checked')),
  note TEXT NOT NULL, name TEXT NOT NULL, marked_at TEXT NOT NULL
) STRICT;
CREATE INDEX reviews_event ON reviews(event, id);

CREATE TRIGGER reviews_are_final BEFORE UPDATE ON reviews
BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END;
CREATE TRIGGER reviews_stay BEFORE DELETE ON reviews
BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END;

CREATE INDEX events_kind ON events(kind, id);
CREATE INDEX events_site_kind ON events(site, kind, id);
CREATE INDEX events_weight ON events(
  CASE kind WHEN 'edited' THEN coalesce(json_extract(detail, '$.priority'), 0) ELSE 1 END, id
) WHERE kind IN ('edited', 'removed');
CREATE INDEX articles_status ON articles(status, site);
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
