"""The retry queue: URLs of articles that were found in a listing and could not be read yet."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from storage.db.connection import utc_text
from storage.reasons import Reason

MAX_READ_ATTEMPTS = 5  # runs that request such an article


def queue_retry(db: Database, site: str, key: str, url: str, found: datetime, error: Reason) -> int:
    """Queue an article for the next run. Return how many attempts have failed so far."""
    cursor = db.execute(
        "INSERT INTO retry_queue VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT (site, key) DO UPDATE SET "
        "tries = tries + 1, error = excluded.error, url = excluded.url RETURNING tries",
        [site, key, url, utc_text(found), error.to_json()],
    )
    return int(cursor.fetchone()[0])


def remove_retry(db: Database, site: str, key: str) -> None:
    db.execute("DELETE FROM retry_queue WHERE site = ? AND key = ?", [site, key])


def retry_urls(db: Database, site: str) -> list[str]:
    """Return the queued URLs that have attempts left, in the order in which they were found."""
    rows = db.execute(
        "SELECT url FROM retry_queue WHERE site = ? AND tries < ? ORDER BY found_at, key",
        [site, MAX_READ_ATTEMPTS],
    )
    return [row[0] for row in rows]
