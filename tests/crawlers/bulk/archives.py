"""Archives of the sample sites, datasets made of them, and a Dask cluster of processes over TCP."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crawlers.bulk.chain import PieceChain
from crawlers.bulk.extract_piece import extract_piece
from crawlers.bulk.selection import ArchiveSelection
from storage.bulk.dataset import DatasetFolder
from storage.bulk.pieces import Piece, find_files, pieces_of
from tinwatch.demo import sample_sites

ROOT = Path(__file__).resolve().parents[3]
TIME_LIMIT = 180  # seconds
SPLIT_BYTES = 40_000


def sample_archive(
    folder: Path, batches: Sequence[int] = (1, 2), only: Sequence[str] | None = None
) -> list[Path]:
    return [sample_sites.pack(batch, folder, only) for batch in batches]


def planned(files: list[Path], split_bytes: int = SPLIT_BYTES) -> list[Piece]:
    urls = find_files([str(file) for file in files])
    return [piece for url in urls for piece in pieces_of(url, split_bytes)]


def extract_alone(
    folder: Path, files: list[Path], selection: ArchiveSelection | None = None,
    split_bytes: int = SPLIT_BYTES,
) -> None:  # fmt: skip
    """Make the dataset in this process, one task after the other."""
    selection = selection or ArchiveSelection()
    DatasetFolder(str(folder)).begin(selection.to_dict())
    pieces = planned(files, split_bytes)
    chain = PieceChain(pieces)
    while pieces:
        piece = pieces.pop(0)
        task = extract_piece(str(folder), selection, selection.rules, piece)
        pieces = [*chain.add(piece, task), *pieces]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a dataset but those that stand for work under way."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def rows(folder: Path | str, table: str) -> list[dict[str, Any]]:
    import pyarrow.dataset as arrow

    found = arrow.dataset(f"{folder}/{table}", partitioning="hive").to_table().to_pylist()
    return sorted(found, key=lambda row: (row["warc"], row["warc_offset"]))


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200", **more}


def extract_command(files: Sequence[str | Path], out: str | Path, *options: str) -> list[str]:
    names = [str(file) for file in files]
    return [
        sys.executable, "-m", "tinwatch", "bulk", "extract", *names, "--out", str(out), *options,
    ]  # fmt: skip


def extract(
    files: Sequence[str | Path], out: str | Path, *options: str, code: int = 0, **more: str
) -> dict[str, Any]:
    """Run the command; return its row of JSON."""
    done = subprocess.run(
        extract_command(files, out, "--json", *options), env=environment(**more), check=False,
        capture_output=True, text=True, timeout=TIME_LIMIT,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


def wait_for(ready: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + TIME_LIMIT
    while not ready():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@contextmanager
def dask_cluster(folder: Path, workers: int = 2, **more: str) -> Iterator[tuple[str, Any]]:
    """A scheduler and worker processes over TCP: yield its address, and the workers to kill."""
    file = folder / "scheduler.json"
    file.unlink(missing_ok=True)
    started: list[subprocess.Popen[bytes]] = []

    def start(module: str, *options: str) -> subprocess.Popen[bytes]:
        command = [
            sys.executable, "-m", f"distributed.cli.{module}", "--scheduler-file", str(file),
            "--no-dashboard", *options,
        ]  # fmt: skip
        process = subprocess.Popen(
            command, env=environment(**more), cwd=folder, stderr=subprocess.DEVNULL
        )
        started.append(process)
        return process

    try:
        start("dask_scheduler", "--port", "0", "--host", "127.0.0.1")
        wait_for(lambda: file.is_file() and bool(file.read_text()), "no scheduler")
        running = [
            start("dask_worker", "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
            for _ in range(workers)
        ]
        yield json.loads(file.read_text())["address"], running
    finally:
        for process in started:
            process.kill()
            process.wait()
        shutil.rmtree(folder / "dask-scratch-space", ignore_errors=True)
