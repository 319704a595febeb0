"""Nightly batches, the jobs of the service and the runs of those jobs."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE nights (             -- what a night says beside its runs
  name TEXT PRIMARY KEY, began_at TEXT NOT NULL,
  ended_at TEXT,                   -- null: it runs, or was cut off
  goes_on INTEGER NOT NULL,        -- 1: where it is cut off, the next one goes on with it
  passed_over TEXT NOT NULL, errors TEXT NOT NULL   -- JSON: site -> why
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (               -- jobs of the service: times up to due_at are taken care of
  name TEXT PRIMARY KEY, due_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE job_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL REFERENCES jobs(name),
  due_at TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT,
  outcome TEXT CHECK (outcome IN
    ('well', 'trouble', 'failed', 'timed out', 'stopped', 'interrupted', 'missed')),
  exit_code INTEGER, detail TEXT
) STRICT;
CREATE INDEX job_runs_job ON job_runs(job, id);
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
