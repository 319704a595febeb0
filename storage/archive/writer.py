"""Writes responses as received to WARC 1.1 files, which only grow.

    HOME/captures/<site>/<YYYY-MM-DD>.warc.gz      one gzip member per record, SHA-256 digests

If a URL's bytes have not changed, a `revisit` record refers to the record that holds them
(storage/archive/reader.py reads both). One process at a time writes a site's files: it holds the
site's lock (storage/home.py).
"""

from __future__ import annotations

import hashlib
import os
from base64 import b32encode
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from warcio.recordbuilder import RecordBuilder
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storage.archive.reader import Headers
from storage.archive.truncation import truncate_partial_record
from storage.archive.warc_file import GZIP
from storage.db.connection import utc_text

try:
    from isal.isal_zlib import compress
except ImportError:  # isal has no wheel for this machine
    from zlib import compress

# isal takes a sixth of the time of zlib's level 3, and records are 4 % longer. Reading is zlib's
# work, because isal accepts more damaged headers.
GZIP_LEVEL = 2


@dataclass(frozen=True, slots=True)
class Capture:
    """A captured response.

    Attributes:
        sha256: of the body as received, in hex
        warc, offset: file below the captures folder and offset of the record with the bytes
        repeated: whether its own record is a `revisit` of that record
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


class CaptureWriter:
    """Appends the captures of one site. `newest`: URL -> its newest capture with bytes.

    `written`: file -> offsets at which the records of this writer begin and end.
    """

    def __init__(self, folder: Path, site: str, newest: dict[str, Capture] | None = None) -> None:
        self.folder = folder
        self.site = site
        self.newest = newest if newest is not None else {}
        self.written: dict[str, list[int]] = {}
        self._builder = RecordBuilder(warc_version="1.1")
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
    ) -> Capture:
        """Write an HTTP response. Raise OSError, leaving no partial record."""
        kept = _without_transfer_headers(headers)
        http = StatusAndHeaders(f"{status} {reason}", kept, protocol="HTTP/1.1")
        content_type = next((v for k, v in kept if k.lower() == "content-type"), None)
        sha256 = hashlib.sha256(body).hexdigest()
        before = self.newest.get(url)
        if before is not None and before.sha256 == sha256 and before.status == status:
            self._append(self._revisit(url, captured_at, before, http), captured_at)
            return Capture(
                self.site, url, captured_at, status, content_type, sha256, len(body),
                before.warc, before.offset, repeated=True,
            )  # fmt: skip
        capture = self._write(
            "response", url, captured_at, body, content_type, sha256, status, http
        )
        self.newest[url] = capture  # never a repeated one: its own record has no bytes
        return capture

    def write_resource(
        self, url: str, captured_at: datetime, content_type: str, body: bytes
    ) -> Capture:
        """Write a file that a person saved, without an HTTP response."""
        sha256 = hashlib.sha256(body).hexdigest()
        return self._write("resource", url, captured_at, body, content_type, sha256, None, None)

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

    def _write(
        self,
        kind: str,
        url: str,
        captured_at: datetime,
        body: bytes,
        content_type: str | None,
        sha256: str,
        status: int | None,
        http: StatusAndHeaders | None,
    ) -> Capture:
        record = self._builder.create_warc_record(
            url,
            kind,
            payload=BytesIO(body),
            length=len(body),
            warc_content_type="" if http else (content_type or "application/octet-stream"),
            warc_headers_dict={
                "WARC-Date": utc_text(captured_at),
                "WARC-Payload-Digest": _digest(sha256),
                "WARC-Block-Digest": _block_digest(http, body),
            },
            http_headers=http,
        )
        path, offset = self._append(record, captured_at)
        return Capture(
            self.site, url, captured_at, status, content_type, sha256, len(body), path, offset
        )

    def _revisit(
        self, url: str, captured_at: datetime, before: Capture, http: StatusAndHeaders
    ) -> Any:
        return self._builder.create_revisit_record(
            url,
            _digest(before.sha256),
            url,
            utc_text(before.captured_at),
            http_headers=http,
            warc_headers_dict={
                "WARC-Date": utc_text(captured_at),
                "WARC-Block-Digest": _block_digest(http),
            },
        )

    def _append(self, record: Any, captured_at: datetime) -> tuple[str, int]:
        file = self._open(captured_at)
        offset = file.seek(0, os.SEEK_END)
        member = _gzip_member(record)
        size, rest = len(member), memoryview(member)
        try:
            while rest:  # a disk that is filling up accepts a part first, without an error
                rest = rest[file.write(rest) :]
        except OSError:
            file.truncate(offset)  # readers would stop at a partial record
            raise
        self.written.setdefault(self._name, [offset, offset])[1] = offset + size
        return self._name, offset

    def _open(self, captured_at: datetime) -> IO[bytes]:
        day = captured_at.astimezone(UTC).date()
        if self._file is None or self._day != day:
            self.close()
            path = self.folder / self.site / f"{day}.warc.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            truncate_partial_record(path)
            self._file, self._day = path.open("ab", buffering=0), day
            self._name = str(path.relative_to(self.folder))
        return self._file


def _without_transfer_headers(headers: Headers) -> Headers:
    return [(k, v) for k, v in headers if k.lower() not in ("transfer-encoding", "connection")]


def _gzip_member(record: Any) -> bytes:
    plain = BytesIO()
    WARCWriter(plain, gzip=False, warc_version="1.1").write_record(record)
    return compress(plain.getvalue(), GZIP_LEVEL, wbits=GZIP)


def _block_digest(http: StatusAndHeaders | None, body: bytes = b"") -> str:
    """SHA-256; the digests that warcio would add itself are SHA-1."""
    block = hashlib.sha256(http.to_ascii_bytes() if http is not None else b"")
    block.update(body)
    return _digest(block.hexdigest())


def _digest(sha256: str) -> str:
    """A digest as WARC writes it: algorithm, and bytes in base 32."""
    return f"sha256:{b32encode(bytes.fromhex(sha256)).decode()}"
