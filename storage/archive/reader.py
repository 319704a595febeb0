"""Reads WARC files: our own captures, and those of other crawlers."""

from __future__ import annotations

import hashlib
import logging
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from storage.archive.decoding import (
    MAX_BODY_BYTES,
    MAX_ROBOTS_BYTES,
    DecodingError,
    codings_of,
    decode,
    decode_start,
    join_chunks,
)
from storage.archive.errors import CaptureError, UnreadableRecord
from storage.archive.originals import Location, Originals, Reference, original_in
from storage.archive.regular_file import open_regular
from storage.archive.warc_file import GZIP, UNREADABLE, Entry, entries, entry_at
from storage.messages.reasons_archive import ArchiveReason
from storage.messages.reasons_crawl import CrawlReason
from storage.reasons import Reason

logger = logging.getLogger(__name__)
Headers = list[tuple[str, str]]
SOURCE_URL_HEADER = "WARC-Source-URI"  # where an archive holds the capture
SERVER_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
RECORD_TYPES = ("response", "resource", "revisit")
CHUNK_BYTES = 1 << 16
DECODED_HEADERS = ("content-encoding", "transfer-encoding", "content-length")


class CaptureLocation(NamedTuple):
    """Where a record is, and what must be there if it is known.

    Attributes:
        warc: file below the captures folder
        sha256: of the body as received, in hex
    """

    warc: str
    offset: int
    sha256: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A response from a WARC file, with transfer and content codings decoded.

    `source_url`: where an archive holds the capture, if one made it.
    """

    url: str
    captured_at: datetime
    status: int
    headers: Headers
    body: bytes
    offset: int
    kind: str = "response"  # or resource, revisit
    source_url: str | None = None

    def header(self, name: str) -> str | None:
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as it is stored, before its body is decoded.

    Attributes:
        status, headers: of the response; 0 and none of a revisit that states neither
        payload: the body as received; of a revisit, no bytes
        digest: of the payload; of a revisit, that of the record that it repeats
        refers_to_url, refers_to_date: URL and WARC-Date of that record, as stated
        not_modified: of a 304 response, whose status and headers are in that record, too
    """

    url: str
    captured_at: datetime
    status: int
    headers: Headers
    payload: bytes
    kind: str
    digest: str
    not_modified: bool
    source_url: str | None
    refers_to_url: str = ""
    refers_to_date: str = ""

    @classmethod
    def of(
        cls, named: Callable[[str], str | None], captured_at: datetime, status: int,
        headers: Headers, payload: bytes, kind: str,
    ) -> StoredRecord:  # fmt: skip
        """Return the record with these named fields of WARC."""
        return cls(
            (named("WARC-Target-URI") or "").strip("<>"), captured_at, status, headers, payload,
            kind, named("WARC-Payload-Digest") or "", named("WARC-Profile") == SERVER_NOT_MODIFIED,
            named(SOURCE_URL_HEADER), (named("WARC-Refers-To-Target-URI") or "").strip("<>"),
            named("WARC-Refers-To-Date") or "",
        )  # fmt: skip

    @property
    def refers_to_day(self) -> str:
        return self.refers_to_date[:10]

    def values(self, name: str) -> list[str]:
        return [value for header, value in self.headers if header.lower() == name]

    def completed(self, original: StoredRecord) -> StoredRecord:
        """Return a revisit with the HTTP status and headers of its original if it has none.

        WARC 1.1, section 6.7: they are optional, and those of a 304 are not those of the page.
        """
        if self.status and not self.not_modified:
            return self
        return replace(self, status=original.status, headers=original.headers)

    def decoded(self) -> bytes:
        """Return the body without its codings. Raise DecodingError."""
        if len(self.payload) > MAX_BODY_BYTES:
            raise DecodingError(Reason(CrawlReason.RESPONSE_TOO_LARGE))
        chunked = "chunked" in codings_of(self.values("transfer-encoding"))
        body = join_chunks(self.payload) if chunked else self.payload
        codings = codings_of(self.values("content-encoding"))
        if urlsplit(self.url).path == "/robots.txt":
            return decode_start(body, codings, MAX_ROBOTS_BYTES)
        return decode(body, codings)

    def record(self, body: bytes) -> Record:
        headers = [(k, v) for k, v in self.headers if k.lower() not in DECODED_HEADERS]
        return Record(
            self.url, self.captured_at, self.status, headers, body, 0, self.kind, self.source_url
        )


OnError = Callable[[UnreadableRecord], None]


def read_records(
    path: Path,
    start: int = 0,
    end: int | None = None,
    on_error: OnError | None = None,
    originals: Originals | None = None,
) -> Iterator[Record]:
    """Yield the responses and resources of a WARC file. Raise CaptureError.

    `start` and `end` are offsets at which records begin; only records between them are read.
    A record that cannot be read is reported to `on_error` and skipped, or raised without it.
    A `revisit` record comes with the bytes that it refers to, from this file, the one of that
    day beside it, or those of `originals`. If none holds them, it is reported to `on_error`, or
    skipped with a warning in the log.
    """
    try:
        for entry in entries(path, start, end):
            try:
                record = _decoded(entry, path, originals)
            except UnreadableRecord as error:
                if on_error is not None:
                    on_error(error)
                elif error.reason.code == CrawlReason.ORIGINAL_LOST:
                    logger.warning("%s", error)
                else:
                    raise
                continue
            if record is not None:
                yield record
    except FileNotFoundError as error:
        raise CaptureError(Reason(ArchiveReason.NO_WARC_FILE, file=str(path))) from error
    except UNREADABLE as error:
        raise _unreadable(path, error) from error


def _decoded(entry: Entry, path: Path, originals: Originals | None) -> Record | None:
    """Return the record of an entry, None if it is of another type. Raise UnreadableRecord."""
    stored = None
    try:
        if entry.error is not None:
            raise entry.error
        stored = stored_record(entry.record)
        if stored is None:
            return None
        record = _resolve(stored, path, originals=originals)
    except DecodingError as error:
        raise _unreadable_record(path, entry.offset, error.reason, stored) from error
    except UNREADABLE as error:
        text = " ".join(str(error).split())
        reason = Reason(CrawlReason.RECORD_DAMAGED, error=text)
        raise _unreadable_record(path, entry.offset, reason, stored) from error
    if record is None:
        reason = Reason(CrawlReason.ORIGINAL_LOST, day=stored.refers_to_day)
        raise _unreadable_record(path, entry.offset, reason, stored)
    return replace(record, offset=entry.offset)


def read_body(
    folder: Path, warc: str, offset: int, sha256: str | None = None, url: str | None = None
) -> Record:
    """Return the record at the CaptureLocation that the arguments make. Raise CaptureError.

    If another record is there, the error has the reason RECORD_MISMATCH: never a wrong page.
    """
    path = folder / warc
    stored = None
    try:
        with _reading_record(path, offset):
            stored = _stored_at(path, offset)
            record = _resolve(stored, path, sha256) if stored is not None else None
        if url and stored is not None and stored.url != url:
            raise _mismatch()
    except DecodingError as error:
        raise _unreadable_record(path, offset, error.reason, stored) from error
    if record is None:
        raise CaptureError(Reason(ArchiveReason.NO_WARC_RESPONSE, file=str(path), offset=offset))
    return replace(record, offset=offset)


def _stored_at(path: Path, offset: int) -> StoredRecord | None:
    record = entry_at(path, offset)
    return stored_record(record) if record is not None else None


def stored_record(record: Any) -> StoredRecord | None:
    """Return what warcio's record holds; None if it is of another type. Raise ValueError."""
    if record.rec_type not in RECORD_TYPES:
        return None
    named = record.rec_headers.get_header
    http = record.http_headers
    status: int
    headers: Headers
    if http is not None:
        status, headers = int(http.get_statuscode() or 0), list(http.headers)
    elif record.rec_type == "revisit":
        status, headers = 0, []
    else:
        status, headers = 200, [("Content-Type", named("Content-Type") or "")]
    moment = parse_warc_date(named("WARC-Date") or "")
    return StoredRecord.of(named, moment, status, headers, _payload(record), record.rec_type)


def _payload(record: Any) -> bytes:
    """Return the body, or its start if it is too large. Raise ValueError if its end is missing."""
    payload: bytes = record.raw_stream.read(MAX_BODY_BYTES + 1)
    stated = record.payload_length if record.http_headers is not None else record.length
    if len(payload) <= MAX_BODY_BYTES and stated is not None and 0 <= len(payload) < stated:
        raise ValueError(f"its end is missing: {stated - len(payload)} bytes")
    return payload


def _unreadable_record(
    path: Path, offset: int, reason: Reason, stored: StoredRecord | None
) -> UnreadableRecord:
    error = UnreadableRecord(path, offset, reason)
    if stored is not None:
        error.url, error.captured_at, error.status = stored.url, stored.captured_at, stored.status
    return error


def _unreadable(path: Path, error: Exception) -> CaptureError:
    return CaptureError(Reason(ArchiveReason.WARC_UNREADABLE, file=str(path), error=str(error)))


@contextmanager
def _reading_record(path: Path, offset: int) -> Iterator[None]:
    """Raise CaptureError if the record cannot be read."""
    try:
        yield
    except FileNotFoundError as error:
        raise CaptureError(Reason(ArchiveReason.NO_WARC_FILE, file=str(path))) from error
    except UNREADABLE as error:
        text = str(error.strerror if isinstance(error, OSError) else error)
        code = ArchiveReason.WARC_RECORD_UNREADABLE
        raise CaptureError(Reason(code, file=str(path), offset=offset, error=text)) from error


def _mismatch() -> DecodingError:
    return DecodingError(Reason(CrawlReason.RECORD_MISMATCH))


def _resolve(
    stored: StoredRecord,
    path: Path,
    sha256: str | None = None,
    originals: Originals | None = None,
) -> Record | None:
    """Return the record, a revisit with the bytes that it refers to; None if no file holds them.

    Raise DecodingError, also if the bytes do not have the digest `sha256`.
    """
    original = _original(stored, path, originals) if stored.kind == "revisit" else stored
    if original is None:
        return None
    if sha256 and hashlib.sha256(original.payload).hexdigest() != sha256:
        raise _mismatch()
    return stored.completed(original).record(original.decoded())


def _original(
    revisit: StoredRecord, path: Path, originals: Originals | None = None
) -> StoredRecord | None:
    """Return the record with the bytes that a revisit repeats."""
    location = _location_of_original(revisit, path, originals)
    original = _stored_at(*location) if location is not None else None
    return None if original is None or original.kind == "revisit" else original


def _location_of_original(
    revisit: StoredRecord, path: Path, originals: Originals | None = None
) -> Location | None:
    """Return where the bytes are: in this file, the one of their day, or those of `originals`."""
    reference = Reference(revisit.digest, revisit.refers_to_url, revisit.refers_to_date)
    of_day = path.with_name(f"{revisit.refers_to_day}.warc.gz")
    found = original_in(path, reference) or original_in(of_day, reference)
    return found if found or originals is None else originals.find(reference)


def parse_warc_date(text: str) -> datetime:
    """Parse WARC-Date. Raise ValueError."""
    try:
        moment = datetime.fromisoformat(text)
        moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the year 0 or 10000 in UTC
        raise ValueError(f"a record has no date that can be read: {text!r}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def record_locations(folder: Path, warc: str, offset: int) -> list[tuple[str, int]]:
    """Return file and offset of a record, preceded by those of the record that it revisits.

    Raise CaptureError.
    """
    path = folder / warc
    with _reading_record(path, offset):
        stored = _stored_at(path, offset)
        revisit = stored if stored is not None and stored.kind == "revisit" else None
        original = _location_of_original(revisit, path) if revisit is not None else None
    before = [(str(original[0].relative_to(folder)), original[1])] if original else []
    return [*before, (warc, offset)]


def record_at(folder: Path, warc: str, offset: int) -> StoredRecord:
    """Return a record whose body need not be decodable. Raise CaptureError."""
    path = folder / warc
    with _reading_record(path, offset):
        stored = _stored_at(path, offset)
    if stored is None:
        raise CaptureError(Reason(ArchiveReason.NO_WARC_RECORD, file=str(path), offset=offset))
    return stored


def find_record_offsets(path: Path, urls: set[str], moment: datetime) -> list[int]:
    """Return the offsets of the responses of these URLs in this second. Raise CaptureError."""
    if not path.exists():
        return []
    second, offsets = moment.replace(microsecond=0), []
    try:
        for entry in entries(path):
            if entry.record is None or entry.record.rec_type not in RECORD_TYPES:
                continue
            named = entry.record.rec_headers.get_header
            if named("WARC-Target-URI") not in urls:
                continue
            if parse_warc_date(named("WARC-Date") or "").replace(microsecond=0) == second:
                offsets.append(entry.offset)
    except UNREADABLE as error:
        raise _unreadable(path, error) from error
    return offsets


def payload_digest(folder: Path, warc: str, offset: int) -> tuple[str, int]:
    """Return SHA-256 (hex) and length of a record's bytes as received. Raise CaptureError."""
    path = folder / warc
    with _reading_record(path, offset):
        record = entry_at(path, offset)
        if record is not None:
            payload = record.raw_stream.read()
            return hashlib.sha256(payload).hexdigest(), len(payload)
    raise CaptureError(Reason(ArchiveReason.NO_WARC_RECORD, file=str(path), offset=offset))


def copy_record(folder: Path, warc: str, offset: int) -> bytes:
    """Return a record of our own archive unchanged: one gzip member. Raise CaptureError."""
    path = folder / warc
    member = zlib.decompressobj(wbits=GZIP)
    copied = bytearray()
    with _reading_record(path, offset), open_regular(path) as file:
        file.seek(offset)
        while not member.eof and (chunk := file.read(CHUNK_BYTES)):
            member.decompress(chunk)
            copied += chunk[: len(chunk) - len(member.unused_data)]
    if not member.eof:
        raise CaptureError(Reason(ArchiveReason.WARC_RECORD_CUT_OFF, file=str(path), offset=offset))
    return bytes(copied)
