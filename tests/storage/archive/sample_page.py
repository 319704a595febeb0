"""The page that these tests keep, and what their fixtures are called with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from storage.archive.writer import Capture

Write = Callable[..., Capture]
Members = Callable[[bytes], list[bytes]]
Check = Callable[..., None]
NOON = datetime(2025, 4, 7, 5, 0, tzinfo=UTC)
HTML = [("Content-Type", "text/html; charset=utf-8"), ("X-Cache", "lỡ"), ("Connection", "close")]
BODY = "<h1>Mương nước về ruộng</h1>".encode()
URL = "https://alpha.vn/bai-1.html"
