"""No command spends more than a bounded time and memory on a page of 50 MB and a million tags."""

from __future__ import annotations

import gzip
import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from storage.home import open_home

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
MEGABYTES = 1_000_000
PAGE_BYTES = 50 * MEGABYTES
MAX_CPU_SECONDS = 120  # of a command, on a slow machine under load
MAX_MEMORY_BYTES = 2_000 * MEGABYTES  # address space of a command
URL = "https://baogialai.com.vn/mot-bai-post300001.html"


def page(unit: str, size: int) -> bytes:
    head = (
        '<html><body><div class="article"><h1 class="article__title cms-title">Mở đường</h1>'
        '<time class="time">07/04/2025 08:15</time><div class="article__body cms-body">'
        f'<link rel="canonical" href="{URL}"><p>Đoạn đầu tiên của bài viết.</p>'
    ).encode()
    return head + unit.encode() * ((size - len(head)) // len(unit.encode()))


def warc(body: bytes, file: Path) -> Path:
    """Write a WARC file with this page as its only response."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
    http += f"Content-Length: {len(body)}\r\n\r\n".encode() + body
    record = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        f"WARC-Target-URI: {URL}\r\nWARC-Date: 2025-04-07T01:15:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    file.write_bytes(gzip.compress(record.encode() + http + b"\r\n\r\n", 1))
    return file


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))


def run(*words: object) -> tuple[int, str]:
    """Run a command within the limits; return its exit code and what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "tinwatch", *map(str, words)], cwd=ROOT, capture_output=True,
        text=True, check=False, preexec_fn=limited,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_page_of_50_megabytes_is_refused_by_every_command(tmp_path: Path) -> None:
    body, home = page("<p>Nước về</p>", PAGE_BYTES), tmp_path / "home"
    saved, archive = tmp_path / "a.html", warc(body, tmp_path / "a.warc.gz")
    saved.write_bytes(body)
    open_home(home).database().close()
    for file in (saved, archive):
        code, printed = run("import", file, "--site", "gialai", "--json", "--home", home)
        assert code == 1, printed
        assert json.loads(printed.splitlines()[0])["read"] == 0
    for source in (["--page", saved], ["--replay", archive]):
        assert run("explain", URL, *source, "--home", home)[0] in (1, 2)
    assert run("verify-site", "gialai", "--replay", archive, "--home", home)[0] in (1, 2)
    crawled, printed = run("crawl", "gialai", "--replay", archive, "--limit", 1, "--home", home)
    assert crawled in (1, 2), printed
    assert run("verify", "--home", home)[0] == 0
