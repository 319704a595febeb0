"""The day of each article for calendars, kept by triggers, and saved searches."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

# search_revisions holds the day of every revision; an article has that of its newest one.
SQL = """
CREATE TABLE article_days (       -- the day of each article's newest revision
  article INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
  site TEXT NOT NULL, day TEXT NOT NULL
) STRICT;
CREATE INDEX article_days_site ON article_days(site, day, article);
CREATE INDEX held_events_site ON held_events(site);
CREATE INDEX events_site_observed ON events(site, observed_at, kind);

INSERT INTO article_days
SELECT articles.id, site, day FROM articles
JOIN revisions ON revisions.article = articles.id AND number = articles.revision
JOIN search_revisions ON search_revisions.revision = revisions.id;

CREATE TRIGGER article_days_come AFTER INSERT ON search_revisions
WHEN NOT EXISTS (SELECT 1 FROM revisions WHERE article = NEW.article AND number >
  (SELECT number FROM revisions WHERE id = NEW.revision))
BEGIN
  INSERT OR REPLACE INTO article_days SELECT id, site, NEW.day FROM articles WHERE id = NEW.article;
END;
CREATE TRIGGER article_days_go AFTER DELETE ON search_revisions
BEGIN
  DELETE FROM article_days WHERE article = OLD.article;
  INSERT INTO article_days SELECT articles.id, site, day FROM articles
    JOIN revisions ON revisions.article = articles.id
    JOIN search_revisions ON search_revisions.revision = revisions.id
    WHERE articles.id = OLD.article ORDER BY number DESC LIMIT 1;
END;

CREATE TABLE saved_searches (
  name TEXT PRIMARY KEY, query TEXT NOT NULL, created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
