"""Backup and restore: one tar file that holds a home as it was at one moment.

    tinwatch.db  *.toml  captures/journal.jsonl  captures/SITE/DAY.warc.gz  manifest.json

A backup may be made while crawls write. The database is copied first, as one transaction sees it,
then the captures, which only grow: whatever the database refers to is among them. manifest.json,
the last file, holds the SHA-256 and size of all others.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import tarfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from storage.archive.journal import NAME as JOURNAL
from storage.home import Home, HomeError

MANIFEST = "manifest.json"
FORMAT = 1
CHUNK = 1 << 20  # bytes
SPARE = 50 << 20  # bytes that stay free on the disk
OURS = re.compile(r"tinwatch-\d{8}-\d{6}\.tar")
MEMBER = re.compile(
    r"tinwatch\.db|[\w-]+\.toml|captures/journal\.jsonl|captures/[\w-]+/\d{4}-\d\d-\d\d\.warc\.gz"
)


class BackupError(HomeError):
    """A backup cannot be made or used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup holds: files, and their bytes in all."""

    files: int
    size: int


class _Hashed:
    """A file that is read to a given size, and hashed on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


def backup_folder(home: Home) -> Path:
    """Where backups go that nobody named a file for; it is made. Raises OSError."""
    folder = Path(home.settings.backup_folder or home.path / "backups").expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def drop_old_backups(folder: Path, keep: int) -> list[Path]:
    """Removes all but the newest `keep` of the backups that were named by us; 0 keeps all."""
    ours = sorted(f for f in folder.iterdir() if OURS.fullmatch(f.name))
    old = ours[:-keep] if keep else []
    for file in old:
        file.unlink()
    return old


def check_target(home: Home, target: Path) -> None:
    """Raises ValueError for a place where no backup may lie, BackupError where it has no room."""
    file = target.expanduser().resolve()
    if file.is_relative_to(home.captures.resolve()):
        raise ValueError(f"{target} lies inside the captures: keep backups on another disk")
    if file.exists():
        raise ValueError(f"there is {target} already: name another file, or remove it first")
    if not file.parent.is_dir():
        raise ValueError(f"there is no folder {file.parent}: make it first, or write elsewhere")
    needed = 2 * _database_size(home) + sum(f.stat().st_size for f in _files(home)) + SPARE
    free = shutil.disk_usage(file.parent).free
    if free < needed:
        raise BackupError(
            f"{file.parent} has {_megabytes(free)} MB free, the backup needs {_megabytes(needed)}: "
            "make room, or write to another disk"
        )


def write_backup(home: Home, file: Path, beside: Path) -> Saved:
    """Writes a backup of `home` to `file`. `beside` is a folder for the database's copy.

    Raises OSError, and sqlite3.DatabaseError where the database itself is damaged.
    """
    sums: dict[str, dict[str, object]] = {}
    with tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as tar:
        with TemporaryDirectory(dir=beside, prefix=".tinwatch-") as folder:
            copy = Path(folder) / "tinwatch.db"
            with closing(sqlite3.connect(home.database_file, timeout=60)) as connection:
                connection.execute("VACUUM INTO ?", [str(copy)])
            _add(tar, copy, "tinwatch.db", sums)
        for kept in _files(home):
            _add(tar, kept, str(kept.relative_to(home.path)), sums)
        text = json.dumps({"format": FORMAT, "files": sums}, indent=1).encode()
        _add_bytes(tar, MANIFEST, text)
    return Saved(len(sums), sum(int(str(s["size"])) for s in sums.values()))


def _files(home: Home) -> Iterator[Path]:
    """The home's own files without the database. The journal before the captures it speaks of."""
    yield from sorted(home.path.glob("*.toml"))
    journal = home.captures / JOURNAL
    if journal.exists():
        yield journal
    yield from sorted(home.captures.glob("*/*.warc.gz"))


def _database_size(home: Home) -> int:
    names = ("tinwatch.db", "tinwatch.db-wal")
    return sum((home.path / n).stat().st_size for n in names if (home.path / n).exists())


def _megabytes(size: int) -> int:
    return -(-size // 1_000_000)


def _add(tar: tarfile.TarFile, file: Path, name: str, sums: dict[str, dict[str, object]]) -> None:
    with file.open("rb") as opened:
        info = tar.gettarinfo(arcname=name, fileobj=opened)
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        hashed = _Hashed(opened)
        tar.addfile(info, hashed)
    sums[name] = {"sha256": hashed.digest.hexdigest(), "size": info.size}


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mtime = len(data), int(time.time())
    tar.addfile(info, BytesIO(data))


def read_backup(file: Path, folder: Path) -> Saved:
    """Unpacks a backup into the empty `folder` and checks every sum.

    Raises BackupError where the file is no whole, unchanged backup: what lies in `folder` then is
    not to be used. Raises OSError.
    """
    found: dict[str, dict[str, object]] = {}
    manifest: dict[str, dict[str, object]] | None = None
    try:
        with tarfile.open(file, "r:") as tar:
            for member in tar:
                if member.name == MANIFEST:
                    manifest = _manifest(tar, member)
                    continue
                if not (member.isfile() and MEMBER.fullmatch(member.name)):
                    raise BackupError(f"{file} holds {member.name!r}: it is no tinwatch backup")
                found[member.name] = _unpack(tar, member, folder)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise BackupError(f"{file} is no whole tinwatch backup: {error}") from error
    if manifest is None:
        raise BackupError(f"{file} has no manifest, its end is missing: use another backup")
    wrong = sorted(n for n in {*manifest, *found} if manifest.get(n) != found.get(n))
    if wrong:
        raise BackupError(
            f"{file} was damaged: {', '.join(wrong[:5])}{' ...' if len(wrong) > 5 else ''} "
            "do not have the sums that were written; use another backup"
        )
    return Saved(len(found), sum(int(str(s["size"])) for s in found.values()))


def _manifest(tar: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, dict[str, object]]:
    opened = tar.extractfile(member)
    told = json.loads(opened.read()) if opened else {}
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise ValueError("its manifest is of another format; use the tinwatch that made it")
    files = told.get("files")
    if not isinstance(files, dict):
        raise ValueError("its manifest names no files")
    return files


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> dict[str, object]:
    place = folder / member.name
    place.parent.mkdir(parents=True, exist_ok=True)
    opened = tar.extractfile(member)
    if opened is None:
        raise ValueError(f"{member.name} cannot be read")
    hashed = _Hashed(opened)
    size = 0
    with place.open("xb") as file:
        while data := hashed.read(CHUNK):
            size += file.write(data)
    return {"sha256": hashed.digest.hexdigest(), "size": size}
