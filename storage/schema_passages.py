"""What crawls work out of new texts, until their night ends (storage/held_passages.py)."""

HELD = """
CREATE TABLE held_passages (
  article INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  places BLOB NOT NULL
);
"""
