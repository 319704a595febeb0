"""Bulk extraction: pages a second and core from WARC files to Parquet, and memory of a worker.

    python benchmarks/bulk.py [--pages N] [--files N] [--rounds N] [--json]

The files hold synthetic pages with the sizes of real ones (batch/page_statistics.py), every text of
its own. Three measurements:

alone: one process reads them to a dataset, everything normalised; pages per second of processor
    time, the best of the rounds. In the same rounds, in turns, trafilatura reads some of the same
    records, lxml alone parses them, and they are extracted and normalised alone. `times_lxml_parse`
    is what a page costs as a multiple of lxml's parse: it depends least on a busy machine.
cluster: the same job on a local Dask cluster of one worker and of two; `speedup` is the ratio of
    their times, started clusters and loaded modules not counted.
memory: the largest resident memory of any worker.

Exit code 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from batch import sites
from lxml import etree
from rich.console import Console
from rich.table import Table
from trafilatura import bare_extraction

from crawlers.bulk.extract_piece import extract_piece
from crawlers.bulk.job import dask_client, run_job
from crawlers.bulk.selection import ArchiveSelection
from crawlers.extraction.article import extract_article
from pipelines.record.normalise import normalise
from storage.bulk.dataset import DatasetFolder
from storage.bulk.pieces import Piece, find_files, pieces_of
from storage.bulk.records import PieceReader

GOALS = {"pages_a_second_and_core": 500.0, "speedup": 1.8}
MAX_WORKER_MEGABYTES = 600
SPLIT_BYTES = 4_000_000
SAMPLED_PIECES, PIECE_PAGES = 6, 40  # that other tools read in a round
KNOWN_SITES = 26
CAPTURED_AT = datetime(2026, 3, 20, tzinfo=UTC)


def write_files(folder: Path, files: int, pages: int) -> None:
    """Write WARC files of `pages` pages in all, several sites in each file."""
    names = sites.register(KNOWN_SITES)
    share = max(2, pages // (files * 2) + 1)  # with the listing
    for number in range(files):
        parts = []
        for site in (2 * number, 2 * number + 1):
            part = folder / "part"
            sites.write_warc(part, site % len(names), share)
            parts.append(part.read_bytes())
            part.unlink()
        (folder / f"{number:03d}.warc.gz").write_bytes(b"".join(parts))


def plan(folder: Path) -> list[Piece]:
    files = find_files([f"{folder}/*.warc.gz"])
    return [piece for file in files for piece in pieces_of(file, SPLIT_BYTES)]


def extract(pieces: list[Piece], out: Path) -> int:
    """Extract in this process into a new folder; return the number of articles."""
    selection = ArchiveSelection()
    DatasetFolder(str(out)).begin(selection.to_dict())
    done = [extract_piece(str(out), selection, selection.rules, piece) for piece in pieces]
    return sum(task.counts["articles"] for task in done)


def read_some(pieces: list[Piece], read: Callable[[bytes, str], object]) -> int:
    """Read some of the same records with another tool; return how many."""
    selection, count = ArchiveSelection(), 0
    for piece in pieces[:: max(1, len(pieces) // SAMPLED_PIECES)]:
        of_piece = 0
        for entry in PieceReader(piece, lambda url: selection.site_of(url) is not None).entries():
            if entry.record is None:
                continue
            read(entry.record.decoded(), entry.record.url)
            count += 1
            of_piece += 1
            if of_piece == PIECE_PAGES:
                break
    return count


def trafilatura(body: bytes, url: str) -> object:
    return bare_extraction(body, url=url, with_metadata=True, include_comments=False)


def lxml_parse(body: bytes, url: str) -> object:
    return etree.fromstring(body, etree.HTMLParser(encoding="utf-8"))


def extract_and_normalise(body: bytes, url: str) -> object:
    site = ArchiveSelection().site_of(url)
    assert site is not None
    return normalise(extract_article(body, url, site, CAPTURED_AT, "text/html; charset=utf-8"))


def cost(work: Callable[[], int]) -> float:
    """Return milliseconds of processor time a page."""
    before = time.process_time()
    pages = work()
    return 1000 * (time.process_time() - before) / pages


def costs(folder: Path, rounds: int) -> dict[str, float]:
    """Return what a page costs each tool, the least of the rounds, the reading of WARC included."""
    pieces = plan(folder)
    others = {
        "trafilatura": trafilatura, "lxml": lxml_parse, "extraction": extract_and_normalise,
        "reading": lambda body, url: None,
    }  # fmt: skip
    extract(pieces[:1], folder / "warm")  # imports are not measured
    found: defaultdict[str, list[float]] = defaultdict(list)
    for turn in range(rounds):
        out = folder / f"alone-{turn}"
        found["tinwatch"].append(cost(lambda out=out: extract(pieces, out)))
        for name, tool in others.items():
            found[name].append(cost(lambda tool=tool: read_some(pieces, tool)))
        shutil.rmtree(out)
    return {name: min(values) for name, values in found.items()}


def bytes_a_page(folder: Path) -> int:
    sizes: list[int] = []
    read_some(plan(folder), lambda body, url: sizes.append(len(body)))
    return round(sum(sizes) / len(sizes))


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def on_cluster(folder: Path, workers: int) -> dict[str, float]:
    """Run the job on a new cluster; return pages a second, and the memory of a worker."""
    with dask_client(None, workers) as client:
        client.run(sites.register, KNOWN_SITES)
        run_job(client, str(folder / f"warm-{workers}"), ArchiveSelection(), plan(folder)[:workers])
        started = time.perf_counter()
        out = str(folder / f"workers-{workers}")
        result = run_job(client, out, ArchiveSelection(), plan(folder))
        seconds = time.perf_counter() - started
        memory = max(client.run(peak_megabytes).values())
    return {"pages_a_second": result.counts["articles"] / seconds, "worker_megabytes": memory}


def missed(figures: dict[str, Any]) -> list[str]:
    below = [name for name, goal in GOALS.items() if figures[name] < goal]
    too_much = figures["worker_megabytes"] > MAX_WORKER_MEGABYTES
    return [*below, *(["worker_megabytes"] if too_much else [])]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=6000)
    parser.add_argument("--files", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print only the JSON line")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder, options.files, options.pages)
        size = sum(file.stat().st_size for file in folder.glob("*.warc.gz"))
        body_bytes = bytes_a_page(folder)
        milliseconds = costs(folder, max(1, options.rounds))
        one, two = on_cluster(folder, 1), on_cluster(folder, 2)
    parse = milliseconds["lxml"] - milliseconds["reading"]
    figures: dict[str, Any] = {
        "pages": options.pages,
        "bytes_a_page": body_bytes,
        "warc_megabytes": round(size / 1e6, 1),
        "pages_a_second_and_core": round(1000 / milliseconds["tinwatch"], 1),
        "trafilatura_pages_a_second_and_core": round(1000 / milliseconds["trafilatura"], 1),
        "lxml_parses_a_second_and_core": round(1000 / parse, 1),
        "times_lxml_parse": round(milliseconds["tinwatch"] / parse, 2),
        "extraction_times_lxml_parse": round(
            (milliseconds["extraction"] - milliseconds["reading"]) / parse, 2
        ),
        "one_worker_pages_a_second": round(one["pages_a_second"], 1),
        "two_workers_pages_a_second": round(two["pages_a_second"], 1),
        "speedup": round(two["pages_a_second"] / one["pages_a_second"], 2),
        "worker_megabytes": round(max(one["worker_megabytes"], two["worker_megabytes"])),
        "core_hours_a_million_pages": round(milliseconds["tinwatch"] / 3.6, 2),
    }
    figures["missed"] = missed(figures)
    if not options.json:
        show(figures)
    sys.stdout.write(json.dumps(figures) + "\n")
    return int(bool(figures["missed"]))


def show(figures: dict[str, Any]) -> None:
    table = Table("figure", "value", "goal")
    goals: dict[str, Any] = {**GOALS, "worker_megabytes": f"at most {MAX_WORKER_MEGABYTES}"}
    for name, value in figures.items():
        if name != "missed":
            table.add_row(name.replace("_", " "), str(value), str(goals.get(name, "")))
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
