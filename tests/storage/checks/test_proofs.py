"""What proves an article's text and its absence: records copied as they lie in the archive."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipelines.items import ArticleMissing
from storage.archive.errors import CaptureError
from storage.archive.reader import (
    copy_record,
    find_record_offsets,
    payload_digest,
    read_body,
    record_locations,
)
from storage.articles.repository import StoredArticle, find_article
from storage.checks.failed_checks import CheckOutcome
from storage.checks.proofs import Proof, proofs, warc_of
from storage.messages.reasons_archive import ArchiveReason
from storage.messages.reasons_crawl import http_status
from storage.run_stats import RunStats
from tests.sentences import has_code

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
URL = "https://alpha.vn/bai-1.html"
PAGE, GONE = b"<html>trang</html>", b"<html>khong con</html>"


def visit(watcher: Watcher, at: datetime, body: bytes, status: int = 200, **more: object) -> None:
    """A night on which the article's address answers this; anything but 200 is a miss."""
    recorder = watcher.begin(at=at)
    for url, code, content in [*more.get("before", []), (URL, status, body)]:  # type: ignore[misc]
        capture = recorder.captures.write_response(url, at, code, "X", [], content)
    if status == 200:
        read = watcher.read(at=at, url=URL, **more.get("fields", {}))  # type: ignore[arg-type]
        read.capture = capture
        recorder.record(read)
    else:
        recorder.record(
            ArticleMissing(1, URL, CheckOutcome(str(status)), http_status(status), capture, at)
        )
    recorder.finish(RunStats(requests=9, responses=9, listings=1, links=9), listings_complete=True)
    recorder.captures.close()
    watcher.db.execute("UPDATE failed_checks SET settled = 1")
    watcher.db.execute("UPDATE runs SET verdict = 'passed' WHERE verdict IS NULL")
    watcher.db.conn.commit()


def known(watcher: Watcher) -> StoredArticle:
    found = find_article(watcher.db, "alpha", "1")
    assert found is not None
    return found


def found(watcher: Watcher) -> list[Proof]:
    return proofs(watcher.db, watcher.home.captures, known(watcher))


def records(warc: bytes) -> list[tuple[str, str, str, str]]:
    read = []
    for record in ArchiveIterator(BytesIO(warc)):
        head = record.rec_headers.get_header
        status = record.http_headers.get_statuscode()
        read.append((record.rec_type, head("WARC-Target-URI"), head("WARC-Date")[:10], status))
        record.content_stream().read()
    return read


def test_takedown_is_proved_by_last_text_last_sighting_and_each_failed_check(
    watcher: Watcher, day: Day
) -> None:
    visit(watcher, day(0), PAGE)
    visit(watcher, day(1), PAGE)
    visit(watcher, day(2), GONE, 404)
    visit(watcher, day(3), GONE, 404)
    text, seen, first, second = found(watcher)
    assert [p.proves for p in (text, seen, first, second)] == [
        "last text", "last seen", "failed check", "failed check",
    ]  # fmt: skip
    assert (text.at[:10], seen.at[:10]) == ("2025-04-07", "2025-04-08")
    assert text.sha256 == seen.sha256 == hashlib.sha256(PAGE).hexdigest()
    assert (first.http_status, second.sha256) == (404, hashlib.sha256(GONE).hexdigest())
    assert records(warc_of(watcher.home.captures, found(watcher))) == [
        ("response", URL, "2025-04-07", "200"),
        ("revisit", URL, "2025-04-08", "200"),
        ("response", URL, "2025-04-09", "404"),
        ("revisit", URL, "2025-04-10", "404"),
    ]


def test_redirects_are_part_of_a_proof(watcher: Watcher, day: Day) -> None:
    old = "http://alpha.vn/bai-1.html"
    visit(watcher, day(0), PAGE)
    watcher.db.execute("INSERT INTO aliases (url, site, article) VALUES (?, 'alpha', 1)", [old])
    watcher.db.conn.commit()
    visit(watcher, day(1), PAGE, before=[(old, 301, b"")])
    _, seen = found(watcher)
    assert (seen.sha256, seen.length) == (hashlib.sha256(PAGE).hexdigest(), len(PAGE))
    assert ("response", old, "2025-04-08", "301") in records(
        warc_of(watcher.home.captures, found(watcher))
    )


def test_article_without_captures_has_no_proof(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    watcher.batch(watcher.missed(at=day(1)), at=day(1))
    assert found(watcher) == []
    assert warc_of(watcher.home.captures, []) == b""


def test_changed_record_is_an_error(watcher: Watcher, day: Day) -> None:
    visit(watcher, day(0), PAGE)
    watcher.db.execute("UPDATE captures SET sha256 = 'x'")
    watcher.db.conn.commit()
    with pytest.raises(CaptureError, check=has_code(ArchiveReason.OTHER_BYTES)):
        found(watcher)


def test_missing_file_is_named(watcher: Watcher, day: Day) -> None:
    visit(watcher, day(0), PAGE)
    (file,) = watcher.home.captures.rglob("*.warc.gz")
    file.unlink()
    with pytest.raises(CaptureError, check=has_code(ArchiveReason.NO_WARC_FILE)):
        found(watcher)


def test_record_is_copied_unchanged(watcher: Watcher, day: Day) -> None:
    visit(watcher, day(0), PAGE)
    visit(watcher, day(0), GONE, 404)
    folder = watcher.home.captures
    (file,) = folder.rglob("*.warc.gz")
    warc = str(file.relative_to(folder))
    first, second = find_record_offsets(file, {URL}, day(0))
    whole = file.read_bytes()
    assert copy_record(folder, warc, first) == whole[first:second]
    assert copy_record(folder, warc, second) == whole[second:]
    assert payload_digest(folder, warc, second) == (hashlib.sha256(GONE).hexdigest(), len(GONE))
    assert record_locations(folder, warc, second) == [(warc, second)]
    assert read_body(folder, warc, first).body == PAGE
    for offset in (1, len(whole)):
        with pytest.raises(CaptureError):
            copy_record(folder, warc, offset)
    file.write_bytes(whole[:-9])
    with pytest.raises(CaptureError, check=has_code(ArchiveReason.WARC_RECORD_CUT_OFF)):
        copy_record(folder, warc, second)


def test_missing_file_has_no_records(tmp_path: Path, day: Day) -> None:
    assert find_record_offsets(tmp_path / "x.warc.gz", {URL}, day(0)) == []
