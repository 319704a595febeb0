"""What cannot be read is refused with the file's name and the remedy."""

from __future__ import annotations

import gzip
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.archive.errors import CaptureError
from storage.archive.reader import read_body, read_records
from storage.archive.writer import CaptureWriter
from storage.messages.reasons_archive import ArchiveReason
from tests.sentences import has_code
from tests.storage.archive.sample_page import URL, Members, Write


def test_single_gzip_stream_is_refused_with_a_remedy(
    write: Write, members: Members, tmp_path: Path, writer: CaptureWriter
) -> None:
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


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, check=has_code(ArchiveReason.NO_WARC_FILE)):
        list(read_records(tmp_path / "none.warc"))
    with pytest.raises(CaptureError, check=has_code(ArchiveReason.NO_WARC_FILE)):
        read_body(tmp_path, "none.warc", 7)


@pytest.mark.parametrize(
    ("offset", "code"),
    [
        (1, ArchiveReason.WARC_RECORD_UNREADABLE),
        (17, ArchiveReason.WARC_RECORD_UNREADABLE),
        (10_000, ArchiveReason.NO_WARC_RESPONSE),  # behind the end of the file
    ],
)
def test_wrong_offset_is_an_error(
    offset: int, code: ArchiveReason, write: Write, tmp_path: Path, writer: CaptureWriter
) -> None:
    capture = write(writer)
    writer.close()
    with pytest.raises(CaptureError, check=has_code(code)):
        read_body(tmp_path, capture.warc, offset)


def plain_warc(write: Write, path: Path) -> bytes:
    made = CaptureWriter(path.parent, "alpha")
    captures = [write(made, url) for url in (URL, "https://alpha.vn/2")]
    made.close()
    path.write_bytes(gzip.decompress((path.parent / captures[0].warc).read_bytes()))
    return path.read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"WARC-Date: 2025-04-07T05:00:00Z", b"WARC-Date: hom qua vay thoi ... ", "no date"),
        (b"HTTP/1.1 200 OK", b"HTTP/1.1 abc OK", "cannot be read as WARC"),
    ],
)
def test_damaged_record_names_its_file(
    write: Write, tmp_path: Path, old: bytes, new: bytes, said: str
) -> None:
    file = tmp_path / "broken.warc"
    data = plain_warc(write, file)
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
@settings(max_examples=150)
def test_damaged_file_raises_only_capture_error(
    write: Write, packed: bool, damage: list[tuple[int, int]], kept: int
) -> None:
    """Places and lengths are in ten-thousandths of the file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.warc"
        whole = bytearray(plain_warc(write, file))
        if packed:
            whole = bytearray(gzip.compress(bytes(whole[:500])) + gzip.compress(bytes(whole[500:])))
        for place, value in damage:
            whole[place * len(whole) // 10_000] = value
        file.write_bytes(bytes(whole[: kept * len(whole) // 10_000]))
        try:
            list(read_records(file))
        except CaptureError as error:
            assert str(file) in str(error)  # noqa: PT017 - both ends are right
