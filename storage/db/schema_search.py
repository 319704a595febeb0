"""The tables of the index: docs/schema.md explains them."""

from __future__ import annotations

# The body first: its words are most, and the first column costs no byte to name.
COLUMNS = ("body", "title", "lead", "captions", "authors")

# The tables as they first were; NEW_WORDS took the place of search_words.
SEARCH = """
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

# Contentless: the words are kept, not the texts, which are in the revisions' records. words.py
# splits the texts, so that the plainest tokenizer is left to do. Sixteen small segments of the
# index are merged into one, not four: each page of it is then written half as often.
NEW_WORDS = f"""
DROP TABLE search_words;
CREATE VIRTUAL TABLE search_words USING fts5(
  {", ".join(COLUMNS)}, site,
  content='', tokenize="ascii tokenchars '_'"
);
INSERT INTO search_words (search_words, rank) VALUES ('pgsz', 8192);
INSERT INTO search_words (search_words, rank) VALUES ('automerge', 16);
"""
