"""A CRC-32 of each row that no other digest covers: `tinwatch verify` sees a damaged value by it.

Writers of these tables use `insert_row` and `update_row`, or call `set_checksums`. Tables that are
learned or derived (queues, boilerplate, stories, counts) have none.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlite_utils import Database

from storage.messages.reasons_damage import Damage
from storage.reasons import Reason

COLUMNS = {  # of failed checks not `settled`, of revisions not what `digest` covers
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
KEYS = {"aliases": "url", "sightings": "'of article ' || article || ' at ' || observed_at"}
_json_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def row_checksum(*values: Any) -> int:
    return zlib.crc32(_json_text(values).encode())


def add_checksum_function(connection: sqlite3.Connection) -> None:
    connection.create_function("row_checksum", -1, row_checksum, deterministic=True)


def insert_row(db: Database, table: str, values: dict[str, Any], *, ignore: bool = False) -> int:
    """Insert a row with its checksum. Return its id.

    Args:
        values: by column; of all columns that the checksum covers
        ignore: whether a row with the same key stays as it is
    """
    return int(db.execute(_insertion(table, tuple(values), ignore), values).lastrowid or 0)


@cache
def _insertion(table: str, columns: tuple[str, ...], ignore: bool) -> str:
    placeholders = ", ".join(f":{column}" for column in columns)
    covered = ", ".join(f":{column}" for column in COLUMNS[table].split(", "))
    return (
        f"INSERT {'OR IGNORE ' if ignore else ''}INTO {table} ({', '.join(columns)}, checksum) "
        f"VALUES ({placeholders}, row_checksum({covered}))"
    )


def update_row(db: Database, table: str, row: int, changes: str, values: Sequence[Any]) -> None:
    """Update the row with this id, and its checksum. `changes`: SQL with placeholders."""
    db.execute(f"UPDATE {table} SET {changes} WHERE id = ?", [*values, row])
    set_checksums(db, table, "id = ?", [row])


def set_checksums(db: Database, table: str, condition: str, values: list[Any]) -> None:
    """Store the checksums of rows that were inserted or updated."""
    columns = COLUMNS[table]
    db.execute(f"UPDATE {table} SET checksum = row_checksum({columns}) WHERE {condition}", values)


def changed_rows(db: Database) -> Iterator[Reason]:
    """Yield a problem for each row that does not have its checksum."""
    for table, columns in COLUMNS.items():
        rows = db.execute(
            f"SELECT {KEYS.get(table, 'id')} FROM {table} WHERE checksum <> row_checksum({columns})"
        )
        for (key,) in rows:
            yield Reason(Damage.ROW_CHANGED, table=table, row=key)
