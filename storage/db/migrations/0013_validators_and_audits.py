"""HTTP validators of article pages, and how reliable each site's were."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE validators (         -- of each article's URL, of the last page that was read there
  site TEXT NOT NULL, url TEXT NOT NULL,
  etag TEXT, last_modified TEXT,   -- as the host sent them
  sha256 TEXT NOT NULL,            -- of the page's bytes: the payload that they belong to
  fingerprint TEXT NOT NULL, reader TEXT NOT NULL,   -- of the article as it was read there
  unread INTEGER NOT NULL DEFAULT 0,   -- answers 304 since the page was last read whole
  PRIMARY KEY (site, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE audits (             -- runs in which a site's validators were held against its pages
  run INTEGER PRIMARY KEY REFERENCES runs(id), site TEXT NOT NULL,
  audited INTEGER NOT NULL, lies INTEGER NOT NULL
) STRICT;
CREATE INDEX audits_site ON audits(site, run);
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
