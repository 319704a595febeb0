"""A WARC record whose digests are right and whose body ends within its coding."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import brotli

from storage.archive.writer import CaptureWriter


def write_undecodable(file: Path, port: int) -> tuple[str, int]:
    """Append the record to a site's file of 2026-01-02. Return its URL and offset."""
    url = f"http://127.0.0.1:{port}/thoi-su/chuyen-cua-xa-bai900.html"
    writer = CaptureWriter(file.parent.parent, file.parent.name)
    body = brotli.compress("<html><p>Bờ kè mới đắp xong.</p></html>".encode() * 50)[:-9]
    headers = [("Content-Type", "text/html"), ("Content-Encoding", "br")]
    capture = writer.write_response(
        url, datetime(2026, 1, 2, 5, tzinfo=UTC), 200, "OK", headers, body
    )
    writer.close()
    return url, capture.offset
