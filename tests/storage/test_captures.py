"""Captures: written so that any WARC tool reads them, and read back whole."""

from __future__ import annotations

import base64
import gzip
import hashlib
import logging
import subprocess
import sys
import tempfile
import zlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from storage.captures import (
    Capture,
    CaptureError,
    CaptureWriter,
    cut_torn_end,
    known_captures,
    read_body,
    read_records,
    remember_payload,
)
from storage.database import open_database
from storage.runs import SiteFacts, register_site

NOON = datetime(2025, 4, 7, 5, 0, tzinfo=UTC)
HTML = [("Content-Type", "text/html; charset=utf-8"), ("X-Cache", "lỡ"), ("Connection", "close")]
BODY = "<h1>Mương nước về ruộng</h1>".encode()
URL = "https://alpha.vn/bai-1.html"


@pytest.fixture
def writer(tmp_path: Path) -> CaptureWriter:
    return CaptureWriter(tmp_path, "alpha")


def write(
    writer: CaptureWriter,
    url: str = URL,
    at: datetime = NOON,
    body: bytes = BODY,
    status: int = 200,
) -> Capture:
    return writer.write_response(url, at, status, "OK", HTML, body)


def sha256_name(data: bytes) -> str:
    return "sha256:" + base64.b32encode(hashlib.sha256(data).digest()).decode()


def members(data: bytes) -> list[bytes]:
    found = []
    while data:
        member = zlib.decompressobj(wbits=31)
        found.append(member.decompress(data))
        assert member.eof
        data = member.unused_data
    return found


def check(*files: Path) -> None:
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "digest pass" in done.stdout


def test_digests_are_sha256_of_block_and_payload(tmp_path: Path, writer: CaptureWriter) -> None:
    capture = write(writer)
    writer.write_resource("urn:x", NOON, "text/plain", b"van ban")
    write(writer)
    writer.close()
    file = tmp_path / capture.warc
    check(file)
    response, resource, revisit = members(file.read_bytes())
    head, _, rest = response.partition(b"\r\n\r\n")
    block = rest.removesuffix(b"\r\n\r\n")
    assert f"WARC-Block-Digest: {sha256_name(block)}".encode() in head
    assert f"WARC-Payload-Digest: {sha256_name(BODY)}".encode() in head
    assert capture.sha256 == hashlib.sha256(BODY).hexdigest()
    assert f"WARC-Payload-Digest: {sha256_name(BODY)}".encode() in revisit
    assert resource.startswith(b"WARC/1.1\r\n")
    assert sha256_name(b"van ban").encode() in resource


def test_a_damaged_byte_is_found_by_the_checker(tmp_path: Path, writer: CaptureWriter) -> None:
    file = tmp_path / write(writer).warc
    writer.close()
    (record,) = members(file.read_bytes())
    file.write_bytes(gzip.compress(record.replace(b"ruong", b"rUong").replace(b"<h1>", b"<h2>")))
    with pytest.raises(AssertionError):
        check(file)


def test_each_record_is_a_gzip_member_at_its_offset(tmp_path: Path, writer: CaptureWriter) -> None:
    captures = [write(writer, f"https://alpha.vn/{n}", body=b"%d" % n * 50) for n in range(5)]
    writer.close()
    data = (tmp_path / captures[0].warc).read_bytes()
    assert len(members(data)) == 5
    assert captures[0].offset == 0
    for number, capture in enumerate(captures):
        assert members(data[capture.offset :])[0].endswith(b"%d" % number * 50 + b"\r\n\r\n")


def test_a_file_holds_one_day_in_utc(tmp_path: Path, writer: CaptureWriter) -> None:
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


def test_what_is_written_is_read_back(tmp_path: Path, writer: CaptureWriter) -> None:
    capture = write(writer)
    writer.close()
    record = read_body(tmp_path, capture.warc, capture.offset)
    assert (record.url, record.status, record.body) == (URL, 200, BODY)
    assert record.captured_at == NOON
    assert record.header("content-type") == "text/html; charset=utf-8"
    assert record.header("connection") is None
    assert capture.length == len(BODY)


@given(st.binary(max_size=300), st.sampled_from([200, 301, 404, 503]))
@settings(max_examples=60, deadline=None)
def test_any_body_is_read_back(body: bytes, status: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        writer = CaptureWriter(Path(folder), "alpha")
        captures = [write(writer, body=body, status=status) for _ in range(2)]
        writer.close()
        for found in (
            read_body(Path(folder), captures[0].warc, captures[0].offset),
            *read_records(Path(folder) / captures[0].warc),
        ):
            assert (found.body, found.status) == (body, status)


def test_a_saved_file_is_a_resource(tmp_path: Path, writer: CaptureWriter) -> None:
    capture = writer.write_resource("urn:sha256:1", NOON, "text/plain", b"mot\ntrang")
    writer.close()
    assert (capture.status, capture.url) == (None, "urn:sha256:1")
    (record,) = read_records(tmp_path / capture.warc)
    assert (record.body, record.header("Content-Type")) == (b"mot\ntrang", "text/plain")


def test_unchanged_bytes_are_written_short(tmp_path: Path, writer: CaptureWriter) -> None:
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
def test_anything_else_is_written_whole(writer: CaptureWriter, other: dict[str, object]) -> None:
    write(writer)
    assert not write(writer, **other).repeated  # type: ignore[arg-type]
    writer.close()


def test_a_revisit_is_read_with_its_bytes_days_later(tmp_path: Path, writer: CaptureWriter) -> None:
    """However often a page stays the same, each revisit leads to the record with the bytes."""
    for number in range(4):
        write(writer, at=NOON + timedelta(days=number))
    writer.close()
    for number in range(1, 4):
        file = tmp_path / "alpha" / f"2025-04-{7 + number:02}.warc.gz"
        (record,) = read_records(file)
        assert (record.body, record.captured_at) == (BODY, NOON + timedelta(days=number))
        assert read_body(tmp_path, f"alpha/{file.name}", 0).body == BODY
        with file.open("rb") as stream:
            (raw,) = [r.rec_headers for r in ArchiveIterator(stream)]
        assert raw.get_header("WARC-Type") == "revisit"
        assert raw.get_header("WARC-Refers-To-Date") == "2025-04-07T05:00:00Z"
        assert raw.get_header("WARC-Refers-To-Target-URI") == URL


def test_the_next_process_knows_what_was_written(tmp_path: Path) -> None:
    db = open_database(tmp_path / "tinwatch.db")
    register_site(db, SiteFacts("alpha", "t", "p", "newspaper", "P", "live", "1"))
    for number in range(3):
        writer = CaptureWriter(tmp_path, "alpha", known_captures(db, "alpha"))
        capture = write(writer, at=NOON + timedelta(days=number))
        writer.close()
        remember_payload(db, capture)
        assert capture.repeated is (number > 0)
        assert (capture.warc, capture.offset) == ("alpha/2025-04-07.warc.gz", 0)
    (record,) = read_records(tmp_path / "alpha" / "2025-04-09.warc.gz")
    assert record.body == BODY


def test_a_revisit_without_its_original_is_left_out_and_said(
    tmp_path: Path, writer: CaptureWriter, caplog: pytest.LogCaptureFixture
) -> None:
    first, _ = write(writer), write(writer, at=NOON + timedelta(days=1))
    write(writer, "https://alpha.vn/2", NOON + timedelta(days=1), b"khac")
    writer.close()
    (tmp_path / first.warc).unlink()
    later = tmp_path / "alpha" / "2025-04-08.warc.gz"
    with caplog.at_level(logging.WARNING):
        assert [r.body for r in read_records(later)] == [b"khac"]
    assert "repeats bytes that no file holds" in caplog.text
    with pytest.raises(CaptureError, match="holds no response at 0"):
        read_body(tmp_path, "alpha/2025-04-08.warc.gz", 0)


def test_a_torn_end_is_cut_at_whatever_byte(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "whole", "alpha")
    write(writer)
    last = write(writer, "https://alpha.vn/2", body=bytes(range(90)))
    writer.close()
    data = (tmp_path / "whole" / last.warc).read_bytes()
    file = tmp_path / "torn.warc.gz"
    for end in range(last.offset + 1, len(data)):
        file.write_bytes(data[:end])
        assert cut_torn_end(file) == end - last.offset
        assert file.read_bytes() == data[: last.offset]
    file.write_bytes(data)
    assert cut_torn_end(file) == 0
    assert file.read_bytes() == data


@pytest.mark.parametrize("rest", [b"\0" * 5000, b"\x1f\x8b\x08garbage", b"WARC/1.1\r\n"])
def test_rubbish_behind_the_last_record_is_cut(
    tmp_path: Path, writer: CaptureWriter, rest: bytes
) -> None:
    file = tmp_path / write(writer).warc
    writer.close()
    size = file.stat().st_size
    with file.open("ab") as stream:
        stream.write(rest)
    assert cut_torn_end(file) == len(rest)
    assert file.stat().st_size == size


def test_cutting_reads_a_large_file_in_one_pass(tmp_path: Path, writer: CaptureWriter) -> None:
    file = tmp_path / write(writer).warc
    writer.close()
    member = file.read_bytes()
    whole = member * (6_000_000 // len(member))
    file.write_bytes(whole + member[:-1])
    assert cut_torn_end(file) == len(member) - 1
    assert file.stat().st_size == len(whole)


def test_a_writer_goes_on_behind_a_torn_record(tmp_path: Path, writer: CaptureWriter) -> None:
    file = tmp_path / write(writer).warc
    writer.close()
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:40])
    again = CaptureWriter(tmp_path, "alpha")
    capture = write(again, "https://alpha.vn/2")
    again.close()
    assert capture.offset == len(whole)
    assert [r.url for r in read_records(file)] == [URL, "https://alpha.vn/2"]


def test_nothing_is_cut_where_no_file_is(tmp_path: Path) -> None:
    assert cut_torn_end(tmp_path / "none.warc.gz") == 0


def test_a_full_disk_leaves_whole_records(tmp_path: Path, writer: CaptureWriter) -> None:
    """The record that did not fit is taken back, and the next one is found behind it."""
    file = tmp_path / write(writer).warc
    whole = file.read_bytes()
    real = writer._file
    assert real is not None
    writer._file = Full(real)  # type: ignore[assignment]
    with pytest.raises(OSError, match="No space"):
        write(writer, "https://alpha.vn/2")
    assert file.read_bytes() == whole
    writer._file = real
    assert write(writer, "https://alpha.vn/3").offset == len(whole)
    writer.close()
    assert [r.url for r in read_records(file)] == [URL, "https://alpha.vn/3"]


class Full:
    """A file on a disk that takes ten more bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def __getattr__(self, name: str) -> object:
        return getattr(self.file, name)

    def write(self, data: bytes) -> int:
        self.file.write(data[:10])
        raise OSError(28, "No space left on device")


def test_one_gzip_stream_is_refused_with_the_remedy(tmp_path: Path, writer: CaptureWriter) -> None:
    file = tmp_path / write(writer).warc
    write(writer, "https://alpha.vn/2")
    writer.close()
    packed = tmp_path / "packed.warc.gz"
    packed.write_bytes(gzip.compress(b"".join(members(file.read_bytes()))))
    with pytest.raises(CaptureError) as caught:
        list(read_records(packed))
    assert str(packed) in str(caught.value)
    assert "warcio recompress FILE NEW_FILE" in str(caught.value)
    command = [sys.executable, "-m", "warcio.cli", "recompress", str(packed), str(file)]
    subprocess.run(command, check=True, capture_output=True)
    assert len(list(read_records(file))) == 2


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"none\.warc: there is no such file"):
        list(read_records(tmp_path / "none.warc"))
    with pytest.raises(CaptureError, match=r"none\.warc at 7"):
        read_body(tmp_path, "none.warc", 7)


def test_a_wrong_place_in_a_file_is_said(tmp_path: Path, writer: CaptureWriter) -> None:
    capture = write(writer)
    writer.close()
    for offset in (1, 17, 10_000):
        with pytest.raises(CaptureError, match="was the file changed"):
            read_body(tmp_path, capture.warc, offset)


def plain_warc(path: Path) -> bytes:
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=False)
        made = CaptureWriter(path.parent, "alpha")
        made._append = lambda record, at: (writer.write_record(record), ("x", 0))[1]  # type: ignore
        for url in (URL, "https://alpha.vn/2"):
            write(made, url)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"WARC-Date: 2025-04-07T05:00:00Z", b"WARC-Date: hom qua vay thoi ... ", "no date"),
        (b"HTTP/1.1 200 OK", b"HTTP/1.1 abc OK", "cannot be read as WARC"),
    ],
)
def test_a_broken_record_names_its_file(tmp_path: Path, old: bytes, new: bytes, said: str) -> None:
    file = tmp_path / "broken.warc"
    data = plain_warc(file)
    assert old in data
    file.write_bytes(data.replace(old, new))
    with pytest.raises(CaptureError, match=r"broken\.warc") as caught:
        list(read_records(file))
    assert said in str(caught.value)


@given(
    packed=st.booleans(),
    damage=st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 255)), min_size=1, max_size=4),
    kept=st.integers(1, 10_000),
)
@settings(max_examples=150, deadline=None)
def test_damage_is_read_or_refused_but_never_breaks_the_reader(
    packed: bool, damage: list[tuple[int, int]], kept: int
) -> None:
    """Places and lengths are in ten-thousandths of the file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.warc"
        whole = bytearray(plain_warc(file))
        if packed:
            whole = bytearray(gzip.compress(bytes(whole[:500])) + gzip.compress(bytes(whole[500:])))
        for place, value in damage:
            whole[place * len(whole) // 10_000] = value
        file.write_bytes(bytes(whole[: kept * len(whole) // 10_000]))
        try:
            list(read_records(file))
        except CaptureError as error:
            assert str(file) in str(error)  # noqa: PT017 - both ends are right
