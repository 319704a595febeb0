"""Reads WARC files: our own captures, and those of other crawlers."""

from __future__ import annotations

import hashlib
import logging
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

logger = logging.getLogger(__name__)
Headers = list[tuple[str, str]]
SERVER_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
RECORD_TYPES = ("response", "resource", "revisit")
# What warcio raises for damaged files; AttributeError if a header is missing.
UNREADABLE: tuple[type[Exception], ...] = (
    ArchiveLoadFailed, OSError, zlib.error, EOFError, ValueError, AttributeError,
)  # fmt: skip
CHUNK_BYTES = 1 << 16
GZIP = 31  # zlib's window bits for a gzip member
DECODED_HEADERS = ("content-encoding", "transfer-encoding", "content-length")


class CaptureError(RuntimeError):
    """A WARC file cannot be read; the message names file, offset and remedy."""


@dataclass(frozen=True, slots=True)
class Record:
    """A response from a WARC file, with transfer and content codings decoded."""

    url: str
    captured_at: datetime
    status: int
    headers: Headers
    body: bytes
    offset: int
    kind: str = "response"  # or resource, revisit

    def header(self, name: str) -> str | None:
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class _Revisit:
    """A `revisit` record: the bytes are in the record with this digest, written on this day."""

    record: Record
    digest: str
    day: str
    not_modified: bool  # of a 304 response: status and headers are in that record, too


def read_records(path: Path, start: int = 0, end: int | None = None) -> Iterator[Record]:
    """Yield the responses and resources of a WARC file. Raise CaptureError.

    `start` and `end` are offsets at which records begin; only records between them are read.
    A `revisit` record comes with the bytes that it refers to, from this file or the one of that
    day beside it. If neither holds them, it is skipped with a warning in the log.
    """
    try:
        with path.open("rb") as file:
            file.seek(start)
            iterator = ArchiveIterator(file)
            for warc_record in iterator:
                read = _read(warc_record)
                offset = iterator.get_record_offset()
                record = _resolve(read, path) if isinstance(read, _Revisit) else read
                if record is not None:
                    yield replace(record, offset=offset)
                elif read is not None:
                    logger.warning("%s at %d repeats bytes that no file holds", path, offset)
                if end is not None and iterator.offset >= end:  # offset of the next record
                    return
    except FileNotFoundError as error:
        raise CaptureError(f"{path}: there is no such file") from error
    except UNREADABLE as error:
        raise CaptureError(
            f"{path} cannot be read as WARC: {' '.join(str(error).split())}. "
            "A file packed as one gzip stream is mended by: warcio recompress FILE NEW_FILE"
        ) from error


def read_body(folder: Path, warc: str, offset: int) -> Record:
    """Return the record at an offset. Raise CaptureError."""
    path = folder / warc
    try:
        read = _read_at(path, offset)
        record = _resolve(read, path) if isinstance(read, _Revisit) else read
    except UNREADABLE as error:
        raise CaptureError(f"{path} at {offset}: {error}; was the file changed?") from error
    if record is None:
        raise CaptureError(f"{path} holds no response at {offset}; was the file changed?")
    return replace(record, offset=offset)


def _read_at(path: Path, offset: int) -> Record | _Revisit | None:
    with path.open("rb") as file:
        file.seek(offset)
        for warc_record in ArchiveIterator(file):
            return _read(warc_record)
    return None


def _read(record: Any) -> Record | _Revisit | None:
    """Return a WARC record with offset 0; None if it is of another type."""
    if record.rec_type not in RECORD_TYPES:
        return None
    named = record.rec_headers.get_header
    url = (named("WARC-Target-URI") or "").strip("<>")
    moment = _warc_date(named("WARC-Date") or "")
    body = record.content_stream().read()
    http = record.http_headers
    if http is None:
        status, headers = 200, [("Content-Type", named("Content-Type") or "")]
    else:
        status = int(http.get_statuscode() or 0)
        headers = [(k, v) for k, v in http.headers if k.lower() not in DECODED_HEADERS]
    read = Record(url, moment, status, headers, body, 0, record.rec_type)
    if record.rec_type != "revisit":
        return read
    day = (named("WARC-Refers-To-Date") or "")[:10]
    unsent = (named("WARC-Profile") or "") == SERVER_NOT_MODIFIED
    return _Revisit(read, named("WARC-Payload-Digest") or "", day, unsent)


def _resolve(revisit: _Revisit, path: Path) -> Record | None:
    """Return the record with the bytes that it refers to, or None if no file holds them."""
    location = _referred_record(revisit, path)
    original = _read_at(*location) if location is not None else None
    if not isinstance(original, Record):
        return None
    if not revisit.not_modified:
        return replace(revisit.record, body=original.body)
    return replace(original, captured_at=revisit.record.captured_at, kind="revisit")


def _referred_record(revisit: _Revisit, path: Path) -> tuple[Path, int] | None:
    """Return file and offset of the record with the bytes."""
    for file in (path, path.with_name(f"{revisit.day}.warc.gz")):
        if not file.exists():
            continue
        status = file.stat()
        offset = _payload_offsets(file, status.st_size, status.st_mtime_ns).get(revisit.digest)
        if offset is not None:
            return file, offset
    return None


@lru_cache(maxsize=16)
def _payload_offsets(path: Path, size: int, mtime_ns: int) -> dict[str, int]:
    """Return payload digest -> offset. Size and time: the cache misses if the file changed."""
    offsets: dict[str, int] = {}
    with path.open("rb") as file:
        iterator = ArchiveIterator(file)
        for record in iterator:
            digest = record.rec_headers.get_header("WARC-Payload-Digest")
            if digest and record.rec_type in ("response", "resource"):
                offsets.setdefault(digest, iterator.get_record_offset())
    return offsets


def _warc_date(text: str) -> datetime:
    """Parse WARC-Date. Raise ValueError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"a record has no date that can be read: {text!r}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def record_locations(folder: Path, warc: str, offset: int) -> list[tuple[str, int]]:
    """Return file and offset of a record, preceded by those of the record that it revisits.

    Raise CaptureError.
    """
    path = folder / warc
    try:
        read = _read_at(path, offset)
        original = _referred_record(read, path) if isinstance(read, _Revisit) else None
    except UNREADABLE as error:
        raise CaptureError(f"{path} at {offset}: {error}; was the file changed?") from error
    before = [(str(original[0].relative_to(folder)), original[1])] if original else []
    return [*before, (warc, offset)]


def find_record_offsets(path: Path, urls: set[str], moment: datetime) -> list[int]:
    """Return the offsets of the responses of these URLs in this second. Raise CaptureError."""
    if not path.exists():
        return []
    second, offsets = moment.replace(microsecond=0), []
    try:
        with path.open("rb") as file:
            iterator = ArchiveIterator(file)
            for record in iterator:
                named = record.rec_headers.get_header
                if record.rec_type not in RECORD_TYPES or named("WARC-Target-URI") not in urls:
                    continue
                if _warc_date(named("WARC-Date") or "").replace(microsecond=0) == second:
                    offsets.append(iterator.get_record_offset())
    except UNREADABLE as error:
        raise CaptureError(f"{path} cannot be read as WARC: {error}") from error
    return offsets


def payload_digest(folder: Path, warc: str, offset: int) -> tuple[str, int]:
    """Return SHA-256 (hex) and length of a record's bytes as received. Raise CaptureError."""
    path = folder / warc
    try:
        with path.open("rb") as file:
            file.seek(offset)
            for record in ArchiveIterator(file):
                payload = record.raw_stream.read()
                return hashlib.sha256(payload).hexdigest(), len(payload)
    except UNREADABLE as error:
        raise CaptureError(f"{path} at {offset}: {error}; was the file changed?") from error
    raise CaptureError(f"{path} holds no record at {offset}; was the file changed?")


def copy_record(folder: Path, warc: str, offset: int) -> bytes:
    """Return a record of our own archive unchanged: one gzip member. Raise CaptureError."""
    path = folder / warc
    member = zlib.decompressobj(wbits=GZIP)
    copied = bytearray()
    try:
        with path.open("rb") as file:
            file.seek(offset)
            while not member.eof and (chunk := file.read(CHUNK_BYTES)):
                member.decompress(chunk)
                copied += chunk[: len(chunk) - len(member.unused_data)]
    except (OSError, zlib.error) as error:
        raise CaptureError(f"{path} at {offset}: {error}; was the file changed?") from error
    if not member.eof:
        raise CaptureError(f"{path} at {offset} holds no whole record; was the file changed?")
    return bytes(copied)
