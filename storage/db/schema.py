"""The tables, as migrations: each runs once, in order, in a transaction of its own.

Never change a migration that has landed; add another. docs/schema.md explains the tables.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from storage.db.schema_alerts import ALERTS
from storage.db.schema_calendar import CALENDAR
from storage.db.schema_counts import COUNTS
from storage.db.schema_domains import DOMAINS
from storage.db.schema_gate_reasons import job_outcomes, runs_and_batches
from storage.db.schema_lastmods import LASTMODS
from storage.db.schema_listings import LISTINGS
from storage.db.schema_passages import HELD, RULES
from storage.db.schema_reasons import sentences_to_reasons
from storage.db.schema_reviews import REVIEWS
from storage.db.schema_search import NEW_WORDS, SEARCH
from storage.db.schema_service import SERVICE
from storage.db.schema_validators import VALIDATORS
from storage.db.scripts import make
from storage.search.indexer import index_all

migrations = Migrations("tinwatch")

TABLES = """
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


TEMPLATES = """
CREATE TABLE templates (          -- what was learned of a site's template: pages counted, version
  site TEXT PRIMARY KEY REFERENCES sites(name), pages INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;

CREATE TABLE template_lines (     -- lines by their form (digits folded), where and how often
  site TEXT NOT NULL, form INTEGER NOT NULL, head INTEGER NOT NULL, middle INTEGER NOT NULL,
  tail INTEGER NOT NULL, sample TEXT NOT NULL, active INTEGER NOT NULL,
  PRIMARY KEY (site, form)
) STRICT, WITHOUT ROWID;
"""

CANARIES = """
CREATE TABLE canaries (           -- pages that a person pinned: each run must read them the same
  article INTEGER PRIMARY KEY REFERENCES articles(id), pinned_at TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT ''
) STRICT;
"""

STORIES = """
CREATE TABLE passage_blocks (     -- which articles hold a passage: packed postings, by number
  first INTEGER PRIMARY KEY, postings BLOB NOT NULL
) STRICT;

CREATE TABLE stock_passages (     -- passages that many texts hold: they make no story
  number INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE stories (            -- one text on several pages; a merged one leads to the other
  id INTEGER PRIMARY KEY AUTOINCREMENT, merged_into INTEGER REFERENCES stories(id)
) STRICT;

CREATE TABLE story_members (
  article INTEGER PRIMARY KEY REFERENCES articles(id),
  story INTEGER NOT NULL REFERENCES stories(id)
) STRICT;
CREATE INDEX story_members_story ON story_members(story);

DROP TABLE passages;
"""


PRUNINGS = """
CREATE TABLE prunings (           -- files of captures that were written anew without old listings
  id INTEGER PRIMARY KEY, file TEXT NOT NULL, pruned_at TEXT NOT NULL, records INTEGER NOT NULL,
  bytes INTEGER NOT NULL, ends TEXT NOT NULL,   -- JSON: old offset -> new, until it is done
  state TEXT NOT NULL CHECK (state IN ('begun', 'done'))
) STRICT;
"""


@migrations()
def first_tables(db: Database) -> None:
    make(db, TABLES)


@migrations()
def template_memory(db: Database) -> None:
    make(db, TEMPLATES)


@migrations()
def canary_pages(db: Database) -> None:
    make(db, CANARIES)


@migrations()
def story_tables(db: Database) -> None:
    make(db, STORIES)


@migrations()
def service_tables(db: Database) -> None:
    make(db, SERVICE)


@migrations()
def pruned_files(db: Database) -> None:
    make(db, PRUNINGS)


@migrations()
def search_index(db: Database) -> None:
    """The words themselves come with new_search_words."""
    make(db, SEARCH)


@migrations()
def calendar_days(db: Database) -> None:
    make(db, CALENDAR)


@migrations()
def alert_tables(db: Database) -> None:
    make(db, ALERTS)


@migrations()
def reviews_of_people(db: Database) -> None:
    make(db, REVIEWS)


@migrations()
def search_days(db: Database) -> None:
    db.execute("CREATE INDEX search_revisions_day ON search_revisions(day)")


@migrations()
def domain_checks(db: Database) -> None:
    make(db, DOMAINS)


@migrations()
def validators_and_audits(db: Database) -> None:
    make(db, VALIDATORS)


@migrations()
def kept_counts(db: Database) -> None:
    make(db, COUNTS)


@migrations()
def lastmods_of_sitemaps(db: Database) -> None:
    make(db, LASTMODS)


@migrations()
def new_search_words(db: Database) -> None:
    make(db, NEW_WORDS)
    index_all(db)


@migrations()
def held_passages(db: Database) -> None:
    make(db, HELD)


@migrations()
def passage_rules(db: Database) -> None:
    make(db, RULES)


@migrations()
def no_conditional_requests(db: Database) -> None:
    """Articles are fetched whole: what hosts said of unchanged pages is no longer used."""
    for table in ("validators", "audits", "lastmods", "lastmod_audits"):
        db.execute(f"DROP TABLE {table}")


@migrations()
def listing_positions(db: Database) -> None:
    make(db, LISTINGS)


@migrations()
def reasons_as_codes(db: Database) -> None:
    sentences_to_reasons(db)


@migrations()
def gate_reasons_as_codes(db: Database) -> None:
    runs_and_batches(db)


@migrations()
def job_outcomes_in_standard_terms(db: Database) -> None:
    job_outcomes(db)
