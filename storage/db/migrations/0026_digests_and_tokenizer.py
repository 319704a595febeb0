"""A digest of each revision, and the version of the tokenizer that built the search index.

Before, `tinwatch verify` computed the fingerprints of all records again, with rules of comparison
that may have changed since. Which tokenizer built the index is not known, so it is built again.
"""

from __future__ import annotations

import hashlib

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
ALTER TABLE revisions ADD COLUMN digest TEXT NOT NULL DEFAULT '';  -- SHA-256, see revisions.py
CREATE TABLE search_index_version (  -- one row: the tokenizer whose tokens the index holds
  tokenizer TEXT NOT NULL
) STRICT;
INSERT INTO search_index_version VALUES ('');
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
    db.register_function(_digest, deterministic=True)
    db.execute("UPDATE revisions SET digest = _digest(fingerprint, record)")


def _digest(fingerprint: str, record: str) -> str:
    return hashlib.sha256(f"{fingerprint}\n{record}".encode()).hexdigest()
