"""Measure the speed of a nightly batch, and compare it with plain Scrapy and a naive pipeline.

    python benchmarks/night.py [--sites 120] [--pages 100] [--json]

The batch crawls synthetic sites (benchmarks/batch/sites.py) from WARC files through the real
pipeline: find, fetch, archive, extract, compare, store, index, publish; each site in its own
process, two at a time. The same files are crawled by plain Scrapy, which extracts nothing, and by a
naive pipeline (BeautifulSoup, dateparser, one commit per row, a full-text index), without and with
repost detection (MinHash of datasketch: pip install .[bench]). Each of these runs as two processes
with half of the sites. The speed of a machine changes within minutes, so a naive pipeline crawls
half of its sites before the batch and half after it; the cost of its second start is subtracted.

An unmeasured batch of six other pages per site comes first, because the smoke check of a new site
takes two seconds.

A shared machine gives less than two cores. So the benchmark prints pages per second by the clock,
and those that two whole cores would reach, computed from the CPU time.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from batch import processes, sites
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent / "batch"
CORES = 2
PAGES_OF_FIRST_BATCH = 6
GOALS = {"pages_a_second": 300, "times_naive": 5, "memory_mb": 600}


NAIVE = ("naive", "reposts") if find_spec("datasketch") else ("naive",)
MEASUREMENTS = (  # (way, which half of its sites, or None for all)
    *((way, 0) for way in NAIVE),
    ("plain", None), ("tinwatch", None),
    *((way, 1) for way in NAIVE),
)  # fmt: skip
START_ONLY = 1_000_000  # a "half" without any site: measures only the start


def commands(way: str, half: int | None, folder: Path, count: int) -> list[list[str]]:
    warcs = str(folder / "warcs")
    if way == "tinwatch":
        script = [sys.executable, str(HERE / "isolated_batch.py")]
        return [[*script, str(folder / "home"), warcs, str(count)]]
    peers = [sys.executable, str(HERE / "scrapy_pipelines.py"), way, warcs]
    first, step = (0, CORES) if half is None else (half * CORES, 2 * CORES)
    end = [str(step), str(count), str(folder / f"{way}.db")]
    return [[*peers, str(first + n), *end] for n in range(CORES)]


def stored(way: str, folder: Path, count: int) -> int | None:
    """Articles stored in the measured batch: shows that no way is fast by skipping work."""
    if way == "plain":
        return None
    path = folder / "home" / "tinwatch.db" if way == "tinwatch" else folder / f"{way}.db"
    db = sqlite3.connect(path)
    try:
        articles = int(db.execute("SELECT COUNT(*) FROM articles").fetchone()[0])
    finally:
        db.close()
    return articles - (PAGES_OF_FIRST_BATCH - 1) * count if way == "tinwatch" else articles


def run(folder: Path, count: int) -> dict[str, processes.Cost]:
    """The cost of each way, both halves together."""
    costs: dict[str, processes.Cost] = {}
    for way, half in MEASUREMENTS:
        cost = run_part(way, half, folder, count)
        costs[way] = costs[way].plus(cost) if half else cost
    for way in NAIVE:
        costs[way] = costs[way].minus(run_part(way, START_ONLY, folder, count))
    return costs


def run_part(way: str, half: int | None, folder: Path, count: int) -> processes.Cost:
    log = folder / f"{way}.log"
    cost = processes.run(commands(way, half, folder, count), ROOT, log)
    if cost.code:
        raise SystemExit(f"{way} ended with {cost.code}: {log.read_text()[-2000:]}")
    return cost


def way_figures(
    way: str, cost: processes.Cost, folder: Path, count: int, pages: int
) -> dict[str, Any]:
    total = count * pages
    return {
        "seconds": round(cost.seconds, 2),
        "cpu_seconds": round(cost.cpu, 2),
        "pages_a_second": round(total / cost.seconds, 1),
        "pages_a_second_of_two_cores": round(CORES * total / cost.cpu, 1),
        "memory_mb": round(cost.pss_bytes / 1e6),
        "resident_mb": round(cost.rss_bytes / 1e6),
        "articles": stored(way, folder, count),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sites", type=int, default=120)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--json", action="store_true", help="only the closing JSON line")
    options = parser.parse_args()
    with TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "warcs").mkdir()
        (folder / "home").mkdir()
        (folder / "home" / "settings.toml").write_text(f"sites_at_once = {CORES}\n")
        before = folder / "before"
        before.mkdir()
        for n in range(options.sites):
            file = before / f"{sites.name_of(n)}.warc.gz"
            sites.write_warc(file, n, PAGES_OF_FIRST_BATCH, batch=1)
        script = [
            sys.executable,
            str(HERE / "isolated_batch.py"),
            str(folder / "home"),
            str(before),
        ]
        processes.run([[*script, str(options.sites)]], ROOT, folder / "before.log")
        size = sum(
            sites.write_warc(folder / "warcs" / f"{sites.name_of(n)}.warc.gz", n, options.pages)
            for n in range(options.sites)
        )
        ways = {
            way: way_figures(way, cost, folder, options.sites, options.pages)
            for way, cost in run(folder, options.sites).items()
        }
    figures = all_figures(ways, options.sites, options.pages, size)
    if not options.json:
        show(figures)
    sys.stdout.write(json.dumps(figures) + "\n")
    raise SystemExit(0 if figures["reached"] else 1)


def all_figures(
    ways: dict[str, dict[str, Any]], count: int, pages: int, size: int
) -> dict[str, Any]:
    ours, plain = ways["tinwatch"], ways["plain"]
    times = {way: ways[way]["cpu_seconds"] / ours["cpu_seconds"] for way in NAIVE}
    naive = NAIVE[-1]  # with repost detection if datasketch is installed
    by_clock = ways[naive]["seconds"] / ours["seconds"]
    return {
        "sites": count,
        "pages": count * pages,
        "bytes_a_page": round(size / (count * pages)),
        "ways": ways,
        "times_naive": round(times[naive], 2),
        "times_naive_by_clock": round(by_clock, 2),
        "times_naive_without_reposts": round(times["naive"], 2),
        "of_plain_scrapy": round(plain["cpu_seconds"] / ours["cpu_seconds"], 3),
        "share_ours": round(1 - plain["cpu_seconds"] / ours["cpu_seconds"], 3),
        "goals": GOALS,
        "reached": ours["pages_a_second"] >= GOALS["pages_a_second"]
        and min(times[naive], by_clock) >= GOALS["times_naive"]
        and ours["memory_mb"] < GOALS["memory_mb"],
    }


def show(figures: dict[str, Any]) -> None:
    table = Table(
        "way", "s", "CPU s", "pages/s", "two cores", "PSS MB", "RSS MB", "articles",
        title=f"{figures['pages']} pages of {figures['bytes_a_page'] / 1000:.0f} kB, "
        f"{figures['sites']} sites",
    )  # fmt: skip
    for way, cost in figures["ways"].items():
        table.add_row(way, *(str(value) for value in cost.values()))
    console = Console()
    console.print(table)
    console.print(
        f"{figures['times_naive']} times the naive pipeline by CPU time "
        f"({figures['times_naive_without_reposts']} without repost detection), "
        f"{figures['times_naive_by_clock']} times by the clock; "
        f"{figures['share_ours']:.0%} of the batch's CPU time is not plain Scrapy's"
    )


if __name__ == "__main__":
    main()
