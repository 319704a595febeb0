"""The records of a WARC file one after another, past those that are damaged."""

from __future__ import annotations

import mmap
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from storage.archive.decoding import MAX_BODY_BYTES
from storage.archive.regular_file import open_regular

# What warcio raises for damaged files; AttributeError if a header is missing.
UNREADABLE: tuple[type[Exception], ...] = (
    ArchiveLoadFailed, OSError, zlib.error, EOFError, ValueError, AttributeError,
)  # fmt: skip
GZIP = 31  # zlib's window bits for a gzip member
GZIP_MAGIC = b"\x1f\x8b\x08"
RECORD_START = b"WARC/"
CHUNK_BYTES = 1 << 16
HEAD_BYTES = 1024
MAX_RECORD_BYTES = 4 * MAX_BODY_BYTES  # of one record unpacked; more is not held in memory
CONTENT_LENGTH = re.compile(rb"^Content-Length:\s*(\d{1,15})\s*$", re.MULTILINE | re.IGNORECASE)


class OneStreamError(ValueError):
    """Several records are packed as one gzip member, so that none can be read by its offset."""

    def __init__(self) -> None:
        super().__init__(
            "it is packed as one gzip stream, which is fixed by: warcio recompress FILE NEW_FILE"
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A record, or damage in place of records.

    Attributes:
        offset: where it begins in the file
        record: warcio's record with its stream unread; None for damage
        error: what is damaged
    """

    offset: int
    record: Any
    error: Exception | None = None


def entries(
    path: Path, start: int = 0, end: int | None = None, *, check_digests: bool = False
) -> Iterator[Entry]:
    """Yield the records between two offsets. Raise OSError, or OneStreamError.

    A record must be read before the next one is asked for. After damage the iteration resumes at
    the next record that begins as one.
    """
    with open_regular(path) as file:
        packed = file.read(len(RECORD_START)) != RECORD_START
        read = _packed_entries if packed else _plain_entries
        yield from read(file, start, end, check_digests)


def entry_at(path: Path, offset: int) -> Any:
    """Return warcio's record at an offset, None behind the last one.

    Raise an exception of UNREADABLE if it is damaged.
    """
    for entry in entries(path, offset):
        if entry.error is not None:
            raise entry.error
        return entry.record
    return None


def _packed_entries(
    file: IO[bytes], start: int, end: int | None, check_digests: bool
) -> Iterator[Entry]:
    offset, size = start, os.fstat(file.fileno()).st_size
    while offset < (size if end is None else min(end, size)):
        try:
            data, following = read_member(file, offset)
            record = next(ArchiveIterator(BytesIO(data), check_digests=check_digests))
        except OneStreamError:
            raise
        except UNREADABLE as error:
            yield Entry(offset, None, error)
            following = _next_record(file, offset + 1, size)
        else:
            yield Entry(offset, record)
        offset = following


def read_member(file: IO[bytes], offset: int) -> tuple[bytes, int]:
    """Return the unpacked gzip member at an offset, and where the next one begins.

    Raise an exception of UNREADABLE.
    """
    file.seek(offset)
    member, data, position = zlib.decompressobj(wbits=GZIP), bytearray(), offset
    while not member.eof:
        chunk = member.unconsumed_tail or file.read(CHUNK_BYTES)
        if not chunk:
            raise EOFError("it is cut off")
        position += 0 if member.unconsumed_tail else len(chunk)
        data += member.decompress(chunk, CHUNK_BYTES)
        if len(data) > MAX_RECORD_BYTES:
            _check_length(bytes(data), complete=False)
            raise ValueError(f"it is larger than {MAX_RECORD_BYTES} bytes")
    _check_length(bytes(data), complete=True)
    return bytes(data), position - len(member.unused_data)


def _check_length(data: bytes, *, complete: bool) -> None:
    """Raise ValueError if a member holds more or less than one record."""
    head_end = data.find(b"\r\n\r\n") + 4
    stated = CONTENT_LENGTH.search(data[:head_end])
    if not data.startswith(RECORD_START) or stated is None:
        raise ValueError("no record begins there")
    end = head_end + int(stated[1])
    if data[end:].lstrip(b"\r\n").startswith(RECORD_START):
        raise OneStreamError
    if complete and len(data) < end:
        raise ValueError(f"its end is missing: {end - len(data)} bytes")


def _next_record(file: IO[bytes], position: int, size: int) -> int:
    """Return where the next record begins as one, or the size of the file."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found = find_packed_record(data, position)
    return size if found is None else found


def find_packed_record(data: bytes | mmap.mmap, position: int = 0) -> int | None:
    """Return where a record begins as a gzip member, at `position` or behind it."""
    start = data.find(GZIP_MAGIC, position)
    while start >= 0:
        try:
            head = zlib.decompressobj(wbits=GZIP).decompress(data[start : start + HEAD_BYTES], 64)
        except zlib.error:
            head = b""
        if head.startswith(RECORD_START):
            return start
        start = data.find(GZIP_MAGIC, start + 1)
    return None


def is_partial_record(path: Path, offset: int) -> bool:
    """Whether the rest of a file is the beginning of a record. Raise OSError."""
    with open_regular(path) as file:
        file.seek(offset)
        start = file.read(HEAD_BYTES)
    if len(start) < len(GZIP_MAGIC):
        return GZIP_MAGIC.startswith(start)
    try:
        head = zlib.decompressobj(wbits=GZIP).decompress(start, len(RECORD_START))
    except zlib.error:
        return False
    return RECORD_START.startswith(head)


def _plain_entries(
    file: IO[bytes], start: int, end: int | None, check_digests: bool
) -> Iterator[Entry]:
    """Yield the records of a file that is not packed."""
    offset = start
    while offset >= 0:
        file.seek(offset)
        iterator = ArchiveIterator(file, check_digests=check_digests)
        try:
            for record in iterator:
                if end is not None and iterator.offset >= end:
                    return
                yield Entry(iterator.offset, record)
            return
        except UNREADABLE as error:
            damaged = max(offset, iterator.offset)
            yield Entry(damaged, None, error)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            offset = data.find(b"\n" + RECORD_START, damaged + 1) + 1 or -1
