"""Rebuilds job_runs: outcomes in standard terms, details as reasons."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.run_sentences import as_json, reason_of
from storage.db.migrations.statements import execute_all

_OUTCOMES = {"well": "ok", "trouble": "problems", "timed out": "timed_out"}
_NEW_JOB_RUNS = """
CREATE TABLE job_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL REFERENCES jobs(name),
  due_at TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT,
  outcome TEXT CHECK (outcome IN
    ('ok', 'problems', 'failed', 'timed_out', 'stopped', 'interrupted', 'missed')),
  exit_code INTEGER, detail TEXT   -- JSON: a reason
) STRICT;
CREATE INDEX job_runs_job ON job_runs(job, id);
"""


def migrate(db: Database) -> None:
    rows = db.execute(
        "SELECT id, job, due_at, started_at, ended_at, outcome, exit_code, detail FROM job_runs"
    ).fetchall()
    (highest,) = db.execute(
        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'job_runs'"
    ).fetchone()
    db.execute("DROP TABLE job_runs")
    execute_all(db, _NEW_JOB_RUNS)
    for *begin, outcome, code, detail in rows:
        reason = as_json(reason_of(detail)) if detail else None
        new_outcome = _OUTCOMES.get(outcome, outcome)
        db.execute(
            "INSERT INTO job_runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [*begin, new_outcome, code, reason],
        )
    db.execute("DELETE FROM sqlite_sequence WHERE name = 'job_runs'")
    db.execute("INSERT INTO sqlite_sequence VALUES ('job_runs', ?)", [highest])
