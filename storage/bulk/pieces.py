"""Pieces: files of an archive and byte ranges of them, each the input of one task.

A piece owns the records that begin in its range. Where the first of them begins is found by its
task (records.py), so that planning reads no file but the central directories of WACZ files.
"""

from __future__ import annotations

import errno
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from struct import unpack
from typing import IO, Any

from storage.extras import optional_extra
from storage.messages import ReasonError
from storage.messages.reasons_bulk import BulkReason
from storage.reasons import Reason

with optional_extra("bulk"):
    from fsspec.core import url_to_fs

WARC_NAMES = (".warc", ".warc.gz")
WACZ_NAME = ".wacz"
LIST_NAMES = (".txt", ".list", ".paths")
BLOCK_BYTES = 4 << 20  # read at once from a remote file
LOCAL_HEADER_BYTES = 30  # of a ZIP member, before name and extra field
GLOB = frozenset("*?[")


class BadInput(ReasonError):
    """A file of the archive cannot be read at all. `file`: its URL."""

    def __init__(self, file: str, reason: Reason) -> None:
        super().__init__(reason)
        self.file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return BadInput, (self.file, self.reason)


@dataclass(frozen=True, slots=True)
class Piece:
    """A byte range of a file. Offsets count from the beginning of the file.

    Attributes:
        file: fsspec URL
        version: what changes with the file: size, time or ETag
        base, limit: where the WARC data begins and ends (in a WACZ file, which is a ZIP)
        start, end: the piece owns the records that begin between them
        begins_at: where its first record begins, if that is known
        records: (offset, length) of the only records to read, if an index lists them
    """

    file: str
    version: str
    base: int
    limit: int
    start: int
    end: int
    begins_at: int | None = None
    records: tuple[tuple[int, int], ...] = ()

    @property
    def name(self) -> str:
        """The task's name: the same for every start of a job, whatever the file holds by then."""
        stated = f"{self.file}\0{self.base}\0{self.start}\0{bool(self.records)}"
        return sha256(stated.encode()).hexdigest()[:20]

    def identity(self, rules: str) -> str:
        """Return what a finished task must have been given so that it need not run again.

        Where its first record begins follows from the file.
        """
        stated = repr((asdict(replace(self, begins_at=None)), rules))
        return sha256(stated.encode()).hexdigest()


def find_files(names: Iterable[str]) -> Iterator[str]:
    """Yield the URLs of the files that are named: by URLs, globs and list files. Raise BadInput."""
    for name in names:
        try:
            yield from _named_files(name)
        except BadInput:
            raise
        except Exception as error:  # OSError, or what a client of object storage raises
            raise unreadable(name, error) from error


def _named_files(name: str) -> Iterator[str]:
    fs, path = url_to_fs(name)
    if name.endswith(LIST_NAMES):
        lines = fs.cat_file(path).decode("utf-8").splitlines()
        yield from find_files(line.strip() for line in lines if line.strip())
    elif GLOB & set(name):
        found = sorted(fs.glob(path))
        if not found:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        yield from map(fs.unstrip_protocol, found)
    else:
        yield fs.unstrip_protocol(path)


def pieces_of(file: str, split_bytes: int) -> list[Piece]:
    """Return the pieces of a WARC or WACZ file. Raise BadInput."""
    try:
        fs, path = url_to_fs(file)
        info = fs.info(path)
        if info["type"] == "directory":
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        size, version = int(info["size"]), file_version(info)
        if not file.lower().endswith(WACZ_NAME):
            return list(_split(Piece(file, version, 0, size, 0, size), split_bytes))
        with fs.open(path, "rb") as opened:
            spans = list(_warc_members(opened))
    except Exception as error:  # OSError, BadZipFile, or what a client of object storage raises
        raise unreadable(file, error) from error
    if not spans:
        raise BadInput(file, Reason(BulkReason.NO_WARC_IN_WACZ))
    whole = [Piece(file, version, start, end, start, end) for start, end in spans]
    return [piece for span in whole for piece in _split(span, split_bytes)]


def file_version(info: dict[str, Any]) -> str:
    """Return what identifies the bytes of a file in fsspec's terms."""
    stamp = info.get("ETag") or info.get("etag") or info.get("mtime") or info.get("LastModified")
    return f"{info['size']}-{stamp}"


def _split(piece: Piece, split_bytes: int) -> Iterator[Piece]:
    start = piece.start
    while start < piece.end:
        end = min(start + split_bytes, piece.end)
        yield replace(piece, start=start, end=end, begins_at=start if start == piece.base else None)
        start = end


def _warc_members(opened: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Yield where the WARC files in a WACZ begin and end. They are stored as they are."""
    with zipfile.ZipFile(opened) as archive:
        for member in archive.infolist():
            if not member.filename.lower().endswith(WARC_NAMES):
                continue
            if member.compress_type != zipfile.ZIP_STORED:
                raise ValueError(
                    f"{member.filename} is packed: a WACZ stores WARC files as they are"
                )
            opened.seek(member.header_offset)
            name_bytes, extra_bytes = unpack("<26xHH", opened.read(LOCAL_HEADER_BYTES))
            start = member.header_offset + LOCAL_HEADER_BYTES + name_bytes + extra_bytes
            yield start, start + member.file_size


class PieceStream:
    """The bytes of a file from an offset up to the end of its WARC data, to read and seek.

    If its storage fails, `read` raises BadInput: that is no damage of a record, and the task is
    tried again.
    """

    def __init__(self, opened: IO[bytes], piece: Piece) -> None:
        self._file = opened
        self._name = piece.file
        self._limit = piece.limit

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._limit - self._file.tell())
        try:
            return self._file.read(left if size < 0 else min(size, left))
        except Exception as error:  # OSError, or what a client of object storage raises
            raise unreadable(self._name, error) from error

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def open_piece(piece: Piece) -> Any:
    """Open the file of a piece. Raise BadInput."""
    try:
        fs, path = url_to_fs(piece.file)
        cache = "none" if piece.records else "readahead"  # scattered records, or all in a row
        return fs.open(path, "rb", block_size=BLOCK_BYTES, cache_type=cache)
    except Exception as error:  # OSError, or what a client of object storage raises
        raise unreadable(piece.file, error) from error


def unreadable(file: str, error: Exception) -> BadInput:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return BadInput(file, Reason(BulkReason.FILE_UNREADABLE, error=text))
