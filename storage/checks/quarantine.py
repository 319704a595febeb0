"""The quarantine: fetched pages that could not be read as an article, with the reason."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from storage.db.checksums import set_checksums
from storage.db.connection import utc_text
from storage.reasons import Reason


def quarantine_page(
    db: Database,
    site: str,
    url: str,
    run: int,
    observed: datetime,
    reason: Reason,
    capture: int | None,
) -> None:
    cursor = db.execute(
        "INSERT INTO quarantine (site, url, run, observed_at, reason, capture) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [site, url, run, utc_text(observed), reason.to_json(), capture],
    )
    set_checksums(db, "quarantine", "id = ?", [cursor.lastrowid])
