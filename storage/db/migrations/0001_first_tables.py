"""Sites, runs, captures, articles, revisions, the ledger and the queues around it."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE sites (
  name TEXT PRIMARY KEY, title TEXT NOT NULL, province TEXT NOT NULL, kind TEXT NOT NULL,
  platform TEXT NOT NULL, status TEXT NOT NULL, reader TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL REFERENCES sites(name),
  kind TEXT NOT NULL CHECK (kind IN ('crawl', 'replay', 'import')),
  night TEXT NOT NULL,             -- runs that were started together carry one name
  started_at TEXT NOT NULL, ended_at TEXT,
  clock TEXT,                      -- replay: the time that its observations carry
  state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'interrupted')),
  swept INTEGER NOT NULL DEFAULT 0,  -- 1: every listing was read down to known ground
  verdict TEXT CHECK (verdict IN
    ('passed', 'held', 'outage', 'failed', 'released', 'discarded')),
  reason TEXT, stats TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX runs_site ON runs(site, id);
CREATE INDEX runs_night ON runs(night);

CREATE TABLE captures (
  id INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES sites(name), url TEXT,
  captured_at TEXT NOT NULL, http_status INTEGER, content_type TEXT,
  sha256 TEXT NOT NULL, length INTEGER NOT NULL,
  warc TEXT NOT NULL, warc_offset INTEGER NOT NULL
) STRICT;
CREATE INDEX captures_url ON captures(url);

CREATE TABLE payloads (           -- the newest bytes of each URL, to write unchanged ones short
  site TEXT NOT NULL, url TEXT NOT NULL, http_status INTEGER, sha256 TEXT NOT NULL,
  captured_at TEXT NOT NULL, warc TEXT NOT NULL, warc_offset INTEGER NOT NULL,
  PRIMARY KEY (site, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE articles (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL REFERENCES sites(name), key TEXT NOT NULL, url TEXT,
  status TEXT NOT NULL CHECK (status IN ('live', 'suspect', 'removed', 'moved')),
  first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, last_checked TEXT NOT NULL,
  first_run INTEGER NOT NULL REFERENCES runs(id),
  revision INTEGER NOT NULL DEFAULT 0,   -- number of the newest revision
  UNIQUE (site, key)
) STRICT;
CREATE INDEX articles_url ON articles(url);
CREATE INDEX articles_first_run ON articles(first_run);

CREATE TABLE aliases (
  url TEXT NOT NULL, site TEXT NOT NULL, article INTEGER NOT NULL REFERENCES articles(id),
  PRIMARY KEY (url, site)
) STRICT, WITHOUT ROWID;

CREATE TABLE revisions (
  id INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles(id),
  number INTEGER NOT NULL,
  cause TEXT NOT NULL CHECK (cause IN ('site', 'reader')),  -- reader: our own rules changed
  observed_at TEXT NOT NULL, run INTEGER REFERENCES runs(id),
  capture INTEGER REFERENCES captures(id), reader TEXT NOT NULL,
  fingerprint TEXT NOT NULL, record TEXT NOT NULL,
  UNIQUE (article, number)
) STRICT;

CREATE TABLE checks (             -- failed checks of known articles; a good one only moves dates
  id INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles(id),
  run INTEGER NOT NULL REFERENCES runs(id), observed_at TEXT NOT NULL,
  outcome TEXT NOT NULL, detail TEXT NOT NULL, capture INTEGER REFERENCES captures(id),
  settled INTEGER NOT NULL DEFAULT 0   -- 1: counted, its run was healthy
) STRICT;
CREATE INDEX checks_article ON checks(article, observed_at);

CREATE TABLE held_events (        -- what a run found, until its health gate lets it out
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs(id), site TEXT NOT NULL,
  article INTEGER REFERENCES articles(id), kind TEXT NOT NULL, observed_at TEXT NOT NULL,
  summary TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE INDEX held_events_run ON held_events(run);

CREATE TABLE events (             -- the ledger: append-only, ids only grow
  id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL REFERENCES runs(id),
  site TEXT NOT NULL, article INTEGER REFERENCES articles(id), kind TEXT NOT NULL,
  observed_at TEXT NOT NULL, summary TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE INDEX events_article ON events(article);
CREATE INDEX events_run ON events(run);

CREATE TABLE wanted (             -- article URLs that were found and could not be read yet
  site TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, found_at TEXT NOT NULL,
  tries INTEGER NOT NULL, error TEXT NOT NULL, PRIMARY KEY (site, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (         -- captures that could not be read, with the reason
  id INTEGER PRIMARY KEY, site TEXT NOT NULL, url TEXT, run INTEGER NOT NULL REFERENCES runs(id),
  observed_at TEXT NOT NULL, reason TEXT NOT NULL, capture INTEGER REFERENCES captures(id)
) STRICT;

CREATE TABLE passages (           -- hashes of long paragraphs, to find the same text elsewhere
  hash INTEGER NOT NULL, article INTEGER NOT NULL REFERENCES articles(id),
  PRIMARY KEY (hash, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX passages_article ON passages(article);

CREATE TRIGGER events_are_final BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
