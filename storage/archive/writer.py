"""Writes requests and responses to WARC 1.1 files, which only grow.

    HOME/captures/<site>/<YYYY-MM-DD>.warc.gz      one gzip member per record, SHA-256 digests

A file begins with a `warcinfo` record. A `request` record follows the response to it; offsets are
those of responses. If a URL's bytes have not changed, a `revisit` record refers to the record that
holds them (storage/archive/reader.py reads both). One process at a time writes a site's files: it
holds the site's lock (storage/home.py).
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO

from storage.archive.reader import SOURCE_URL_HEADER, Headers
from storage.archive.truncation import truncate_partial_record
from storage.archive.warc_record import (
    IDENTICAL_PAYLOAD,
    SentRequest,
    digest_label,
    http_head,
    new_record_id,
    request_record,
    warc_record,
    warcinfo_record,
)
from storage.db.connection import utc_text


@dataclass(frozen=True, slots=True)
class Capture:
    """A captured response.

    Attributes:
        sha256: of the body as received, in hex
        warc, offset: file below the captures folder and offset of the record with the bytes
        repeated: whether its own record is a `revisit` of that record
        source_url: where an archive holds the capture; None for our own
    """

    site: str
    url: str | None
    captured_at: datetime
    status: int | None
    content_type: str | None
    sha256: str
    length: int
    warc: str
    offset: int
    repeated: bool = False
    source_url: str | None = None


class CaptureWriter:
    """Appends the captures of one site. `newest`: URL -> its newest capture with bytes.

    `written`: file -> offsets at which the records of this writer begin and end.
    `day`: of the file to write to; by default that of each capture. Captures of many years that are
    taken in at once go to one file.
    """

    def __init__(
        self,
        folder: Path,
        site: str,
        newest: dict[str, Capture] | None = None,
        day: date | None = None,
    ) -> None:
        self.folder = folder
        self.site = site
        self.day = day
        self.newest = newest if newest is not None else {}
        self.written: dict[str, list[int]] = {}
        self._file: IO[bytes] | None = None
        self._name = ""  # of the file, relative to the folder
        self._day: date | None = None

    def write_response(
        self,
        url: str,
        captured_at: datetime,
        status: int,
        reason: str,
        headers: Headers,
        body: bytes,
        *,
        protocol: str = "HTTP/1.1",
        ip_address: str | None = None,
        request: SentRequest | None = None,
        source_url: str | None = None,
    ) -> Capture:
        """Write an HTTP response and the request for it. Raise OSError, leaving no partial record.

        `request` is None for a response that another program received. `source_url`: where an
        archive holds it (WARC-Source-URI, which pywb writes, too).
        """
        kept = _without_transfer_headers(headers)
        head = http_head(f"{protocol} {status} {reason}", kept)
        content_type = next((v for k, v in kept if k.lower() == "content-type"), None)
        sha256 = hashlib.sha256(body).hexdigest()
        before = self._same_before(url, status, sha256, captured_at)
        fields = {
            "WARC-Target-URI": url,
            "WARC-IP-Address": ip_address,
            SOURCE_URL_HEADER: source_url,
            "Content-Type": "application/http; msgtype=response",
            "WARC-Payload-Digest": digest_label(sha256),
        }
        record_id = new_record_id()
        if before is None:
            record = warc_record("response", captured_at, fields, head, body, record_id=record_id)
        else:
            fields |= {
                "WARC-Profile": IDENTICAL_PAYLOAD,
                "WARC-Refers-To-Target-URI": url,
                "WARC-Refers-To-Date": utc_text(before.captured_at),
            }
            record = warc_record("revisit", captured_at, fields, head, record_id=record_id)
        if request is not None:
            record += request_record(url, captured_at, request, record_id, ip_address)
        warc, offset = self._append(record, captured_at)
        if before is not None:
            warc, offset = before.warc, before.offset
        capture = Capture(
            self.site, url, captured_at, status, content_type, sha256, len(body), warc, offset,
            repeated=before is not None, source_url=source_url,
        )  # fmt: skip
        if before is None:  # never a repeated one: its own record has no bytes
            self.newest[url] = capture
        return capture

    def _same_before(
        self, url: str, status: int, sha256: str, captured_at: datetime
    ) -> Capture | None:
        """Return the newest capture of the URL if it has these bytes and this status.

        A reader must find it: in this file, or in that of its day, which must still be there.
        """
        before = self.newest.get(url)
        if before is None or (before.status, before.sha256) != (status, sha256):
            return None
        found_in = (self._file_name(captured_at, self.day), self._file_name(before.captured_at))
        if before.warc not in found_in:
            return None
        try:
            return before if (self.folder / before.warc).stat().st_size > before.offset else None
        except OSError:
            return None

    def _file_name(self, captured_at: datetime, day: date | None = None) -> str:
        return f"{self.site}/{day or captured_at.astimezone(UTC).date()}.warc.gz"

    def write_resource(
        self, url: str, captured_at: datetime, content_type: str, body: bytes
    ) -> Capture:
        """Write a file that a person saved, without an HTTP response."""
        sha256 = hashlib.sha256(body).hexdigest()
        fields = {
            "WARC-Target-URI": url,
            "Content-Type": content_type,
            "WARC-Payload-Digest": digest_label(sha256),
        }
        warc, offset = self._append(warc_record("resource", captured_at, fields, body), captured_at)
        return Capture(
            self.site, url, captured_at, None, content_type, sha256, len(body), warc, offset
        )

    def sync(self) -> None:
        """Flush to the disk: called before a database row refers to what was written."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        if self._file is not None:
            self.sync()
            self._file.close()
            self._file = None

    def _append(self, records: bytes, captured_at: datetime) -> tuple[str, int]:
        """Write packed records. Return the file, and the offset at which the first one begins."""
        file = self._open(captured_at)
        start = file.seek(0, os.SEEK_END)
        head = b"" if start else warcinfo_record(captured_at, Path(self._name).name)
        data = head + records
        rest = memoryview(data)
        try:
            while rest:  # a disk that is filling up accepts a part first, without an error
                rest = rest[file.write(rest) :]
        except OSError:
            file.truncate(start)  # readers would stop at a partial record
            raise
        self.written.setdefault(self._name, [start, start])[1] = start + len(data)
        return self._name, start + len(head)

    def _open(self, captured_at: datetime) -> IO[bytes]:
        day = self.day or captured_at.astimezone(UTC).date()
        if self._file is None or self._day != day:
            self.close()
            self._name = self._file_name(captured_at, day)
            path = self.folder / self._name
            path.parent.mkdir(parents=True, exist_ok=True)
            truncate_partial_record(path)
            self._file, self._day = path.open("ab", buffering=0), day
        return self._file


def _without_transfer_headers(headers: Headers) -> Headers:
    return [(k, v) for k, v in headers if k.lower() not in ("transfer-encoding", "connection")]
