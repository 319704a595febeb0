"""Alerts: how far each subscription has read the ledger, and the outbox."""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
CREATE TABLE alert_cursors (      -- what each subscription has heard of
  subscription TEXT PRIMARY KEY,
  event INTEGER NOT NULL,          -- events up to this id are put into messages, or not wanted
  moved_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_messages (     -- the outbox: one row a message and target
  id INTEGER PRIMARY KEY AUTOINCREMENT, subscription TEXT NOT NULL,
  target INTEGER NOT NULL,         -- place in the subscription's list `to`, from 1
  events TEXT NOT NULL,            -- JSON: ids of the events that it tells of
  title TEXT NOT NULL, body TEXT NOT NULL,
  created_at TEXT NOT NULL, due_at TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, interrupted INTEGER NOT NULL DEFAULT 0,
  sending_since TEXT,              -- not null: a process sends it, or died while it did
  last_error TEXT, sent_at TEXT, given_up_at TEXT
) STRICT;
CREATE INDEX alert_messages_due ON alert_messages(due_at)
  WHERE sent_at IS NULL AND given_up_at IS NULL;
"""


def migrate(db: Database) -> None:
    execute_all(db, SQL)
