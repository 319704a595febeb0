"""Connections and transactions: SQLite in WAL mode, one writer at a time, foreign keys on."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlite_utils import Database as Database  # the only import of it outside storage

from storage.db.checksums import add_checksum_function
from storage.db.migrations import migrations
from storage.messages import ReasonError
from storage.messages.reasons_home import HomeReason
from storage.reasons import Reason

# What a damaged database raises: the text of SQLite's own error may be no UTF-8.
UNREADABLE_DATABASE = (sqlite3.DatabaseError, UnicodeDecodeError)
# What its values raise as well, that are no UTF-8, no JSON or of another type.
DAMAGED_DATABASE = (*UNREADABLE_DATABASE, ValueError, TypeError, KeyError)
BUSY_SECONDS = 60  # how long a writer waits for another; transactions take milliseconds
# Of a new database; an existing one keeps its size. A row that is longer than a page leaves half of
# its last page unused, and most revisions are: pages of SQLite's default size, 4096 bytes, take 6 %
# more space, and twice the writing.
PAGE_BYTES = 2048


class DatabaseError(ReasonError, RuntimeError):
    """The database cannot be opened; the reason states why and what to do."""


def open_database(file: Path) -> Database:
    """Open `file`; create or migrate it if needed. Raise DatabaseError."""
    _create_private(file)
    try:
        connection = sqlite3.connect(file, timeout=BUSY_SECONDS)
        _prepare(connection)
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        _write_ahead(connection)
        db = Database(connection)
        if migrations.pending(db):
            _migrate(db)
    except UNREADABLE_DATABASE as error:
        raise DatabaseError(_not_opened(file, error)) from error
    return db


def _prepare(connection: sqlite3.Connection) -> None:
    add_checksum_function(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")


def _not_opened(file: Path, error: Exception) -> Reason:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        return Reason(HomeReason.DISK_FULL, file=str(file))
    return Reason(HomeReason.DATABASE_NOT_OPENED, file=str(file), error=str(error))


def _create_private(file: Path) -> None:
    """Create a missing file that only its owner can read, and the group that shares its folder.

    SQLite gives its other files the same mode, and reports a folder that cannot be used.
    """
    with suppress(OSError):
        shared = file.parent.stat().st_mode & 0o020  # a folder that the group may write
        mode = 0o660 if shared else 0o600
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode)
        os.fchmod(descriptor, mode)
        os.close(descriptor)


def open_read_only(file: Path) -> Database:
    """Open `file` read-only, also while a crawl writes. Raise DatabaseError."""
    try:
        connection = connect_read_only(file)
        add_checksum_function(connection)
        db = Database(connection)
        behind = bool(migrations.pending(db) or index_rebuilds(db))
    except UNREADABLE_DATABASE as error:
        reason = Reason(HomeReason.DATABASE_NOT_READ, file=str(file), error=str(error))
        raise DatabaseError(reason) from error
    if behind:
        db.close()
        raise DatabaseError(Reason(HomeReason.DATABASE_OLD, file=str(file)))
    return db


def connect_read_only(file: Path, *, side_files: bool = True) -> sqlite3.Connection:
    """Open `file` read-only. Raise sqlite3.DatabaseError, maybe only at the first query.

    A reader of a database in WAL mode creates a -wal and a -shm file. It creates none, and takes no
    lock, without `side_files` and on a read-only medium, unless there is a -wal file with content.
    """
    if file.exists() and not file.is_file():  # opening a named pipe would wait for a writer
        raise sqlite3.OperationalError(f"{file} is no regular file")
    log = file.with_name(f"{file.name}-wal")
    has_log = log.exists() and log.stat().st_size > 0
    immutable = not has_log and not (side_files and os.access(file.parent, os.W_OK))
    return sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=ro{'&immutable=1' if immutable else ''}",
        uri=True,
        timeout=BUSY_SECONDS,
    )


def has_runs(file: Path, *, side_files: bool = True) -> bool:
    """Whether a database holds a run. Raise sqlite3.DatabaseError."""
    if not file.exists() or not file.stat().st_size:
        return False
    with closing(connect_read_only(file, side_files=side_files)) as connection:
        table = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'runs'").fetchone()
        return bool(table and connection.execute("SELECT 1 FROM runs LIMIT 1").fetchone())


@contextmanager
def existing_database(file: Path, *, writes: bool) -> Iterator[Database]:
    """Open an existing, migrated database. Raise DatabaseError.

    Any thread may use the connection, but only one at a time. Without `writes` it is read-only.
    """
    try:
        connection = sqlite3.connect(
            f"{file.as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, check_same_thread=False
        )
    except sqlite3.OperationalError as error:
        reason = Reason(HomeReason.DATABASE_NOT_READ, file=str(file), error=str(error))
        raise DatabaseError(reason) from error
    with closing(connection):
        _prepare(connection)
        if not writes:
            connection.execute("PRAGMA query_only = ON")
        yield Database(connection)


@contextmanager
def temporary_tables_allowed(db: Database) -> Iterator[None]:
    """Suspend `query_only`, which also forbids to create tables in the temp database."""
    (query_only,) = db.execute("PRAGMA query_only").fetchone()
    db.execute("PRAGMA query_only = OFF")
    try:
        yield
    finally:
        db.execute(f"PRAGMA query_only = {query_only}")


def row_count(db: Database, table: str) -> int:
    return int(db[table].count)


def reserve_ids(db: Database, highest: dict[str, int]) -> None:
    """Make the next id of each table larger than the given one. The tables must be empty."""
    with transaction(db):
        for table, number in highest.items():
            db.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", [table, number])


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Set WAL mode. SQLite does not wait itself if another process is setting it."""
    end = time.monotonic() + BUSY_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.05)


def _migrate(db: Database) -> None:
    """Apply the pending migrations; look again under the lock, as two processes may open a home."""
    with transaction(db):
        if migrations.pending(db):
            migrations.apply(db)


@dataclass(eq=False)
class Transaction:
    """A running write transaction. `before_commit`: called in order, unless it is rolled back."""

    before_commit: list[Callable[[Database], None]] = field(default_factory=list)


_running: WeakKeyDictionary[Database, Transaction] = WeakKeyDictionary()


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """One write transaction; an inner one is part of the outer one.

    It takes the write lock immediately, so two transactions cannot deadlock.
    """
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN IMMEDIATE")
    running = _running[db] = Transaction()
    try:
        yield
        for action in running.before_commit:
            action(db)
    except BaseException:
        db.conn.rollback()
        raise
    finally:
        del _running[db]
    db.conn.commit()


@contextmanager
def snapshot(db: Database) -> Iterator[None]:
    """All reads see the database of one moment, while others may write."""
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        db.conn.rollback()


@contextmanager
def durable_transaction(db: Database) -> Iterator[None]:
    """A transaction that is on the disk when it has ended. In WAL mode others may not be yet."""
    db.execute("PRAGMA synchronous = FULL")
    try:
        with transaction(db):
            yield
    finally:
        db.execute("PRAGMA synchronous = NORMAL")


def current_transaction(db: Database) -> Transaction | None:
    """The transaction that `transaction` has begun on this connection, or None."""
    return _running.get(db)


def index_rebuilds(db: Database) -> set[str]:
    """The indexes that were emptied and are still to be built."""
    return {name for (name,) in db.execute("SELECT name FROM index_rebuilds")}


def request_index_rebuild(db: Database, name: str) -> None:
    db.execute("INSERT OR IGNORE INTO index_rebuilds VALUES (?)", [name])


def finish_index_rebuild(db: Database, name: str) -> None:
    db.execute("DELETE FROM index_rebuilds WHERE name = ?", [name])


@lru_cache(maxsize=256)  # many rows of a page hold the same few times
def utc_text(moment: datetime) -> str:
    """Return the form in which times are stored: ISO 8601 in UTC with whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def from_utc_text(text: str) -> datetime:
    """Parse a stored time. Raise ValueError. `strptime` would take fifty times as long."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not UTC:
        raise ValueError(f"{text!r} is no stored time")
    return moment
