"""Stories and the shingle index they are found by. Replaces the table of paragraph hashes."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE passage_blocks (     -- which articles hold a passage: packed postings, by number
  first INTEGER PRIMARY KEY, postings BLOB NOT NULL
) STRICT;

CREATE TABLE stock_passages (     -- passages that many texts hold: they make no story
  number INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE stories (            -- one text on several pages; a merged one leads to the other
  id INTEGER PRIMARY KEY AUTOINCREMENT, merged_into INTEGER REFERENCES stories(id)
) STRICT;

CREATE TABLE story_members (
  article INTEGER PRIMARY KEY REFERENCES articles(id),
  story INTEGER NOT NULL REFERENCES stories(id)
) STRICT;
CREATE INDEX story_members_story ON story_members(story);

DROP TABLE passages;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
