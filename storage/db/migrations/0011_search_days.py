"""An index for searches by day."""

from __future__ import annotations

from sqlite_utils import Database


def migrate(db: Database) -> None:
    db.execute("CREATE INDEX search_revisions_day ON search_revisions(day)")
