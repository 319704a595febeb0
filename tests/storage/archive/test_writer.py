"""Captures are written so that any WARC tool reads them, and the same bytes once."""

from __future__ import annotations

import base64
import gzip
import hashlib
import logging
import os
import tempfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from storage.archive.captures import newest_captures, save_newest_capture
from storage.archive.errors import CaptureError
from storage.archive.reader import read_body, read_records
from storage.archive.warc_file import entries
from storage.archive.writer import CaptureWriter
from storage.db.connection import open_database
from storage.messages.reasons_archive import ArchiveReason
from storage.messages.reasons_crawl import CrawlReason
from storage.runs.sites import SiteFacts, register_site
from tests.sentences import has_code
from tests.storage.archive.sample_page import BODY, NOON, URL, Check, Members, Write


def sha256_name(data: bytes) -> str:
    return "sha256:" + base64.b32encode(hashlib.sha256(data).digest()).decode()


def test_digests_are_sha256_of_block_and_payload(
    write: Write, members: Members, check: Check, tmp_path: Path, writer: CaptureWriter
) -> None:
    capture = write(writer)
    writer.write_resource("urn:x", NOON, "text/plain", b"van ban")
    write(writer)
    writer.close()
    file = tmp_path / capture.warc
    check(file)
    _, response, resource, revisit = members(file.read_bytes())
    head, _, rest = response.partition(b"\r\n\r\n")
    block = rest.removesuffix(b"\r\n\r\n")
    assert f"WARC-Block-Digest: {sha256_name(block)}".encode() in head
    assert f"WARC-Payload-Digest: {sha256_name(BODY)}".encode() in head
    assert capture.sha256 == hashlib.sha256(BODY).hexdigest()
    assert f"WARC-Payload-Digest: {sha256_name(BODY)}".encode() in revisit
    assert resource.startswith(b"WARC/1.1\r\n")
    assert sha256_name(b"van ban").encode() in resource


def test_damaged_byte_is_found_by_warcio_check(
    write: Write, members: Members, check: Check, tmp_path: Path, writer: CaptureWriter
) -> None:
    file = tmp_path / write(writer).warc
    writer.close()
    _, record = members(file.read_bytes())
    file.write_bytes(gzip.compress(record.replace(b"ruong", b"rUong").replace(b"<h1>", b"<h2>")))
    with pytest.raises(AssertionError):
        check(file)


def test_each_record_is_a_gzip_member_at_its_offset(
    write: Write, members: Members, tmp_path: Path, writer: CaptureWriter
) -> None:
    captures = [write(writer, f"https://alpha.vn/{n}", body=b"%d" % n * 50) for n in range(5)]
    writer.close()
    data = (tmp_path / captures[0].warc).read_bytes()
    assert len(members(data)) == 1 + 5
    for number, capture in enumerate(captures):
        assert members(data[capture.offset :])[0].endswith(b"%d" % number * 50 + b"\r\n\r\n")


def test_file_holds_one_day_in_utc(write: Write, tmp_path: Path, writer: CaptureWriter) -> None:
    hanoi = timezone(timedelta(hours=7))
    late = write(writer, "https://alpha.vn/1", datetime(2025, 4, 8, 6, 59, 59, tzinfo=hanoi))
    early = write(writer, "https://alpha.vn/2", datetime(2025, 4, 8, 7, 0, 0, tzinfo=hanoi))
    back = write(writer, "https://alpha.vn/3", datetime(2025, 4, 7, 23, 0, 0, tzinfo=UTC))
    writer.close()
    assert [c.warc for c in (late, early, back)] == [
        "alpha/2025-04-07.warc.gz", "alpha/2025-04-08.warc.gz", "alpha/2025-04-07.warc.gz",
    ]  # fmt: skip
    assert back.offset > late.offset
    urls = [r.url for r in read_records(tmp_path / late.warc)]
    assert urls == ["https://alpha.vn/1", "https://alpha.vn/3"]


def test_written_response_is_read_back(write: Write, tmp_path: Path, writer: CaptureWriter) -> None:
    capture = write(writer)
    writer.close()
    record = read_body(tmp_path, capture.warc, capture.offset)
    assert (record.url, record.status, record.body) == (URL, 200, BODY)
    assert record.captured_at == NOON
    assert record.header("content-type") == "text/html; charset=utf-8"
    assert record.header("connection") is None
    assert capture.length == len(BODY)


@given(st.binary(max_size=300), st.sampled_from([200, 301, 404, 503]))
@settings(max_examples=60)
def test_any_body_is_read_back(write: Write, body: bytes, status: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        writer = CaptureWriter(Path(folder), "alpha")
        captures = [write(writer, body=body, status=status) for _ in range(2)]
        writer.close()
        for found in (
            read_body(Path(folder), captures[0].warc, captures[0].offset),
            *read_records(Path(folder) / captures[0].warc),
        ):
            assert (found.body, found.status) == (body, status)


def test_saved_file_is_a_resource_record(tmp_path: Path, writer: CaptureWriter) -> None:
    capture = writer.write_resource("urn:sha256:1", NOON, "text/plain", b"mot\ntrang")
    writer.close()
    assert (capture.status, capture.url) == (None, "urn:sha256:1")
    (record,) = read_records(tmp_path / capture.warc)
    assert (record.body, record.header("Content-Type")) == (b"mot\ntrang", "text/plain")


def test_unchanged_bytes_become_a_revisit(
    write: Write, check: Check, tmp_path: Path, writer: CaptureWriter
) -> None:
    body = bytes(range(256)) * 200
    first = write(writer, body=body)
    size = (tmp_path / first.warc).stat().st_size
    again = write(writer, at=NOON + timedelta(hours=1), body=body)
    writer.close()
    assert again.repeated
    assert not first.repeated
    assert (again.warc, again.offset, again.length) == (first.warc, first.offset, len(body))
    assert (tmp_path / first.warc).stat().st_size - size < 700
    records = list(read_records(tmp_path / first.warc))
    assert [r.body for r in records] == [body, body]
    assert [r.captured_at for r in records] == [NOON, NOON + timedelta(hours=1)]
    check(tmp_path / first.warc)


@pytest.mark.parametrize(
    "other",
    [{"body": BODY + b" "}, {"url": URL + "?p=2"}, {"status": 404}],
    ids=["bytes", "url", "status"],
)
def test_other_status_or_bytes_become_a_response(
    write: Write, writer: CaptureWriter, other: dict[str, object]
) -> None:
    write(writer)
    assert not write(writer, **other).repeated  # type: ignore[arg-type]
    writer.close()


def test_revisit_is_read_with_bytes_of_an_earlier_day(
    write: Write, tmp_path: Path, writer: CaptureWriter
) -> None:
    """However often a page stays the same, each revisit leads to the record with the bytes."""
    for number in range(4):
        write(writer, at=NOON + timedelta(days=number))
    writer.close()
    for number in range(1, 4):
        file = tmp_path / "alpha" / f"2025-04-{7 + number:02}.warc.gz"
        (record,) = read_records(file)
        assert (record.body, record.captured_at) == (BODY, NOON + timedelta(days=number))
        assert read_body(tmp_path, f"alpha/{file.name}", record.offset).body == BODY
        with file.open("rb") as stream:
            _, raw = [r.rec_headers for r in ArchiveIterator(stream)]
        assert raw.get_header("WARC-Type") == "revisit"
        assert raw.get_header("WARC-Refers-To-Date") == "2025-04-07T05:00:00Z"
        assert raw.get_header("WARC-Refers-To-Target-URI") == URL


@pytest.mark.parametrize("left", [None, 10])
def test_unchanged_bytes_whose_record_is_lost_are_written_again(
    write: Write, tmp_path: Path, writer: CaptureWriter, left: int | None
) -> None:
    first = write(writer, at=NOON)
    if left is None:
        (tmp_path / first.warc).unlink()
    else:
        os.truncate(tmp_path / first.warc, left)
    again = write(writer, at=NOON + timedelta(days=1))
    writer.close()
    assert not again.repeated
    assert [record.body for record in read_records(tmp_path / again.warc)] == [BODY]


def test_next_process_writes_a_revisit_of_stored_bytes(write: Write, tmp_path: Path) -> None:
    db = open_database(tmp_path / "tinwatch.db")
    register_site(db, SiteFacts("alpha", "t", "p", "newspaper", "P", "live", "1"))
    captures = set()
    for number in range(3):
        writer = CaptureWriter(tmp_path, "alpha", newest_captures(db, "alpha"))
        capture = write(writer, at=NOON + timedelta(days=number))
        writer.close()
        save_newest_capture(db, capture)
        assert capture.repeated is (number > 0)
        captures.add((capture.warc, capture.offset))
    assert len(captures) == 1
    (record,) = read_records(tmp_path / "alpha" / "2025-04-09.warc.gz")
    assert record.body == BODY


def test_revisit_without_its_original_is_skipped_with_a_warning(
    write: Write, tmp_path: Path, writer: CaptureWriter, caplog: pytest.LogCaptureFixture
) -> None:
    first, _ = write(writer), write(writer, at=NOON + timedelta(days=1))
    write(writer, "https://alpha.vn/2", NOON + timedelta(days=1), b"khac")
    writer.close()
    (tmp_path / first.warc).unlink()
    later = tmp_path / "alpha" / "2025-04-08.warc.gz"
    with caplog.at_level(logging.WARNING):
        assert [r.body for r in read_records(later)] == [b"khac"]
    assert CrawlReason.ORIGINAL_LOST in caplog.text
    _, revisit, _ = (entry.offset for entry in entries(later))
    with pytest.raises(CaptureError, check=has_code(ArchiveReason.NO_WARC_RESPONSE)):
        read_body(tmp_path, "alpha/2025-04-08.warc.gz", revisit)
