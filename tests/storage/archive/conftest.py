"""Writing captures, and taking WARC files apart with other tools."""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from storage.archive.writer import Capture, CaptureWriter
from tests.storage.archive.sample_page import BODY, HTML, NOON, URL


@pytest.fixture
def writer(tmp_path: Path) -> CaptureWriter:
    return CaptureWriter(tmp_path, "alpha")


def _write(
    writer: CaptureWriter,
    url: str = URL,
    at: datetime = NOON,
    body: bytes = BODY,
    status: int = 200,
) -> Capture:
    return writer.write_response(url, at, status, "OK", HTML, body)


def _members(data: bytes) -> list[bytes]:
    found = []
    while data:
        member = zlib.decompressobj(wbits=31)
        found.append(member.decompress(data))
        assert member.eof
        data = member.unused_data
    return found


def _check(*files: Path) -> None:
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "digest pass" in done.stdout


@pytest.fixture(scope="session")
def write() -> Callable[..., Capture]:
    """Called with a writer, and what is to differ, writes a response."""
    return _write


@pytest.fixture(scope="session")
def members() -> Callable[[bytes], list[bytes]]:
    """Called with a file's bytes, gives its gzip members unpacked."""
    return _members


@pytest.fixture(scope="session")
def check() -> Callable[..., None]:
    """Called with files, has warcio check every digest in them."""
    return _check
