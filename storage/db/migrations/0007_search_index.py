"""The full-text index: words and, per revision, day and checksum."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE VIRTUAL TABLE search_words USING fts5(
  body, title, lead, captions, authors,
  body_exact, title_exact, lead_exact, captions_exact, authors_exact,
  content='', tokenize="unicode61 remove_diacritics 0"
);

CREATE TABLE search_revisions (   -- what the index holds of each revision beside its words
  revision INTEGER PRIMARY KEY, article INTEGER NOT NULL,
  day TEXT NOT NULL,               -- published, or where no date is printed first seen
  checksum INTEGER NOT NULL        -- of the words that were indexed
) STRICT;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
