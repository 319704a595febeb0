"""A home: the folder that holds one team's database, captures, settings and locks.

HOME/tinwatch.db      the database (SQLite, WAL)
HOME/captures/        WARC files, one per site and day
HOME/settings.toml    optional, see Settings
HOME/locks/  HOME/log/
"""

from __future__ import annotations

import fcntl
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from storage.db.connection import open_database


class HomeError(RuntimeError):
    """The home cannot be used; the message names what is wrong and what to do."""


class SiteBusy(HomeError):
    """Another process crawls this site into this home."""


class WorkBusy(HomeError):
    """Another process does what only one at a time may do in this home."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a team may set in HOME/settings.toml; the defaults are the careful ones."""

    contact: str = ""  # address in the user agent, so that a site's staff can reach you
    delay: float = 1.5  # seconds between two requests to one host
    sites_at_once: int = 4
    removal_checks: int = 3  # failed checks before an article counts as removed ...
    removal_hours: float = 48.0  # ... and the least time between the first and the last of them
    outage_share: float = 0.5  # more failing checks than this share is the site's outage
    recheck_budget: int = 400  # fetches of known articles, a site and 24 hours
    site_minutes: int = 180  # the longest that the crawl of a site with its own process may take
    night_at: str = "01:30"  # when `tinwatch watch` runs the night, Vietnam's time; "" is never
    digest_at: str = "07:00"
    alert_minutes: int = 5  # how often alerts are sent, and tried again; 0 is never
    backup_at: str = "05:00"  # on Sundays
    poll_minutes: int = 0  # how often it looks at the listings between nights; 0 is never
    backup_folder: str = ""  # where backups go; "" is HOME/backups
    keep_backups: int = 3  # the newest ones of that folder; 0 keeps all
    keep_listings_days: int = 0  # listings older than this are dropped; 0 keeps all
    least_free_mb: int = 1000  # megabytes free on the home's disk, else no crawl begins; 0: any


@dataclass(frozen=True, slots=True)
class Home:
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
        return self.path / "tinwatch.db"

    def database(self) -> Database:
        return open_database(self.database_file)

    @contextmanager
    def site_lock(self, site: str) -> Iterator[None]:
        """Held while a site is crawled. Raises SiteBusy where another process holds it."""
        with self._lock(site) as owner:
            if owner is not None:
                raise SiteBusy(
                    f"{site} is being crawled by process {owner} into {self.path}; "
                    "wait for it, or use another --home"
                )
            yield

    @contextmanager
    def work_lock(self, work: str) -> Iterator[None]:
        """Held while one process does what only one may: "watch", "night". Raises WorkBusy."""
        with self._lock(f"_{work}") as owner:
            if owner is not None:
                raise WorkBusy(
                    f"process {owner} does the {work} of {self.path} already; "
                    "wait for it, or use another --home"
                )
            yield

    def works(self, work: str) -> bool:
        """Whether a process holds this lock now."""
        with self._lock(f"_{work}") as owner:
            return owner is not None

    @contextmanager
    def _lock(self, name: str) -> Iterator[str | None]:
        """Gives None where the lock is ours, else the id of the process that holds it.

        The system drops it when its owner dies, however it dies.
        """
        folder = self.path / "locks"
        folder.mkdir(exist_ok=True)
        with (folder / f"{name}.lock").open("a+") as file:
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
    """Where the home is: `path`, else TINWATCH_HOME, else ./data."""
    return Path(path or os.environ.get("TINWATCH_HOME") or "data").expanduser().resolve()


def open_home(path: str | Path | None = None) -> Home:
    """Opens or makes the home at home_path(path). Raises HomeError."""
    folder = home_path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HomeError(f"cannot use {folder} as home: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise HomeError(f"cannot write to {folder}: choose another --home, or mend its rights")
    return Home(folder, read_settings(folder / "settings.toml"))


def read_settings(file: Path) -> Settings:
    """Raises HomeError for a file that is no TOML, an unknown name or a value of a wrong type."""
    if not file.exists():
        return Settings()
    try:
        stated: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HomeError(f"{file} is no valid TOML: {error}") from error
    known = {f.name: f for f in fields(Settings)}
    for name, value in stated.items():
        if name not in known:
            raise HomeError(f"{file}: {name!r} is no setting; known are {', '.join(known)}")
        wanted = type(known[name].default)
        fits = isinstance(value, (int, float) if wanted is float else wanted)
        if not fits or isinstance(value, bool):  # true would pass as the number 1
            raise HomeError(f"{file}: {name} must be {wanted.__name__}, is {value!r}")
        if isinstance(value, int | float) and value < 0:
            raise HomeError(f"{file}: {name} must not be negative, is {value!r}")
    return Settings(**stated)
