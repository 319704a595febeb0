"""SQL scripts within the transaction of a migration."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database


def execute_all(db: Database, script: str) -> None:
    """Execute the statements of a script one by one: executescript() would commit first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""
    if statement.strip():
        raise ValueError(f"the script ends within a statement: {statement!r}")
