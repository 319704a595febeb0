"""article_days says which articles have several revisions: a search may find more than one."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
ALTER TABLE article_days ADD COLUMN revised INTEGER NOT NULL DEFAULT 0;  -- 1: several revisions
UPDATE article_days SET revised = 1 WHERE article IN
  (SELECT article FROM revisions WHERE number > 1);

CREATE TRIGGER article_days_revised AFTER INSERT ON revisions WHEN NEW.number > 1
BEGIN
  UPDATE article_days SET revised = 1 WHERE article = NEW.article;
END;

DROP TRIGGER article_days_come;
DROP TRIGGER article_days_go;
CREATE TRIGGER article_days_come AFTER INSERT ON search_revisions
WHEN NOT EXISTS (SELECT 1 FROM revisions JOIN revisions AS inserted ON inserted.id = NEW.revision
  WHERE revisions.article = NEW.article AND (revisions.observed_at, revisions.number)
  > (inserted.observed_at, inserted.number))
BEGIN
  INSERT OR REPLACE INTO article_days SELECT id, site, NEW.day,
    EXISTS (SELECT 1 FROM revisions WHERE article = NEW.article AND number > 1)
    FROM articles WHERE id = NEW.article;
END;
CREATE TRIGGER article_days_go AFTER DELETE ON search_revisions
BEGIN
  DELETE FROM article_days WHERE article = OLD.article;
  INSERT INTO article_days SELECT articles.id, site, day,
    EXISTS (SELECT 1 FROM revisions AS other WHERE other.article = articles.id AND other.number > 1)
    FROM articles
    JOIN revisions ON revisions.article = articles.id
    JOIN search_revisions ON search_revisions.revision = revisions.id
    WHERE articles.id = OLD.article ORDER BY observed_at DESC, revisions.number DESC LIMIT 1;
END;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
