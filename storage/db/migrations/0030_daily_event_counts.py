"""Numbers of events per day, kept by triggers, and indexes for lists of one kind and for edits."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

# Days are in Vietnam time.
SQL = """
CREATE TABLE event_days (         -- events by the day on which they were observed
  site TEXT NOT NULL, day TEXT NOT NULL, kind TEXT NOT NULL, events INTEGER NOT NULL,
  PRIMARY KEY (site, day, kind)
) STRICT, WITHOUT ROWID;

INSERT INTO event_days SELECT site, date(observed_at, '+7 hours'), kind, count(*)
  FROM events GROUP BY 1, 2, 3;

CREATE TRIGGER event_days_up AFTER INSERT ON events
BEGIN
  INSERT INTO event_days VALUES (NEW.site, date(NEW.observed_at, '+7 hours'), NEW.kind, 1)
    ON CONFLICT (site, day, kind) DO UPDATE SET events = events + 1;
END;

CREATE INDEX events_kind_observed ON events(kind, observed_at);
CREATE INDEX events_edits ON events(
  site, observed_at, json_extract(detail, '$.class'), json_extract(detail, '$.priority')
) WHERE kind = 'edited';
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
