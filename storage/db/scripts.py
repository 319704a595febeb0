"""Running a script of several SQL statements within the transaction of a migration."""

from __future__ import annotations

from sqlite_utils import Database


def make(db: Database, script: str) -> None:
    for statement in _statements(script):
        db.execute(statement)


def _statements(script: str) -> list[str]:
    """A script's statements; a trigger ends at "END;", anything else at a line that ends in ;"""
    found: list[str] = []
    lines: list[str] = []
    for line in script.splitlines():
        lines.append(line)
        text = line.split("--")[0].rstrip()
        in_trigger = any("CREATE TRIGGER" in earlier for earlier in lines)
        if text.endswith("END;" if in_trigger else ";"):
            found.append("\n".join(lines))
            lines = []
    return found
