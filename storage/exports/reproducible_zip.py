"""Zip files that come out the same each time: members in the order written, times as given."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

CHUNK = 1 << 20  # bytes


class Member:
    """A file of a zip while it is written. `size` in bytes; `sha256` in hex."""

    def __init__(self, path: str, to: IO[bytes]) -> None:
        self.path = path
        self.size = 0
        self._to = to
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._to.write(data)
        self._digest.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


class Packed:
    """A zip file to fill. `moment` is the time that every member carries."""

    def __init__(self, file: ZipFile, moment: datetime) -> None:
        self.file = file
        self.moment = moment
        self.members: list[Member] = []

    @contextmanager
    def member(self, path: str, *, squeezed: bool = False) -> Iterator[Member]:
        info = ZipInfo(path, self.moment.timetuple()[:6])
        info.compress_type = ZIP_DEFLATED if squeezed else ZIP_STORED
        info.external_attr = 0o644 << 16
        with self.file.open(info, "w", force_zip64=True) as to:
            member = Member(path, to)
            yield member
        self.members.append(member)


@contextmanager
def packed(file: Path, moment: datetime) -> Iterator[Packed]:
    with ZipFile(file, "w") as made:
        yield Packed(made, moment)


def pack_folder(folder: Path, name: str, file: Path, moment: datetime) -> None:
    """The folder, under this name, with all that is in it."""
    with packed(file, moment) as made:
        for part in sorted(path for path in folder.rglob("*") if path.is_file()):
            path = f"{name}/{part.relative_to(folder).as_posix()}"
            with part.open("rb") as read, made.member(path, squeezed=True) as to:
                while data := read.read(CHUNK):
                    to.write(data)
