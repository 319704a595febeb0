"""Drops the validators and lastmods: articles are always fetched whole."""

from __future__ import annotations

from sqlite_utils import Database


def migrate(db: Database) -> None:
    for table in ("validators", "audits", "lastmods", "lastmod_audits"):
        db.execute(f"DROP TABLE {table}")
