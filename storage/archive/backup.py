"""Backup and restore: one tar file with a home as it was at one moment.

    tinwatch.db  *.toml  captures/journal.jsonl  captures/SITE/DAY.warc.gz  manifest.json

A backup may be made while crawls write. The database is copied first, in one transaction, then the
captures, which only grow: so they include every record that the database refers to. manifest.json,
the last file, holds the SHA-256 and size of all others.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tarfile
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from storage.archive.capture_files import CaptureFiles, find_capture_files
from storage.archive.journal import JOURNAL_NAME, Journal, in_file, read_journal
from storage.archive.regular_file import file_problem, open_regular
from storage.db.connection import connect_read_only
from storage.home import Home, HomeError
from storage.messages.reasons_damage import Damage
from storage.messages.reasons_home import HomeReason
from storage.messages.reasons_input import InputError, InputReason
from storage.reasons import Reason

MANIFEST = "manifest.json"
FORMAT = 1
CHUNK_BYTES = 1 << 20
MIN_FREE_BYTES = 50 << 20  # on the disk, after the backup
NAMED_FILES = "SELECT warc FROM captures UNION SELECT warc FROM payloads"
FILE_NAME = re.compile(r"tinwatch-\d{8}-\d{6}\.tar")
MEMBER_NAME = re.compile(
    r"tinwatch\.db|[\w-]+\.toml|captures/journal\.jsonl|captures/(?!\.)[^/]+/(?!\.)[^/]+\.warc\.gz"
)


FileSum = dict[str, Any]  # sha256 in hex, and size in bytes


class BackupError(HomeError):
    """A backup cannot be made or used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class BackupSize:
    """What a backup holds.

    Attributes:
        files: their number
        size: of all of them, in bytes
        problems: reasons about captures that cannot be read, and so are not in it
    """

    files: int
    size: int
    problems: tuple[Reason, ...] = ()


class _HashingReader:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


def backup_folder(home: Home) -> Path:
    """Return the folder for backups without a given file, and create it. Raise OSError."""
    folder = Path(home.settings.backup_folder or home.path / "backups").expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def drop_old_backups(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups with a name of ours; 0 keeps all."""
    backups = sorted(f for f in folder.iterdir() if FILE_NAME.fullmatch(f.name))
    old = backups[:-keep] if keep else []
    for file in old:
        file.unlink()
    return old


def check_target(home: Home, target: Path) -> None:
    """Raise ValueError if no backup may be written there, BackupError if the disk is too full."""
    file = target.expanduser().resolve()
    if file.is_relative_to(home.captures.resolve()):
        raise InputError(Reason(InputReason.BACKUP_INSIDE_CAPTURES, file=str(target)))
    if file.exists():
        raise InputError(Reason(InputReason.FILE_EXISTS, file=str(target)))
    if not file.parent.is_dir():
        raise InputError(Reason(InputReason.NO_FOLDER, folder=str(file.parent)))
    found = find_capture_files(home.captures, read_journal(home.captures).ends())
    files = _files(home, found)
    size = 2 * _database_size(home) + sum(f.stat().st_size for f in files.values())
    free, needed = shutil.disk_usage(file.parent).free, size + MIN_FREE_BYTES
    if free < needed:
        sizes = {"free": _megabytes(free), "needed": _megabytes(needed)}
        raise BackupError(Reason(HomeReason.BACKUP_NEEDS_SPACE, folder=str(file.parent), **sizes))


def write_backup(home: Home, file: Path, beside: Path) -> BackupSize:
    """Write a backup of `home` to `file`. `beside`: a folder for the copy of the database.

    Raise OSError, and sqlite3.DatabaseError if the database is damaged.
    """
    sums: dict[str, FileSum] = {}
    with (
        open(file, "wb", opener=_owner_only) as opened,
        tarfile.open(fileobj=opened, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        with TemporaryDirectory(dir=beside, prefix=".tinwatch-") as folder:
            copy = Path(folder) / "tinwatch.db"
            with closing(connect_read_only(home.database_file)) as connection:
                connection.execute("VACUUM INTO ?", [str(copy)])
                named = {name for (name,) in connection.execute(NAMED_FILES)}
            _add(tar, copy, "tinwatch.db", sums)
        journal = read_journal(home.captures)
        found = find_capture_files(home.captures, journal.ends())
        for name, source in _files(home, found).items():
            _add(tar, source, name, sums)
        manifest = json.dumps({"format": FORMAT, "files": sums}, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mtime = len(manifest), int(time.time())
        tar.addfile(info, BytesIO(manifest))
    return _size(sums, _problems(journal, found, named))


def _owner_only(path: str, flags: int) -> int:
    """Open a new file that only its owner can read: a backup holds the secrets of alerts.toml."""
    return os.open(path, flags, 0o600)


def _files(home: Home, found: CaptureFiles) -> dict[str, Path]:
    """Return name in the backup -> file of a home, but the database.

    The journal comes before the captures it names. A file that was renamed gets its own name back.
    """
    files = {file.name: file for file in sorted(home.path.glob("*.toml"))}
    if file_problem(home.captures / JOURNAL_NAME) is None:
        files[f"captures/{JOURNAL_NAME}"] = home.captures / JOURNAL_NAME
    return files | {f"captures/{name}": path for name, path in found.paths.items()}


def _problems(journal: Journal, found: CaptureFiles, named: set[str]) -> list[Reason]:
    """Name the captures that journal or database (`named`) name and that are not in a backup."""
    expected = named | journal.ends().keys()
    missing = sorted(expected - found.paths.keys() - found.unusable.keys())
    return [
        *([in_file(JOURNAL_NAME, journal.unusable)] if journal.unusable else []),
        *found.problems(),
        *(in_file(name, Reason(Damage.MISSING)) for name in missing),
    ]


def _database_size(home: Home) -> int:
    names = ("tinwatch.db", "tinwatch.db-wal")
    return sum((home.path / n).stat().st_size for n in names if (home.path / n).exists())


def _megabytes(size: int) -> int:
    return -(-size // 1_000_000)


def _size(sums: dict[str, FileSum], problems: Iterable[Reason] = ()) -> BackupSize:
    return BackupSize(len(sums), sum(each["size"] for each in sums.values()), tuple(problems))


def _add(tar: tarfile.TarFile, file: Path, name: str, sums: dict[str, FileSum]) -> None:
    with open_regular(file) as opened:
        info = tar.gettarinfo(arcname=name, fileobj=opened)
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        source = _HashingReader(opened)
        tar.addfile(info, source)
    sums[name] = {"sha256": source.digest.hexdigest(), "size": info.size}


def read_backup(file: Path, folder: Path) -> BackupSize:
    """Unpack a backup into the empty `folder` and check every sum. Raise OSError.

    Raise BackupError if the file is no complete, unchanged backup; the files in `folder` must then
    not be used.
    """
    unpacked: dict[str, FileSum] = {}
    manifest: dict[str, FileSum] | None = None
    try:
        with tarfile.open(file, "r:") as tar:
            for member in tar:
                if member.name == MANIFEST:
                    manifest = _manifest(tar, member)
                    continue
                if not (member.isfile() and MEMBER_NAME.fullmatch(member.name)):
                    reason = Reason(HomeReason.NO_BACKUP, file=str(file), member=member.name)
                    raise BackupError(reason)
                unpacked[member.name] = _unpack(tar, member, folder)
    except (tarfile.TarError, EOFError, ValueError) as error:
        reason = Reason(HomeReason.BACKUP_BROKEN, file=str(file), error=str(error))
        raise BackupError(reason) from error
    if manifest is None:
        raise BackupError(Reason(HomeReason.BACKUP_WITHOUT_MANIFEST, file=str(file)))
    wrong = sorted(n for n in {*manifest, *unpacked} if manifest.get(n) != unpacked.get(n))
    if wrong:
        members = [*wrong[:5], "..."] if len(wrong) > 5 else wrong
        raise BackupError(Reason(HomeReason.BACKUP_DAMAGED, file=str(file), members=members))
    return _size(unpacked)


def _manifest(tar: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, FileSum]:
    opened = tar.extractfile(member)
    manifest = json.loads(opened.read()) if opened else {}
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ValueError("its manifest is of another format; use the tinwatch that made it")
    files = manifest.get("files")
    if not isinstance(files, dict):
        raise ValueError("its manifest names no files")
    return files


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> FileSum:
    target = folder / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    opened = tar.extractfile(member)
    assert opened is not None  # it is a regular file
    source = _HashingReader(opened)
    with open(target, "xb", opener=_owner_only) as file:
        os.fchmod(file.fileno(), member.mode & 0o660)  # as before, but not for everyone
        shutil.copyfileobj(source, file, CHUNK_BYTES)
        return {"sha256": source.digest.hexdigest(), "size": file.tell()}
