"""Importing what people already have: saved HTML, WARC files and plain text captures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from crawlers.page import MAX_BYTES, Unreadable, canonical_of, read_page
from crawlers.reread import read_again
from crawlers.spider import SiteSpider
from crawlers.textpage import read_text
from pipelines.observations import ArticleRead, Observation, PageUnreadable
from pipelines.recorder import Recorder
from storage.captures import CaptureError, CaptureWriter, known_captures, read_records
from storage.home import Home
from storage.runs import register_site

SAVED_FROM = re.compile(rb"<!-- saved from url=\(\d+\)(\S+) -->")
WARC_NAMES = (".warc", ".warc.gz")
TEXT_NAMES = (".txt", ".text")


@dataclass(slots=True)
class Imported:
    """What an import did: articles read, and the files or pages that could not be."""

    run: int = 0
    read: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)  # (file or URL, reason)


def import_files(
    home: Home,
    site: type[SiteSpider],
    files: list[Path],
    *,
    url: str | None = None,
    captured_at: datetime | None = None,
) -> Imported:
    """Reads files into a run of kind "import". A file that cannot be read stops no other.

    `url` and `captured_at` belong to a single HTML or text file; without them the page's own
    canonical link and the file's date serve. Raises SiteBusy.
    """
    done = Imported()
    with home.site_lock(site.name):
        db = home.database()
        register_site(db, site.facts())
        captures = CaptureWriter(home.captures, site.name, known_captures(db, site.name))
        reread = partial(read_again, home, db, site)
        recorder = Recorder(db, site.name, "import", captures, reread=reread)
        done.run = recorder.run
        try:
            for file in files:
                for observation in _observations(site, file, captures, url, captured_at, done):
                    recorder.record(observation)
            recorder.finish({"files": len(files)}, swept=False)
            done.read = recorder.counts["read"]
        finally:
            captures.close()
            db.close()
    return done


def _observations(
    site: type[SiteSpider],
    file: Path,
    captures: CaptureWriter,
    url: str | None,
    captured_at: datetime | None,
    done: Imported,
) -> Iterator[Observation]:
    try:
        if file.name.lower().endswith(WARC_NAMES):
            found = 0
            for observation in _from_warc(site, file, captures, done):
                found += 1
                yield observation
            if not found:
                raise Unreadable(f"holds no article page of {site.name}")
        else:
            yield _from_file(site, file, captures, url, captured_at)
    except (Unreadable, CaptureError, OSError) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        done.problems.append((str(file), reason))


def _from_warc(
    site: type[SiteSpider], file: Path, captures: CaptureWriter, done: Imported
) -> Iterator[Observation]:
    for record in read_records(file):
        key = site.key_of(record.url)
        if key is None or record.status != 200:
            continue
        url = site.canonical(record.url)
        taken = record.captured_at
        capture = captures.write_response(url, taken, 200, "OK", record.headers, record.body)
        try:
            page = read_page(record.body, url, site, taken, record.header("Content-Type"))
        except Unreadable as error:
            done.problems.append((record.url, str(error)))
            yield PageUnreadable(url, key, str(error), capture, taken, known=True)
        else:
            yield ArticleRead(page, capture, taken, (record.url,))


def _from_file(
    site: type[SiteSpider],
    file: Path,
    captures: CaptureWriter,
    url: str | None,
    captured_at: datetime | None,
) -> Observation:
    if file.stat().st_size > MAX_BYTES:
        raise Unreadable(f"is larger than {MAX_BYTES} bytes, no article page is")
    body = file.read_bytes()
    taken = captured_at or datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
    if file.name.lower().endswith(TEXT_NAMES):
        page = read_text(body, site, taken, url)
        name = url or f"urn:sha256:{sha256(body).hexdigest()}"
        capture = captures.write_resource(name, taken, "text/plain", body)
        return ArticleRead(page, capture, taken)
    address = url or _address(site, body)
    if address is None:
        raise Unreadable("does not say which URL it was saved from: give it with --url")
    page = read_page(body, address, site, taken)
    capture = captures.write_resource(address, taken, "text/html", body)
    return ArticleRead(page, capture, taken)


def _address(site: type[SiteSpider], body: bytes) -> str | None:
    """Where a saved page came from: a browser's own note, or the page's canonical link."""
    noted = SAVED_FROM.search(body)
    candidates = [noted.group(1).decode("ascii", "replace") if noted else None, canonical_of(body)]
    for candidate in candidates:
        if candidate and site.key_of(candidate) is not None:
            return site.canonical(candidate)
    return None
