"""The tables of the index: docs/schema.md explains them."""

from __future__ import annotations

# The body first: its words are most, and the first column costs no byte to name.
COLUMNS = ("body", "title", "lead", "captions", "authors")
EXACT = tuple(f"{column}_exact" for column in COLUMNS)

# Contentless: the words are kept, not the texts, which are in the revisions' records.
SEARCH = f"""
CREATE VIRTUAL TABLE search_words USING fts5(
  {", ".join((*COLUMNS, *EXACT))},
  content='', tokenize="unicode61 remove_diacritics 0"
);

CREATE TABLE search_revisions (   -- what the index holds of each revision beside its words
  revision INTEGER PRIMARY KEY, article INTEGER NOT NULL,
  day TEXT NOT NULL,               -- published, or where no date is printed first seen
  checksum INTEGER NOT NULL        -- of the words that were indexed
) STRICT;
"""
