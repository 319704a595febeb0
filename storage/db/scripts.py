"""Run a script of several SQL statements within the transaction of a migration."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database


def make(db: Database, script: str) -> None:
    """Execute the statements one by one: executescript() would commit the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""
    if statement.strip():
        raise ValueError(f"the script ends within a statement: {statement!r}")
