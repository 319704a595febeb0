"""A home: the data folder with one team's database, captures, settings and locks.

HOME/tinwatch.db      the database (SQLite, WAL)
HOME/captures/        WARC files, one per site and day, and the journal
HOME/settings.toml    optional, see storage/config.py
HOME/locks/  HOME/log/
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from storage.archive.journal import JOURNAL_NAME
from storage.archive.unfinished_pruning import finish_prunings
from storage.config import Settings, SettingsError, read_settings
from storage.db.connection import UNREADABLE_DATABASE, has_runs, open_database, open_read_only
from storage.messages import ReasonError
from storage.messages.reasons_home import HomeReason
from storage.reasons import Reason
from storage.search.indexer import build_requested_index

PRIVATE_FOLDER = 0o700  # mode of a new home
DATABASE_NAME = "tinwatch.db"


class HomeError(ReasonError, RuntimeError):
    """The home cannot be used; the reason names what is wrong and what to do."""


class SiteBusy(HomeError):
    """Another process crawls this site into this home."""


class WorkBusy(HomeError):
    """Another process holds the lock of this work."""


@dataclass(frozen=True, slots=True)
class Home:
    """An opened home."""

    path: Path
    settings: Settings

    @property
    def captures(self) -> Path:
        return self.path / "captures"

    @property
    def log_file(self) -> Path:
        folder = self.path / "log"
        folder.mkdir(exist_ok=True)
        return folder / "tinwatch.log"

    @property
    def database_file(self) -> Path:
        return self.path / DATABASE_NAME

    @property
    def is_writable(self) -> bool:
        return os.access(self.path, os.W_OK)

    def database(self) -> Database:
        """The database, opened for writing, migrated and with a complete index.

        It is opened read-only if the home is on a read-only medium. Raise HomeError if it is lost,
        DatabaseError if it cannot be opened.
        """
        check_database(self.path)
        return self.create_database() if self.is_writable else open_read_only(self.database_file)

    def create_database(self) -> Database:
        """The database for writing; a new one, even beside captures, if there is none."""
        db = open_database(self.database_file)
        build_requested_index(db)
        finish_prunings(self.captures, db)
        return db

    @contextmanager
    def site_lock(self, site: str) -> Iterator[None]:
        """Hold the lock of a site while it is crawled. Raise SiteBusy if another process has it."""
        with self._lock(site) as owner:
            if owner is not None:
                facts = {"process": owner, "folder": str(self.path)}
                raise SiteBusy(Reason(HomeReason.SITE_LOCKED, site=site, **facts))
            yield

    @contextmanager
    def work_lock(self, work: str) -> Iterator[None]:
        """Hold the lock of a work ("watch", "night"). Raise WorkBusy if another process has it."""
        with self._lock(f"_{work}") as owner:
            if owner is not None:
                facts = {"process": owner, "folder": str(self.path)}
                raise WorkBusy(Reason(HomeReason.WORK_LOCKED, work=work, **facts))
            yield

    @contextmanager
    def batch_lock(self, batch: str) -> Iterator[None]:
        """Hold the lock of a running batch; it has a file only while the batch runs."""
        with self.work_lock(f"batch {batch}"):
            try:
                yield
            finally:
                self._lock_file(f"_batch {batch}").unlink(missing_ok=True)

    def batch_runs(self, batch: str) -> bool:
        """Whether a process runs this batch now."""
        is_running = self.works(f"batch {batch}")
        if not is_running:
            self._lock_file(f"_batch {batch}").unlink(missing_ok=True)
        return is_running

    def works(self, work: str) -> bool:
        """Whether a process holds the lock of this work now."""
        with self._lock(f"_{work}") as owner:
            return owner is not None

    def _lock_file(self, name: str) -> Path:
        folder = self.path / "locks"
        folder.mkdir(exist_ok=True)
        return folder / f"{name}.lock"

    @contextmanager
    def _lock(self, name: str) -> Iterator[str | None]:
        """Yield None if this process got the lock, else the id of the process that holds it.

        The operating system releases it when the process ends, even if it is killed. A home on a
        read-only medium needs no locks: nobody writes to it.
        """
        if not self.is_writable:
            yield None
            return
        with self._lock_file(name).open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.seek(0)
                yield file.read().strip() or "unknown"
                return
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield None


def home_path(path: str | Path | None = None) -> Path:
    """Return the path of the home: `path`, else TINWATCH_HOME, else ./data."""
    return Path(path or os.environ.get("TINWATCH_HOME") or "data").expanduser().resolve()


def open_home(path: str | Path | None = None) -> Home:
    """Open or create the home at home_path(path). Raise HomeError.

    A home with a database may be on a read-only medium.
    """
    folder = home_path(path)
    try:
        folder.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)  # an existing one stays as it is
    except OSError as error:
        reason = Reason(HomeReason.HOME_UNUSABLE, folder=str(folder), error=error.strerror)
        raise HomeError(reason) from error
    if not os.access(folder, os.W_OK) and not (folder / DATABASE_NAME).exists():
        raise HomeError(Reason(HomeReason.HOME_NOT_WRITABLE, folder=str(folder)))
    try:
        return Home(folder, read_settings(folder / "settings.toml"))
    except SettingsError as error:
        raise HomeError(error.reason) from error


def check_database(folder: Path) -> None:
    """Raise HomeError if the home has captures or a journal, but no database or an empty one.

    A new database would start the ledger anew, and its runs would get ids that the journal has.
    """
    captures, file = folder / "captures", folder / DATABASE_NAME
    journal = captures / JOURNAL_NAME
    # Captures first: a run is in the database before its first capture is written.
    if not ((journal.exists() and journal.stat().st_size) or any(captures.glob("*/*.warc.gz"))):
        return
    try:
        if has_runs(file):
            return
    except UNREADABLE_DATABASE:
        return  # it is damaged, as those who open it will see
    code = HomeReason.DATABASE_EMPTY if file.exists() else HomeReason.DATABASE_MISSING
    raise HomeError(Reason(code, file=str(file), captures=str(captures), folder=str(folder)))
