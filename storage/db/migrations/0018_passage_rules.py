"""The version of the rules by which the shingle index was built, and its rebuild queue."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE passage_rules (
  rules INTEGER NOT NULL           -- pipelines/stories/sentences.py: RULES, when the index was made
) STRICT;
INSERT INTO passage_rules VALUES (1);
CREATE TABLE unindexed (           -- whose passages are to be put into an index that is made anew
  article INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE
) STRICT;
ALTER TABLE held_passages ADD COLUMN rules INTEGER NOT NULL DEFAULT 1;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
