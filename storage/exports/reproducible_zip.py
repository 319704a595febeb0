"""Reproducible zip files: members in the order written, with a given time."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

CHUNK_BYTES = 1 << 20


class Member:
    """A member of a zip file while it is written. `size` in bytes, `sha256` in hex."""

    def __init__(self, path: str, output: IO[bytes]) -> None:
        self.path = path
        self.size = 0
        self._to = output
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._to.write(data)
        self._digest.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


class ZipBuilder:
    """Writer of a zip file. Every member has the time `moment`."""

    def __init__(self, file: ZipFile, moment: datetime) -> None:
        self.file = file
        self.moment = moment
        self.members: list[Member] = []

    @contextmanager
    def member(self, path: str, *, compressed: bool = False, size: int = 0) -> Iterator[Member]:
        """Write a member. `size`: at least its number of bytes, if it may exceed 1 GiB.

        Only such a member gets the 64-bit fields of zip, which ReplayWeb.page does not read.
        """
        info = ZipInfo(path, self.moment.timetuple()[:6])
        info.compress_type = ZIP_DEFLATED if compressed else ZIP_STORED
        info.external_attr = 0o644 << 16
        info.file_size = size
        with self.file.open(info, "w") as output:
            member = Member(path, output)
            yield member
        self.members.append(member)


@contextmanager
def open_zip(file: Path | IO[bytes], moment: datetime) -> Iterator[ZipBuilder]:
    with ZipFile(file, "w") as zip_file:
        yield ZipBuilder(zip_file, moment)


def zip_folder(folder: Path, name: str, file: Path, moment: datetime) -> None:
    """Zip a folder with all its files, under the name `name`."""
    with open_zip(file, moment) as zip_file:
        for member_path in sorted(path for path in folder.rglob("*") if path.is_file()):
            path = f"{name}/{member_path.relative_to(folder).as_posix()}"
            size = member_path.stat().st_size
            with (
                member_path.open("rb") as source,
                zip_file.member(path, compressed=True, size=size) as output,
            ):
                shutil.copyfileobj(source, output, CHUNK_BYTES)
