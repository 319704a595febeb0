"""A checksum of each row that no other digest covers (storage/db/checksums.py)."""

from __future__ import annotations

import json
import zlib
from typing import Any

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

COLUMNS = {
    "runs": "site, kind, batch, started_at, ended_at, clock, state, listings_complete, verdict, "
            "reason, stats",
    "captures": "site, url, captured_at, http_status, content_type, sha256, length, warc, "
                "warc_offset, source_url",
    "articles": "site, key, url, status, first_seen, last_seen, last_checked, first_run, revision",
    "aliases": "url, site, article",
    "revisions": "article, number, cause, observed_at, run, capture, extractor_version, digest",
    "sightings": "article, observed_at, revision, run, warc, warc_offset, source_url, doubtful",
    "failed_checks": "article, run, observed_at, outcome, detail, capture",
    "quarantine": "site, url, run, observed_at, reason, capture",
    "events": "run, site, article, kind, observed_at, summary, detail",
    "reviews": "event, mark, note, name, marked_at",
}  # fmt: skip
OPEN = """
DROP TRIGGER events_are_final;
DROP TRIGGER reviews_are_final;
"""
CLOSE = """
CREATE TRIGGER events_are_final BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER reviews_are_final BEFORE UPDATE ON reviews
BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END;
"""


def migrate(db: Database) -> None:
    db.conn.create_function("row_checksum_0036", -1, _checksum, deterministic=True)
    execute_all(db, OPEN)
    for table, columns in COLUMNS.items():
        db.execute(f"ALTER TABLE {table} ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0")
        db.execute(f"UPDATE {table} SET checksum = row_checksum_0036({columns})")
    execute_all(db, CLOSE)


def _checksum(*values: Any) -> int:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return zlib.crc32(text.encode())
