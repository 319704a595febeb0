"""The quarantine: fetched pages that could not be read as an article, with the reason."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from storage.db.checksums import insert_row
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
    insert_row(db, "quarantine", {
        "site": site, "url": url, "run": run, "observed_at": utc_text(observed),
        "reason": reason.to_json(), "capture": capture,
    })  # fmt: skip
