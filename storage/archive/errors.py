"""What is raised if a WARC file or one of its records cannot be read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from storage.messages import ReasonError, describe
from storage.reasons import Reason


class CaptureError(ReasonError, RuntimeError):
    """A WARC file cannot be read; the reason names file, offset and remedy."""


class UnreadableRecord(CaptureError):
    """A record is damaged, or its body cannot be decoded.

    Attributes:
        path, offset: where it is
        reason: why it cannot be read
        url, captured_at, status: of the response; None if the record does not show them
    """

    def __init__(self, path: Path, offset: int, reason: Reason) -> None:
        super().__init__(reason)
        self.path = path
        self.offset = offset
        self.url: str | None = None
        self.captured_at: datetime | None = None
        self.status: int | None = None

    def __str__(self) -> str:
        of_url = f" of {self.url}" if self.url else ""
        return (
            f"{self.path} cannot be read as WARC at {self.offset}: the record{of_url}: "
            f"{describe(self.reason)} ({self.reason.code})"
        )
