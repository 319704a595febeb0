"""A full-text index with one tokenizer for folded and written words.

The old index cannot be converted. The row in index_rebuilds has it built when the home is opened.
"""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

# Contentless: FTS5 keeps the words only, the texts are in the revisions' records. The body comes
# first: most words are in it, and the first column takes no byte to name. Texts are tokenized
# before they are inserted, so the simplest tokenizer suffices. 16 index segments are merged at
# once instead of 4: each page of the index is then written half as often.
SQL = """
DROP TABLE search_words;
CREATE VIRTUAL TABLE search_words USING fts5(
  body, title, lead, captions, authors, site,
  content='', tokenize="ascii tokenchars '_'"
);
INSERT INTO search_words (search_words, rank) VALUES ('pgsz', 8192);
INSERT INTO search_words (search_words, rank) VALUES ('automerge', 16);

CREATE TABLE IF NOT EXISTS index_rebuilds (  -- indexes to build when the home is opened to write
  name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO index_rebuilds SELECT 'search_words' WHERE EXISTS (SELECT 1 FROM revisions);
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
