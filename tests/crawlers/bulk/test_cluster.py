"""A bulk job on a real cluster: a scheduler and two worker processes over TCP."""

from __future__ import annotations

import gzip
import re
import signal
import subprocess
import zlib
from pathlib import Path

import pytest

from crawlers.registry import get_site
from storage.archive.decoding import MAX_BODY_BYTES
from tests.crawlers.bulk.archives import (
    contents,
    dask_cluster,
    environment,
    extract,
    extract_alone,
    extract_command,
    rows,
    sample_archive,
    wait_for,
)
from tests.storage.bulk.archive_files import packed, record
from tinwatch.demo import sample_sites

SPLIT = ("--split", "1")  # the command counts megabytes: a file is a task
COPIES = 3
SITE_URL = "https://baohaugiang.com.vn/kinh-te/"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("archive")
    made = sample_archive(folder, (1, 2, 3, 4), only=("haugiang", "laocai", "backan"))
    copies = [folder / f"copy-{n}-{file.name}" for n in range(COPIES) for file in made]
    for copy in copies:
        copy.write_bytes((folder / copy.name.split("-", 2)[2]).read_bytes())
    return copies


@pytest.fixture(scope="module")
def alone(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("alone")
    extract_alone(folder, files, split_bytes=1_000_000)
    return folder


def finished(folder: Path) -> int:
    return len(list(folder.glob("_tasks/*.json")))


def test_killed_workers_and_clients_lose_and_double_nothing(
    files: list[Path], alone: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with dask_cluster(tmp_path) as (scheduler, workers):
        command = extract_command(files, out, "--scheduler", scheduler, *SPLIT)
        client = subprocess.Popen(command, env=environment(), stderr=subprocess.DEVNULL)
        wait_for(lambda: finished(out) >= 2, "no task finished")
        workers[0].send_signal(signal.SIGKILL)
        before = finished(out)
        wait_for(lambda: finished(out) >= before + 1, "no task finished after a worker was killed")
        client.kill()
        client.wait()
        assert finished(out) < len(files)
        row = extract(files, out, "--scheduler", scheduler, *SPLIT)
    assert 0 < row["skipped"] < row["tasks"] == len(files)
    assert contents(out) == contents(alone)
    assert row["articles"] == len(rows(alone, "articles"))


def test_a_local_cluster_makes_the_same_files(
    files: list[Path], alone: Path, tmp_path: Path
) -> None:
    row = extract(files, tmp_path, "--workers", "2", *SPLIT)
    assert contents(tmp_path) == contents(alone)
    assert (row["failed"], row["problems"]) == (0, [])


def with_length(data: bytes, length: int) -> bytes:
    """Return a record whose header states another length of its content."""
    return re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % length, data, count=1)


def huge_record(url: str, zeros: int) -> bytes:
    """A packed record with a body of so many zeros, made without holding it."""
    head, _, end = record(url, b"\0").partition(b"\0")
    http_bytes = len(head.partition(b"\r\n\r\n")[2])
    packer = zlib.compressobj(1, wbits=31)
    parts = [packer.compress(with_length(head, zeros + http_bytes))]
    parts += [packer.compress(bytes(1 << 24)) for _ in range(zeros >> 24)]
    return b"".join([*parts, packer.compress(end), packer.flush()])


def bomb(url: str) -> bytes:
    """A record of some kilobytes whose body is decoded to twenty times the limit."""
    body = gzip.compress(gzip.compress(bytes(20 * MAX_BODY_BYTES)))
    coding = b"Content-Encoding: gzip, gzip\r\n"
    data = record(url, body)
    stated = len(data.partition(b"\r\n\r\n")[2]) - len(b"\r\n\r\n")
    data = data.replace(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n" + coding)
    return packed([with_length(data, stated + len(coding))])


def test_damage_a_huge_record_and_a_bomb_are_named_and_passed(tmp_path: Path) -> None:
    site = get_site("haugiang")
    pages = [p for p in sample_sites.pages("haugiang", 1) if site.key_of(p.url)]
    good = [packed([record(page.url, page.body)]) for page in pages]
    damaged = bytearray(good[1])
    damaged[300:310] = bytes(10)
    huge, bombed = (
        huge_record(f"{SITE_URL}lon-1001.html", 2 << 30),
        bomb(f"{SITE_URL}bom-1002.html"),
    )
    file = tmp_path / "a.warc.gz"
    file.write_bytes(b"".join([good[0], huge, good[2], damaged, bombed, *good[3:]]))
    out = tmp_path / "out"
    row = extract([file, tmp_path / "none.warc.gz"], out, "--workers", "2", code=1)
    assert sorted(problem["reason_code"] for problem in row["problems"]) == [
        "file_unreadable", "record_damaged", "response_too_large", "response_too_large",
    ]  # fmt: skip
    assert row["failed"] == 4
    assert row["articles"] == len(good) - 1
