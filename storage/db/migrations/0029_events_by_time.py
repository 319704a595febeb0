"""An index for events of a period."""

from __future__ import annotations

from sqlite_utils import Database


def migrate(db: Database) -> None:
    db.execute("CREATE INDEX events_observed ON events(observed_at, kind, site)")
