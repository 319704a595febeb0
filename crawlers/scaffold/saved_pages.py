"""The pages that a proposal is made from: fetched, out of WARC files, or saved by a browser."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from crawlers.extraction.html import MAX_PAGE_BYTES, UnreadablePage, canonical_of
from crawlers.reprocess.importer import SAVED_FROM
from storage.archive.writer import read_records

HTML_TYPES = ("text/html", "application/xhtml+xml")
MOST_PAGES = 200  # of one host, out of WARC files


@dataclass(frozen=True, slots=True)
class Saved:
    """One page of the site, as it was received. `captured_at` is aware."""

    url: str
    html: bytes
    captured_at: datetime
    content_type: str = "text/html; charset=utf-8"


class NoPages(ValueError):
    """There is nothing to make a proposal from; the message says what is missing."""


def host_of(url: str) -> str:
    """The host without www., and "" for what is no address."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def from_warc(files: Iterable[Path], host: str) -> list[Saved]:
    """The newest page of each address of a host. Raises NoPages, CaptureError."""
    files = list(files)
    found: dict[str, Saved] = {}
    for file in files:
        for record in read_records(file):
            kind = record.header("Content-Type") or HTML_TYPES[0]
            if record.status not in (200, None) or host_of(record.url) != host:
                continue
            if not kind.lower().startswith(HTML_TYPES):
                continue
            held = found.get(record.url)
            if held is None or record.captured_at >= held.captured_at:
                found[record.url] = Saved(record.url, record.body, record.captured_at, kind)
    if not found:
        names = ", ".join(file.name for file in files)
        raise NoPages(f"no page of {host} is in {names}")
    return list(found.values())[:MOST_PAGES]


def from_files(files: Iterable[Path], url: str | None = None) -> list[Saved]:
    """Pages that a browser saved. `url` is the address of a single one. Raises NoPages, OSError."""
    files = list(files)
    if url is not None and len(files) > 1:
        raise NoPages("--url belongs to a single --page: the others must name their own address")
    return [_from_file(file, url) for file in files]


def _from_file(file: Path, url: str | None) -> Saved:
    if file.stat().st_size > MAX_PAGE_BYTES:
        raise NoPages(f"{file} is larger than {MAX_PAGE_BYTES} bytes, no page of a site is")
    body = file.read_bytes()
    taken = datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
    noted = SAVED_FROM.search(body)
    try:
        address = url or (noted[1].decode("ascii", "replace") if noted else canonical_of(body))
    except UnreadablePage as error:
        raise NoPages(f"{file}: {error}") from error
    if not address or not host_of(address):
        raise NoPages(f"{file} does not say which address it was saved from: give it with --url")
    return Saved(address, body, taken)
