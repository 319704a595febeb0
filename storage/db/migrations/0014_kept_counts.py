"""Numbers of articles and events per site, kept by triggers."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

# Written by triggers only. Events are append-only and articles never change their site.
SQL = """
CREATE TABLE article_counts (     -- articles of each site
  site TEXT PRIMARY KEY, articles INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE event_counts (       -- events of each site and kind, all that were ever published
  site TEXT NOT NULL, kind TEXT NOT NULL, events INTEGER NOT NULL, PRIMARY KEY (site, kind)
) STRICT, WITHOUT ROWID;

INSERT INTO article_counts SELECT site, count(*) FROM articles GROUP BY site;
INSERT INTO event_counts SELECT site, kind, count(*) FROM events GROUP BY site, kind;

CREATE TRIGGER article_counts_up AFTER INSERT ON articles
BEGIN
  INSERT INTO article_counts VALUES (NEW.site, 1)
    ON CONFLICT (site) DO UPDATE SET articles = articles + 1;
END;
CREATE TRIGGER article_counts_down AFTER DELETE ON articles
BEGIN
  UPDATE article_counts SET articles = articles - 1 WHERE site = OLD.site;
  DELETE FROM article_counts WHERE site = OLD.site AND articles = 0;
END;
CREATE TRIGGER event_counts_up AFTER INSERT ON events
BEGIN
  INSERT INTO event_counts VALUES (NEW.site, NEW.kind, 1)
    ON CONFLICT (site, kind) DO UPDATE SET events = events + 1;
END;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
