"""SavedPage: input of a proposal, from the site, WARC files or a browser."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from lxml.etree import _Element

from crawlers.extraction.html import MAX_PAGE_BYTES, UnreadablePage, canonical_of, parse
from crawlers.reprocess.importer import SAVED_FROM
from storage.archive.reader import read_records
from storage.messages.reasons_input import InputError, InputReason
from storage.reasons import Reason

HTML_TYPES = ("text/html", "application/xhtml+xml")
MAX_WARC_PAGES = 200  # of one host


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One page of the site as received. `captured_at` has a time zone."""

    url: str
    html: bytes
    captured_at: datetime
    content_type: str = "text/html; charset=utf-8"

    def tree(self) -> _Element | None:
        """Return the parsed page, or None if it cannot be read."""
        try:
            return parse(self.html, self.content_type)[0]
        except UnreadablePage:
            return None


logger = logging.getLogger(__name__)


class NoPages(InputError):
    """There are no pages to make a proposal from; the reason states what is missing."""


def host_of(url: str) -> str:
    """Return the host without "www.", with a port other than 80 and 443; "" for an invalid URL."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"
    except ValueError:
        return ""


def from_warc(files: Iterable[Path], host: str) -> list[SavedPage]:
    """Return the newest page of each URL of a host. Raise NoPages or CaptureError."""
    files = list(files)
    newest: dict[str, SavedPage] = {}
    for file in files:
        for record in read_records(file, on_error=partial(logger.warning, "%s")):
            kind = record.header("Content-Type") or HTML_TYPES[0]
            if record.status not in (200, None) or host_of(record.url) != host:
                continue
            if not kind.lower().startswith(HTML_TYPES):
                continue
            page = newest.get(record.url)
            if page is None or record.captured_at >= page.captured_at:
                newest[record.url] = SavedPage(record.url, record.body, record.captured_at, kind)
    if not newest:
        names = [file.name for file in files]
        raise NoPages(Reason(InputReason.NO_PAGE_OF_HOST, host=host, files=names))
    return list(newest.values())[:MAX_WARC_PAGES]


def from_files(files: Iterable[Path], url: str | None = None) -> list[SavedPage]:
    """Read pages that a browser saved. `url` belongs to a single page. Raise NoPages or OSError."""
    files = list(files)
    if url is not None and len(files) > 1:
        raise NoPages(Reason(InputReason.URL_OF_SEVERAL_PAGES))
    return [_from_file(file, url) for file in files]


def _from_file(file: Path, url: str | None) -> SavedPage:
    if file.stat().st_size > MAX_PAGE_BYTES:
        raise NoPages(Reason(InputReason.SITE_PAGE_TOO_LARGE, file=str(file), limit=MAX_PAGE_BYTES))
    body = file.read_bytes()
    captured_at = datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
    comment = SAVED_FROM.search(body)
    try:
        address = url or (comment[1].decode("ascii", "replace") if comment else canonical_of(body))
    except UnreadablePage as error:
        raise NoPages(
            Reason(InputReason.UNREADABLE_FILE, file=str(file), reason=error.reason)
        ) from error
    if not address or not host_of(address):
        raise NoPages(Reason(InputReason.PAGE_WITHOUT_ADDRESS, file=str(file)))
    return SavedPage(address, body, captured_at)
