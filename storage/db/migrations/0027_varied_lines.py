"""Lines that rechecks found changed on many articles at once count as boilerplate."""

from __future__ import annotations

from sqlite_utils import Database


def migrate(db: Database) -> None:
    db.execute("ALTER TABLE boilerplate_lines ADD COLUMN varied INTEGER NOT NULL DEFAULT 0")
