"""Small archives to read: WARC files of records with given bodies, packed in every way."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterable
from pathlib import Path

from storage.bulk.pieces import Piece, find_files, pieces_of
from storage.bulk.records import Entry, PieceReader

Place = tuple[int, str | None, bytes | None, str | None]


def record(
    url: str, body: bytes, *, length: int | None = None, kind: str = "response", more: str = ""
) -> bytes:
    """A record as it stands in a file that is not packed. `length`: what its header states."""
    http = b"" if kind == "resource" else b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    content = http + body
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
        "WARC-Date: 2025-03-20T10:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"{more}Content-Length: {len(content) if length is None else length}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n\r\n"


def url_of(number: int) -> str:
    return f"https://alpha.vn/bai-{number}.html"


def packed(records: Iterable[bytes], level: int = 6) -> bytes:
    return b"".join(gzip.compress(one, level, mtime=0) for one in records)


def wacz(file: Path, members: dict[str, bytes], packing: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file


def read(piece: Piece) -> tuple[list[Place], PieceReader]:
    reader = PieceReader(piece, lambda url: "alpha.vn" in url)
    return [_place(entry) for entry in reader.entries()], reader


def read_whole(file: Path) -> list[Place]:
    [url] = find_files([str(file)])
    return [place for piece in pieces_of(url, 1 << 30) for place in read(piece)[0]]


def _place(entry: Entry) -> Place:
    if entry.record is None:
        assert entry.reason is not None
        return entry.offset, entry.url, None, str(entry.reason.code)
    return entry.offset, entry.record.url, entry.record.payload, None
