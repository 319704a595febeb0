"""Where retired domains lead, one row per state."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE domain_checks (      -- one row for as long as a domain leads to one place
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL, domain TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('redirects', 'elsewhere', 'parked', 'answers', 'dead', 'unknown')),
  host TEXT NOT NULL,              -- where it leads; empty: nowhere else
  detail TEXT NOT NULL,            -- of the newest check
  since TEXT NOT NULL, checked_at TEXT NOT NULL  -- the first and the newest check that found it
) STRICT;
CREATE INDEX domain_checks_domain ON domain_checks(site, domain, id);
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
