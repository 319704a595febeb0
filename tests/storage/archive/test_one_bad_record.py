"""A record that cannot be read costs that record, and is named; the file is read to its end."""

from __future__ import annotations

import gzip
from pathlib import Path

import brotli
import pytest
from backports import zstd

from storage.archive.errors import CaptureError, UnreadableRecord
from storage.archive.integrity import check_file
from storage.archive.reader import read_body, read_records, record_at
from storage.archive.writer import Capture, CaptureWriter
from storage.reasons import Reason
from tests.storage.archive.sample_page import NOON

PAGE = "<html><p>Bà con khơi lại con mương sau đợt mưa dài.</p></html>".encode() * 30


def write(writer: CaptureWriter, number: int, body: bytes, coding: str = "") -> Capture:
    headers = [("Content-Type", "text/html")] + ([("Content-Encoding", coding)] if coding else [])
    url = f"https://alpha.vn/{number}"
    return writer.write_response(url, NOON, 200, "OK", headers, body)


def read(file: Path) -> tuple[list[str], list[UnreadableRecord]]:
    errors: list[UnreadableRecord] = []
    return [record.url[-1] for record in read_records(file, on_error=errors.append)], errors


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("br", brotli.compress(PAGE)),
        ("zstd", zstd.compress(PAGE)),
        ("x-gzip", gzip.compress(PAGE)),
        ("gzip, gzip", gzip.compress(gzip.compress(PAGE))),
        ("zstd, br", brotli.compress(zstd.compress(PAGE))),
        ("gzip", PAGE),
        ("utf-8", PAGE),
        ("", PAGE),
    ],
    ids=["br", "zstd", "x-gzip", "gzip-gzip", "zstd-br", "uncoded-gzip", "charset", "empty"],
)
def test_a_coded_record_is_read_back(
    tmp_path: Path, writer: CaptureWriter, coding: str, body: bytes
) -> None:
    first, again = write(writer, 1, body, coding), write(writer, 1, body, coding)
    writer.close()
    assert again.repeated
    assert [r.body for r in read_records(tmp_path / first.warc)] == [PAGE, PAGE]
    record = read_body(tmp_path, first.warc, first.offset)
    assert (record.body, record.header("Content-Encoding")) == (PAGE, None)


@pytest.mark.parametrize(
    ("coding", "body", "reason"),
    [
        ("br", brotli.compress(PAGE)[:-5], Reason("coding_incomplete", coding="br")),
        ("gzip", gzip.compress(PAGE)[:-12], Reason("coding_incomplete", coding="gzip")),
        ("zstd", b"khong phai zstd", Reason("coding_broken", coding="zstd")),
        ("compress", b"\x1f\x9d\x90", Reason("coding_unknown", coding="compress")),
        ("zstd", zstd.compress(bytes(20_000_000)), Reason("response_too_large")),
    ],
    ids=["br-incomplete", "gzip-incomplete", "zstd-broken", "unknown", "too-large"],
)
def test_a_body_that_cannot_be_decoded_costs_its_record(
    tmp_path: Path, writer: CaptureWriter, coding: str, body: bytes, reason: Reason
) -> None:
    write(writer, 1, PAGE)
    bad = write(writer, 2, body, coding)
    write(writer, 3, PAGE)
    writer.close()
    file = tmp_path / bad.warc
    urls, [error] = read(file)
    assert urls == ["1", "3"]
    assert (error.url, error.offset, error.reason) == ("https://alpha.vn/2", bad.offset, reason)
    assert (error.captured_at, error.status) == (NOON, 200)
    assert reason.code in str(error)
    assert str(file) in str(error)
    with pytest.raises(UnreadableRecord):
        list(read_records(file))
    with pytest.raises(UnreadableRecord):
        read_body(tmp_path, bad.warc, bad.offset)
    assert record_at(tmp_path, bad.warc, bad.offset).status == 200
    check = check_file(file)
    assert (len(check.payloads), check.changed, check.damaged) == (4, [], {})  # and warcinfo
    assert check.undecodable == {bad.offset: ("https://alpha.vn/2", reason)}


@pytest.mark.parametrize("part", ["magic", "header", "middle", "checksum", "whole"])
def test_a_damaged_member_costs_its_record(
    tmp_path: Path, writer: CaptureWriter, part: str
) -> None:
    captures = [write(writer, number, PAGE + bytes([number])) for number in range(1, 5)]
    writer.close()
    file = tmp_path / captures[0].warc
    start, end = captures[1].offset, captures[2].offset
    places = {
        "magic": slice(start, start + 1),
        "header": slice(start + 12, start + 16),
        "middle": slice((start + end) // 2, (start + end) // 2 + 4),
        "checksum": slice(end - 8, end - 4),
        "whole": slice(start, end),
    }
    data = bytearray(file.read_bytes())
    place = places[part]
    data[place] = bytes(byte ^ 0xA5 for byte in data[place])
    file.write_bytes(data)
    urls, [error] = read(file)
    assert urls == ["1", "3", "4"]
    assert (error.offset, error.reason.code) == (start, "record_damaged")
    check = check_file(file)
    assert list(check.damaged) == [start]
    assert set(check.payloads) == {0, *(c.offset for c in captures)} - {start}


def test_a_file_that_ends_within_a_record_keeps_the_others(
    tmp_path: Path, writer: CaptureWriter
) -> None:
    captures = [write(writer, number, PAGE) for number in range(1, 4)]
    writer.close()
    file = tmp_path / captures[0].warc
    file.write_bytes(file.read_bytes()[:-20])
    urls, [error] = read(file)
    assert (urls, error.offset) == (["1", "2"], captures[2].offset)


def test_a_bad_record_of_a_file_without_gzip_is_passed(
    tmp_path: Path, writer: CaptureWriter
) -> None:
    file = tmp_path / "plain.warc"
    captures = [write(writer, number, PAGE + bytes([number])) for number in range(1, 4)]
    writer.close()
    data = gzip.decompress((tmp_path / captures[0].warc).read_bytes())
    second = data.index(b"https://alpha.vn/2")
    second = data.rindex(b"WARC/1.1", 0, second)
    file.write_bytes(data[:second] + data[second:].replace(b"WARC/1.1", b"WARC?1.1", 1))
    urls, errors = read(file)
    assert urls == ["1", "3"]
    assert [error.reason.code for error in errors] == ["record_damaged"]


def test_a_body_above_the_limit_is_not_held_in_memory(
    tmp_path: Path, writer: CaptureWriter
) -> None:
    bad = write(writer, 1, bytes(50_000_000))
    write(writer, 2, PAGE)
    writer.close()
    urls, [error] = read(tmp_path / bad.warc)
    assert (urls, error.offset) == (["2"], bad.offset)
    with pytest.raises(CaptureError):
        read_body(tmp_path, bad.warc, bad.offset)
