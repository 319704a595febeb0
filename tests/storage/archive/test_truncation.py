"""A record that a crash or a full disk tore is cut off, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pytest

from storage.archive.reader import read_records
from storage.archive.truncation import truncate_partial_record
from storage.archive.writer import CaptureWriter
from tests.storage.archive.sample_page import URL, Write


def test_partial_record_of_any_length_is_removed(write: Write, tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "whole", "alpha")
    write(writer)
    last = write(writer, "https://alpha.vn/2", body=bytes(range(90)))
    writer.close()
    data = (tmp_path / "whole" / last.warc).read_bytes()
    file = tmp_path / "torn.warc.gz"
    for end in range(last.offset + 1, len(data)):
        file.write_bytes(data[:end])
        assert truncate_partial_record(file) == end - last.offset
        assert file.read_bytes() == data[: last.offset]
    file.write_bytes(data)
    assert truncate_partial_record(file) == 0
    assert file.read_bytes() == data


@pytest.mark.parametrize("rest", [b"\0" * 5000, b"\x1f\x8b\x08garbage", b"WARC/1.1\r\n"])
def test_garbage_after_the_last_record_is_removed(
    write: Write, tmp_path: Path, writer: CaptureWriter, rest: bytes
) -> None:
    file = tmp_path / write(writer).warc
    writer.close()
    size = file.stat().st_size
    with file.open("ab") as stream:
        stream.write(rest)
    assert truncate_partial_record(file) == len(rest)
    assert file.stat().st_size == size


def test_large_file_is_read_once(write: Write, tmp_path: Path, writer: CaptureWriter) -> None:
    capture = write(writer)
    file = tmp_path / capture.warc
    writer.close()
    member = file.read_bytes()[capture.offset :]
    whole = member * (6_000_000 // len(member))
    file.write_bytes(whole + member[:-1])
    assert truncate_partial_record(file) == len(member) - 1
    assert file.stat().st_size == len(whole)


def test_writer_removes_a_partial_record_and_continues(
    write: Write, tmp_path: Path, writer: CaptureWriter
) -> None:
    file = tmp_path / write(writer).warc
    writer.close()
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:40])
    again = CaptureWriter(tmp_path, "alpha")
    capture = write(again, "https://alpha.vn/2")
    again.close()
    assert capture.offset == len(whole)
    assert [r.url for r in read_records(file)] == [URL, "https://alpha.vn/2"]


def test_missing_file_is_no_error(tmp_path: Path) -> None:
    assert truncate_partial_record(tmp_path / "none.warc.gz") == 0


def test_full_disk_leaves_complete_records(
    write: Write, tmp_path: Path, writer: CaptureWriter
) -> None:
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
