"""Captures: every response as it was received, in WARC 1.1 files that only grow.

    HOME/captures/<site>/<YYYY-MM-DD>.warc.gz      one gzip member a record, sha256 digests

Unchanged bytes of a URL become a `revisit` record that refers to the record which holds them
(storage/archive/reader.py reads both).
One process at a time writes a site's files: it holds the site's lock (storage/home.py).
"""

from __future__ import annotations

import hashlib
import os
import zlib
from base64 import b32encode
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from sqlite_utils import Database
from warcio.recordbuilder import RecordBuilder
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storage.archive.reader import (
    GZIP,
    CaptureError,
    Headers,
    Record,
    read_body,
    read_records,
)
from storage.archive.truncation import cut_torn_end
from storage.db.connection import from_utc_text, utc_text

__all__ = [
    "ArticleCapture",
    "Capture",
    "CaptureError",
    "CaptureWriter",
    "Record",
    "StoredCapture",
    "add_capture",
    "article_captures",
    "capture_place",
    "cut_torn_end",
    "get_capture",
    "known_captures",
    "read_body",
    "read_records",
    "remember_payload",
]


@dataclass(frozen=True, slots=True)
class Capture:
    """One kept response. `warc` and `offset` say where its bytes lie; sha256 is hex."""

    site: str
    url: str | None
    captured_at: datetime
    status: int | None
    content_type: str | None
    sha256: str
    length: int
    warc: str
    offset: int
    repeated: bool = False  # the same bytes as the capture before


GZIP_LEVEL = 3  # a quarter of the time of warcio's 9, for records that are 11 % longer


class CaptureWriter:
    """Appends one site's captures. `known` maps a URL to its newest kept capture."""

    def __init__(self, folder: Path, site: str, known: dict[str, Capture] | None = None) -> None:
        self.folder = folder
        self.site = site
        self.known = known if known is not None else {}
        self.written: dict[str, list[int]] = {}  # file -> where our bytes begin and end
        self._builder = RecordBuilder(warc_version="1.1")
        self._file: IO[bytes] | None = None
        self._name = ""  # of the file, below the folder
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
        """Writes one HTTP response. Raises OSError, such as for a full disk, with nothing lost."""
        kept = _kept(headers)
        http = StatusAndHeaders(f"{status} {reason}", kept, protocol="HTTP/1.1")
        content_type = next((v for k, v in kept if k.lower() == "content-type"), None)
        sha256 = hashlib.sha256(body).hexdigest()
        before = self.known.get(url)
        if before is not None and before.sha256 == sha256 and before.status == status:
            self._append(self._revisit(url, captured_at, before, http), captured_at)
            return Capture(
                self.site, url, captured_at, status, content_type, sha256, len(body),
                before.warc, before.offset, repeated=True,
            )  # fmt: skip
        capture = self._write(
            "response", url, captured_at, body, content_type, sha256, status, http
        )
        self.known[url] = capture  # a repeated one would refer to a record without bytes
        return capture

    def write_resource(
        self, url: str, captured_at: datetime, content_type: str, body: bytes
    ) -> Capture:
        """Writes a file that somebody saved, of which no HTTP response is known."""
        sha256 = hashlib.sha256(body).hexdigest()
        return self._write("resource", url, captured_at, body, content_type, sha256, None, None)

    def sync(self) -> None:
        """What is written is on the disk when this returns: before a row refers to it."""
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
        packed = _packed(record)
        size, rest = len(packed), memoryview(packed)
        try:
            while rest:  # a disk that fills takes a part first, without complaint
                rest = rest[file.write(rest) :]
        except OSError:
            file.truncate(offset)  # half a record would hide what comes after it
            raise
        self.written.setdefault(self._name, [offset, offset])[1] = offset + size
        return self._name, offset

    def _open(self, captured_at: datetime) -> IO[bytes]:
        day = captured_at.astimezone(UTC).date()
        if self._file is None or self._day != day:
            self.close()
            path = self.folder / self.site / f"{day}.warc.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            cut_torn_end(path)
            self._file, self._day = path.open("ab", buffering=0), day
            self._name = str(path.relative_to(self.folder))
        return self._file


def _kept(headers: Headers) -> Headers:
    return [(k, v) for k, v in headers if k.lower() not in ("transfer-encoding", "connection")]


def _packed(record: Any) -> bytes:
    """The gzip member of a record."""
    plain = BytesIO()
    WARCWriter(plain, gzip=False, warc_version="1.1").write_record(record)
    return zlib.compress(plain.getvalue(), GZIP_LEVEL, wbits=GZIP)


def _block_digest(http: StatusAndHeaders | None, body: bytes = b"") -> str:
    """Stated, since warcio's own digests are SHA-1."""
    block = hashlib.sha256(http.to_ascii_bytes() if http is not None else b"")
    block.update(body)
    return _digest(block.hexdigest())


def _digest(sha256: str) -> str:
    """As WARC writes a digest: its name, and the bytes in base 32."""
    return f"sha256:{b32encode(bytes.fromhex(sha256)).decode()}"


def known_captures(db: Database, site: str) -> dict[str, Capture]:
    """The newest kept capture of each URL of a site."""
    rows = db.query("SELECT * FROM payloads WHERE site = ?", [site])
    return {
        row["url"]: Capture(
            site, row["url"], from_utc_text(row["captured_at"]), row["http_status"], None,
            row["sha256"], 0, row["warc"], row["warc_offset"],
        )
        for row in rows
    }  # fmt: skip


def remember_payload(db: Database, capture: Capture) -> None:
    """Keeps where a URL's newest bytes lie. A repeated capture holds none, its payload stands."""
    if capture.repeated:
        return
    db.execute(
        "INSERT OR REPLACE INTO payloads VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            capture.site, capture.url, capture.status, capture.sha256,
            utc_text(capture.captured_at), capture.warc, capture.offset,
        ],
    )  # fmt: skip


def add_capture(db: Database, capture: Capture) -> int:
    """Keeps a capture that a revision, check or quarantine refers to; returns its id."""
    cursor = db.execute(
        "INSERT INTO captures (site, url, captured_at, http_status, content_type, sha256, "
        "length, warc, warc_offset) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            capture.site, capture.url, utc_text(capture.captured_at), capture.status,
            capture.content_type, capture.sha256, capture.length, capture.warc, capture.offset,
        ],
    )  # fmt: skip
    return int(cursor.lastrowid or 0)


@dataclass(frozen=True, slots=True)
class StoredCapture:
    """A capture that a revision, a check or the quarantine refers to. Times are UTC text."""

    id: int
    site: str
    url: str | None
    captured_at: str
    http_status: int | None
    content_type: str | None
    sha256: str
    length: int
    warc: str
    warc_offset: int


STORED = ", ".join(f"captures.{name}" for name in StoredCapture.__slots__)


def get_capture(db: Database, capture: int) -> StoredCapture:
    """Raises KeyError."""
    row = db.execute(f"SELECT {STORED} FROM captures WHERE id = ?", [capture]).fetchone()
    if row is None:
        raise KeyError(f"no capture {capture}")
    return StoredCapture(*row)


@dataclass(frozen=True, slots=True)
class ArticleCapture:
    """An answer of the site to a request for an article.

    `revision` is the number of the revision that was read from it; of a failed check it is None,
    and `outcome` says what was found.
    """

    capture: StoredCapture
    revision: int | None
    outcome: str | None


def article_captures(db: Database, article: int, most: int) -> list[ArticleCapture]:
    """The newest captures of an article's revisions and failed checks, newest first."""
    rows = db.execute(
        f"SELECT {STORED}, number, outcome FROM (SELECT capture, number, NULL AS outcome "
        "FROM revisions WHERE article = :article "
        "UNION ALL SELECT capture, NULL, outcome FROM failed_checks WHERE article = :article) "
        "JOIN captures ON captures.id = capture "
        "ORDER BY captured_at DESC, captures.id DESC LIMIT :most",
        {"article": article, "most": most},
    )
    return [ArticleCapture(StoredCapture(*row[:-2]), row[-2], row[-1]) for row in rows]


def capture_place(db: Database, capture: int) -> dict[str, Any]:
    """Where a capture lies and what proves it: warc, warc_offset, sha256, captured_at."""
    row = db.execute(
        "SELECT warc, warc_offset, sha256, captured_at FROM captures WHERE id = ?", [capture]
    ).fetchone()
    names = ("warc", "warc_offset", "sha256", "captured_at")
    return dict(zip(names, row, strict=True)) if row else {}
