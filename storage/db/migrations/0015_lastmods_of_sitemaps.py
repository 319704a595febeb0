"""`lastmod` values of sitemaps, and how reliable each site's were."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE lastmods (           -- of each article that a sitemap dates, as it was last read
  article INTEGER PRIMARY KEY REFERENCES articles(id),
  lastmod TEXT NOT NULL,           -- as the sitemap prints it
  fingerprint TEXT NOT NULL, reader TEXT NOT NULL,
  doubted INTEGER NOT NULL DEFAULT 0   -- 1: the text changed, and this had not moved yet
) STRICT;

CREATE TABLE lastmod_audits (     -- runs in which sitemaps were held against pages
  run INTEGER PRIMARY KEY REFERENCES runs(id), site TEXT NOT NULL,
  audited INTEGER NOT NULL, lies INTEGER NOT NULL
) STRICT;
CREATE INDEX lastmod_audits_site ON lastmod_audits(site, run);
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
