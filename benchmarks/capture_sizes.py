"""Bytes that captured responses take in the archive, for the table of docs/server.md.

    python benchmarks/capture_sizes.py [WARC...] [--json]

Writes the responses of WARC files as a crawl does, each as often as the page is checked, and prints
the size of a first record and of a repeated one. Without a file it measures the pages in
tests/sites, which are smaller than real ones.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from storage.archive.reader import read_records
from storage.archive.writer import CaptureWriter

ROOT = Path(__file__).parents[1]
HEADERS = [("Content-Type", "text/html; charset=utf-8")]
CAPTURED_AT = datetime(2025, 3, 9, 18, 30, tzinfo=UTC)


def bodies(files: list[Path]) -> Iterator[bytes]:
    """Yield the decoded bodies of the responses of WARC files, or the pages of the fixtures."""
    for file in files:
        for record in read_records(file, on_error=lambda error: None):
            if record.kind == "response" and record.body:
                yield record.body
    if not files:
        for page in sorted(ROOT.glob("tests/sites/*/*/page.html")):
            yield page.read_bytes()


def written_bytes(folder: Path, body: bytes) -> tuple[int, int]:
    """Return what the archive grows by for new bytes, and for the same bytes again."""
    writer = CaptureWriter(folder, "site")
    sizes = [0]
    for _ in range(2):
        writer.write_response(
            "https://baomau.example/tin-142041.html", CAPTURED_AT, 200, "OK", HEADERS, body
        )
        sizes.append(sum(file.stat().st_size for file in folder.rglob("*.warc.gz")))
    writer.close()
    return sizes[1], sizes[2] - sizes[1]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("files", nargs="*", type=Path)
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    first, repeated = [], []
    for body in bodies(chosen.files):
        with TemporaryDirectory() as folder:
            new, again = written_bytes(Path(folder), body)
        first.append(new)
        repeated.append(again)
    tenths = quantiles(first, n=10)
    figures = {
        "responses": len(first),
        "median_bytes": int(median(first)),
        "first_tenth_bytes": int(tenths[0]),
        "last_tenth_bytes": int(tenths[-1]),
        "repeated_bytes": int(median(repeated)),
    }
    if chosen.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name.replace('_', ' ')}: {value:,}")


if __name__ == "__main__":
    main()
