"""The day of an article is that of its newest revision, also among those of one second.

Revisions of one second are ordered by what was first read from their captures, as everywhere
(storage/articles/revisions.py), no more by their numbers, which depend on the order of imports.
"""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

TEXT = (
    "coalesce((SELECT fingerprint FROM revisions AS same WHERE same.article = {revision}.article "
    "AND same.observed_at = {revision}.observed_at AND same.capture IS {revision}.capture "
    "AND (same.capture IS NOT NULL OR {revision}.cause = 'extractor') "
    "ORDER BY same.cause DESC, same.number LIMIT 1), {revision}.fingerprint)"
)
OTHER, INSERTED, OWN = (TEXT.format(revision=name) for name in ("other", "inserted", "revisions"))
SQL = f"""
DROP TRIGGER article_days_come;
DROP TRIGGER article_days_go;
CREATE TRIGGER article_days_come AFTER INSERT ON search_revisions
WHEN NOT EXISTS (SELECT 1 FROM revisions AS other JOIN revisions AS inserted
  ON inserted.id = NEW.revision WHERE other.article = NEW.article
  AND other.observed_at >= inserted.observed_at AND (other.observed_at, {OTHER}, other.number)
  > (inserted.observed_at, {INSERTED}, inserted.number))
BEGIN
  INSERT OR REPLACE INTO article_days SELECT id, site, NEW.day,
    EXISTS (SELECT 1 FROM revisions WHERE article = NEW.article AND number > 1)
    FROM articles WHERE id = NEW.article;
END;
CREATE TRIGGER article_days_go AFTER DELETE ON search_revisions
BEGIN
  DELETE FROM article_days WHERE article = OLD.article;
  INSERT INTO article_days SELECT articles.id, site, day,
    EXISTS (SELECT 1 FROM revisions AS any_other
      WHERE any_other.article = articles.id AND any_other.number > 1)
    FROM articles
    JOIN revisions ON revisions.article = articles.id
    JOIN search_revisions ON search_revisions.revision = revisions.id
    WHERE articles.id = OLD.article
    ORDER BY revisions.observed_at DESC, {OWN} DESC, revisions.number DESC LIMIT 1;
END;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
