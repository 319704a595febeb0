"""What is worked out of texts so that reprints are found: storage/stories/pending_shingles.py
holds it until
a night ends, storage/stories/shingle_index.py for good."""

HELD = """
CREATE TABLE held_passages (
  article INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  places BLOB NOT NULL
);
"""

RULES = """
CREATE TABLE passage_rules (
  rules INTEGER NOT NULL           -- pipelines/stories/sentences.py: RULES, when the index was made
) STRICT;
INSERT INTO passage_rules VALUES (1);
CREATE TABLE unindexed (           -- whose passages are to be put into an index that is made anew
  article INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE
) STRICT;
ALTER TABLE held_passages ADD COLUMN rules INTEGER NOT NULL DEFAULT 1;
"""
