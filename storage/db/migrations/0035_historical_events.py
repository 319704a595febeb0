"""An index of the events of the past, which the front page leaves out."""

from __future__ import annotations

from sqlite_utils import Database


def migrate(db: Database) -> None:
    db.execute(
        "CREATE INDEX events_historical ON events(site, kind) "
        "WHERE json_extract(detail, '$.historical') IS NOT NULL"
    )
