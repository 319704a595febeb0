"""Reading WARC files: our own captures, and those of anybody else."""

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
KINDS = ("response", "resource", "revisit")
# What warcio raises for damaged files; for a header it misses, an AttributeError.
UNREADABLE: tuple[type[Exception], ...] = (
    ArchiveLoadFailed, OSError, zlib.error, EOFError, ValueError, AttributeError,
)  # fmt: skip
CHUNK = 1 << 16  # bytes
GZIP = 31  # zlib's window bits for a gzip member
UNDONE = ("content-encoding", "transfer-encoding", "content-length")


class CaptureError(RuntimeError):
    """A WARC file cannot be read; the message names file, place and remedy."""


@dataclass(frozen=True, slots=True)
class Record:
    """One response read back from a WARC file, transfer and content encodings undone."""

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
class _Repeat:
    """A `revisit`: the bytes lie in the record of this digest, written on this day."""

    record: Record
    digest: str
    day: str
    not_modified: bool  # a 304 answer: status and headers are those of the repeated record, too


def read_records(path: Path, start: int = 0, end: int | None = None) -> Iterator[Record]:
    """The responses and resources of a WARC file. Raises CaptureError.

    `start` and `end` are offsets at which records begin: only what lies between them is read.
    A `revisit` record is given with the bytes that it refers to, from this file or from the one
    of that day beside it. One whose bytes neither holds is left out, with a warning in the log.
    """
    try:
        with path.open("rb") as file:
            file.seek(start)
            iterator = ArchiveIterator(file)
            for warc_record in iterator:
                read = _read(warc_record)
                offset = iterator.get_record_offset()
                record = _whole(read, path) if isinstance(read, _Repeat) else read
                if record is not None:
                    yield replace(record, offset=offset)
                elif read is not None:
                    logger.warning("%s at %d repeats bytes that no file holds", path, offset)
                if end is not None and iterator.offset >= end:  # where the next one begins
                    return
    except FileNotFoundError as error:
        raise CaptureError(f"{path}: there is no such file") from error
    except UNREADABLE as error:
        raise CaptureError(
            f"{path} cannot be read as WARC: {' '.join(str(error).split())}. "
            "A file packed as one gzip stream is mended by: warcio recompress FILE NEW_FILE"
        ) from error


def read_body(folder: Path, warc: str, offset: int) -> Record:
    """The record at a place that a capture names. Raises CaptureError."""
    path = folder / warc
    try:
        read = _read_at(path, offset)
        record = _whole(read, path) if isinstance(read, _Repeat) else read
    except UNREADABLE as error:
        raise CaptureError(f"{path} at {offset}: {error}; was the file changed?") from error
    if record is None:
        raise CaptureError(f"{path} holds no response at {offset}; was the file changed?")
    return replace(record, offset=offset)


def _read_at(path: Path, offset: int) -> Record | _Repeat | None:
    with path.open("rb") as file:
        file.seek(offset)
        for warc_record in ArchiveIterator(file):
            return _read(warc_record)
    return None


def _read(record: Any) -> Record | _Repeat | None:
    """A WARC record, offset still 0; None for a kind that holds no answer of a site."""
    if record.rec_type not in KINDS:
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
        headers = [(k, v) for k, v in http.headers if k.lower() not in UNDONE]
    read = Record(url, moment, status, headers, body, 0, record.rec_type)
    if record.rec_type != "revisit":
        return read
    day = (named("WARC-Refers-To-Date") or "")[:10]
    unsent = (named("WARC-Profile") or "") == SERVER_NOT_MODIFIED
    return _Repeat(read, named("WARC-Payload-Digest") or "", day, unsent)


def _whole(repeat: _Repeat, path: Path) -> Record | None:
    """The repeated record with its bytes, or None where no file at hand holds them."""
    place = _holder(repeat, path)
    held = _read_at(*place) if place is not None else None
    if not isinstance(held, Record):
        return None
    if not repeat.not_modified:
        return replace(repeat.record, body=held.body)
    moment = repeat.record.captured_at
    return replace(held, captured_at=moment, kind="revisit")


def _holder(repeat: _Repeat, path: Path) -> tuple[Path, int] | None:
    """Where the bytes lie that a record repeats."""
    for file in (path, path.with_name(f"{repeat.day}.warc.gz")):
        if not file.exists():
            continue
        status = file.stat()
        offset = _payloads(file, status.st_size, status.st_mtime_ns).get(repeat.digest)
        if offset is not None:
            return file, offset
    return None


@lru_cache(maxsize=16)
def _payloads(path: Path, size: int, mtime_ns: int) -> dict[str, int]:
    """Where a file holds each payload: digest -> offset. A file that changed is read again."""
    places: dict[str, int] = {}
    with path.open("rb") as file:
        iterator = ArchiveIterator(file)
        for record in iterator:
            digest = record.rec_headers.get_header("WARC-Payload-Digest")
            if digest and record.rec_type in ("response", "resource"):
                places.setdefault(digest, iterator.get_record_offset())
    return places


def _warc_date(text: str) -> datetime:
    """Raises ValueError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"a record has no date that can be read: {text!r}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def record_places(folder: Path, warc: str, offset: int) -> list[tuple[str, int]]:
    """The place of a record and, where it is a `revisit`, before it that of the one it repeats.

    Raises CaptureError.
    """
    path = folder / warc
    try:
        read = _read_at(path, offset)
        holder = _holder(read, path) if isinstance(read, _Repeat) else None
    except UNREADABLE as error:
        raise CaptureError(f"{path} at {offset}: {error}; was the file changed?") from error
    before = [(str(holder[0].relative_to(folder)), holder[1])] if holder else []
    return [*before, (warc, offset)]


def find_records(path: Path, urls: set[str], moment: datetime) -> list[int]:
    """Where in a file the answers of these URLs of this second lie. Raises CaptureError."""
    if not path.exists():
        return []
    second, found = moment.replace(microsecond=0), []
    try:
        with path.open("rb") as file:
            iterator = ArchiveIterator(file)
            for record in iterator:
                named = record.rec_headers.get_header
                if record.rec_type not in KINDS or named("WARC-Target-URI") not in urls:
                    continue
                if _warc_date(named("WARC-Date") or "").replace(microsecond=0) == second:
                    found.append(iterator.get_record_offset())
    except UNREADABLE as error:
        raise CaptureError(f"{path} cannot be read as WARC: {error}") from error
    return found


def payload_digest(folder: Path, warc: str, offset: int) -> tuple[str, int]:
    """SHA-256 in hex and number of a record's bytes as they were received. Raises CaptureError."""
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
    """A record of our own archive as it lies there: one gzip member. Raises CaptureError."""
    path = folder / warc
    member = zlib.decompressobj(wbits=GZIP)
    copied = bytearray()
    try:
        with path.open("rb") as file:
            file.seek(offset)
            while not member.eof and (chunk := file.read(CHUNK)):
                member.decompress(chunk)
                copied += chunk[: len(chunk) - len(member.unused_data)]
    except (OSError, zlib.error) as error:
        raise CaptureError(f"{path} at {offset}: {error}; was the file changed?") from error
    if not member.eof:
        raise CaptureError(f"{path} at {offset} holds no whole record; was the file changed?")
    return bytes(copied)
