"""Every capture in which an article was read, so that captures may arrive in any order.

Until now only the first capture of each text was stored, with the time of the last one. What is
known of the others is filled in. A revision that a new extractor version made carries the time of
the page that it was extracted from, so that revisions are ordered by time.
"""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE sightings (           -- captures in which an article was read
  article INTEGER NOT NULL REFERENCES articles(id),
  observed_at TEXT NOT NULL,
  revision INTEGER NOT NULL,       -- number of a revision with the text that was read
  run INTEGER REFERENCES runs(id),
  warc TEXT, warc_offset INTEGER,  -- record with the bytes; null: there is none, or it is unknown
  source_url TEXT,                 -- where an archive holds the capture; null: our own
  PRIMARY KEY (article, observed_at, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX sightings_run ON sightings(run);
CREATE TABLE early_misses (        -- failed checks of articles that have not been read yet
  site TEXT NOT NULL REFERENCES sites(name), key TEXT NOT NULL,
  run INTEGER NOT NULL REFERENCES runs(id), observed_at TEXT NOT NULL,
  outcome TEXT NOT NULL, detail TEXT NOT NULL, capture INTEGER REFERENCES captures(id),
  PRIMARY KEY (site, key, observed_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_events_article ON pending_events(article);
ALTER TABLE captures ADD COLUMN source_url TEXT;
UPDATE revisions SET observed_at = coalesce((
  SELECT base.observed_at FROM revisions AS base WHERE base.article = revisions.article
  AND base.number < revisions.number AND base.cause = 'site' AND base.capture IS revisions.capture
  ORDER BY base.number DESC LIMIT 1), observed_at) WHERE cause = 'extractor';
INSERT INTO sightings
  SELECT article, observed_at, number, run, warc, warc_offset, NULL FROM revisions
  LEFT JOIN captures ON captures.id = capture WHERE cause = 'site';
INSERT OR IGNORE INTO sightings
  SELECT articles.id, last_seen, revision, NULL, warc, warc_offset, NULL FROM articles
  JOIN revisions ON article = articles.id AND number = revision
  LEFT JOIN captures ON captures.id = capture WHERE last_seen > observed_at;
DROP TRIGGER article_days_come;
DROP TRIGGER article_days_go;
CREATE TRIGGER article_days_come AFTER INSERT ON search_revisions
WHEN NOT EXISTS (SELECT 1 FROM revisions JOIN revisions AS inserted ON inserted.id = NEW.revision
  WHERE revisions.article = NEW.article AND (revisions.observed_at, revisions.number)
  > (inserted.observed_at, inserted.number))
BEGIN
  INSERT OR REPLACE INTO article_days SELECT id, site, NEW.day FROM articles WHERE id = NEW.article;
END;
CREATE TRIGGER article_days_go AFTER DELETE ON search_revisions
BEGIN
  DELETE FROM article_days WHERE article = OLD.article;
  INSERT INTO article_days SELECT articles.id, site, day FROM articles
    JOIN revisions ON revisions.article = articles.id
    JOIN search_revisions ON search_revisions.revision = revisions.id
    WHERE articles.id = OLD.article ORDER BY observed_at DESC, number DESC LIMIT 1;
END;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
