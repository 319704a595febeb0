"""What captures and journal do not hold, copied from an old database into a rebuilt one.

That is saved searches, pinned pages, the cursors of subscriptions and unsent messages. The old
database may be damaged: everything readable is copied and the rest is reported.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from storage.db.connection import DAMAGED_DATABASE, connect_read_only, has_runs, transaction
from storage.events.alert_outbox import UNDELIVERED
from storage.events.ledger import newest_event
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason

Copy = Callable[[sqlite3.Connection, Database], list[Reason]]


def carry_over(file: Path, db: Database) -> list[Reason]:
    """Fill the empty tables of `db` from the database `file`, which is opened read-only.

    Return reasons about what could not be copied.
    """
    lost = Reason(Damage.USER_DATA)
    if not file.exists():
        return [Reason(Damage.NO_OLD_DATABASE, lost=lost)]
    try:
        with closing(connect_read_only(file, side_files=False)) as old:
            tables = {row[0] for row in old.execute("SELECT name FROM sqlite_master")}
            messages = [message for table, copy in _TABLES.items() if table in tables
                        for message in _copied(table, copy, old, db)]  # fmt: skip
        if not has_runs(file, side_files=False):
            messages.append(Reason(Damage.OLD_DATABASE_EMPTY, lost=lost))
        return messages
    except DAMAGED_DATABASE as error:
        return [Reason(Damage.OLD_DATABASE_UNREADABLE, error=str(error), lost=lost)]


def revision_count(file: Path) -> int:
    """Return how many revisions a database holds; 0 if it cannot be read."""
    try:
        with closing(connect_read_only(file, side_files=False)) as old:
            return int(old.execute("SELECT count(*) FROM revisions").fetchone()[0])
    except DAMAGED_DATABASE:
        return 0


def copy_database(file: Path, target: Path) -> None:
    """Copy a database as it is. Raise sqlite3.DatabaseError."""
    with closing(connect_read_only(file, side_files=False)) as old:
        old.execute("VACUUM INTO ?", [str(target)])


def _copied(table: str, copy: Copy, old: sqlite3.Connection, db: Database) -> list[Reason]:
    try:
        with transaction(db):
            return copy(old, db)
    except DAMAGED_DATABASE as error:
        return [Reason(Damage.OLD_TABLE_UNREADABLE, table=table, error=str(error))]


def _searches(old: sqlite3.Connection, db: Database) -> list[Reason]:
    rows = old.execute("SELECT name, query, created_at FROM saved_searches").fetchall()
    db.conn.executemany("INSERT INTO saved_searches VALUES (?, ?, ?)", rows)
    return []


def _pins(old: sqlite3.Connection, db: Database) -> list[Reason]:
    """Find the articles by site and key: their ids may differ."""
    lost = []
    rows = old.execute(
        "SELECT site, key, url, pinned_at, note FROM canaries JOIN articles ON id = article"
    ).fetchall()
    for site, key, url, pinned_at, note in rows:
        done = db.execute(
            "INSERT INTO canaries SELECT id, ?, ? FROM articles WHERE site = ? AND key = ?",
            [pinned_at, note, site, key],
        )
        if not done.rowcount:
            lost.append(Reason(Damage.PIN_LOST, url=url))
    return lost


def _cursors(old: sqlite3.Connection, db: Database) -> list[Reason]:
    rows = old.execute("SELECT subscription, event, moved_at FROM alert_cursors").fetchall()
    end = newest_event(db)
    db.conn.executemany(
        "INSERT INTO alert_cursors VALUES (?, min(?, ?), ?)",
        [(name, event, end, moved_at) for name, event, moved_at in rows],
    )
    return []


def _messages(old: sqlite3.Connection, db: Database) -> list[Reason]:
    """Copy the unsent messages: the cursors are past their events."""
    columns = (
        "subscription, target, events, title, body, created_at, due_at, tries, interrupted, "
        "sending_since, last_error"
    )
    rows = old.execute(
        f"SELECT {columns} FROM alert_messages WHERE {UNDELIVERED} ORDER BY id"
    ).fetchall()
    placeholders = ", ".join("?" * len(columns.split(", ")))
    db.conn.executemany(f"INSERT INTO alert_messages ({columns}) VALUES ({placeholders})", rows)
    return []


_TABLES: dict[str, Copy] = {
    "saved_searches": _searches,
    "canaries": _pins,
    "alert_cursors": _cursors,
    "alert_messages": _messages,
}
