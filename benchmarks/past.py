"""Cost of captures of the past that arrive in any order: `tinwatch import` of many WARC files.

    python benchmarks/past.py [--captures N] [--articles N] [--files N] [--json]

Writes WARC files with the captures of one site over fifteen years: pages of the size of real ones,
with other teasers in each capture, edits and captures of errors. Each file holds the captures of a
year of all articles, and the files are imported in a random order, into an empty home. Importing
includes extraction, the stories and publishing. Exit code 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from batch import processes, sites
from rich.console import Console
from sqlite_utils import Database

from storage.archive.writer import CaptureWriter

GOALS = {"captures_a_second": 150.0, "megabytes": 500.0}  # at least; at most
SITE = "haugiang"
BEGIN = datetime(2008, 1, 1, tzinfo=UTC)
YEARS = 15
EDITED = 0.15  # share of captures in which the text differs from the one before
ABSENT = 0.04  # share of captures with status 404
SEED = 21


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--captures", type=int, default=100_000)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--files", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = write_files(folder, chosen.captures, chosen.articles, chosen.files)
        figures = measure(folder, files)
    print_figures(figures)
    if chosen.json:
        print(json.dumps(figures))
    is_slow = figures["captures_a_second"] < GOALS["captures_a_second"]
    return int(is_slow or figures["megabytes"] > GOALS["megabytes"])


def write_files(folder: Path, captures: int, articles: int, count: int) -> list[Path]:
    """Write the captures; return the files in the order in which they are to be imported."""
    chance = random.Random(SEED)
    (fixture,) = (one for one in sites.fixtures() if one.site.name == SITE)
    host = fixture.site.domains[0]
    parts = [folder / f"part-{n}" for n in range(count)]
    with ExitStack() as opened:
        writers = [
            opened.enter_context(closing(CaptureWriter(part, SITE, day=BEGIN.date())))
            for part in parts
        ]
        for number in range(articles):
            url = f"https://{host}{sites.article_path(fixture, number)}"
            body = sites.article_page(fixture, 0, number, host).decode()
            own = captures // articles + (number < captures % articles)
            for at, status, page in versions(chance, body, own):
                years = (at - BEGIN) / timedelta(days=365 * YEARS)
                writer = writers[int(years * count)]
                writer.write_response(url, at, status, "", sites.HTML, page)
    chance.shuffle(parts)
    return [file for part in parts for file in part.glob("*/*.warc.gz")]


def versions(chance: random.Random, body: str, count: int) -> Iterator[tuple[datetime, int, bytes]]:
    """Yield time, status and bytes of an article's captures, in the order of their times."""
    edits = 0
    minutes = sorted(chance.sample(range(YEARS * 365 * 24 * 60), count))
    for capture, minute in enumerate(minutes):
        at = BEGIN + timedelta(minutes=minute)
        if chance.random() < ABSENT:
            yield at, 404, b"<html><body>404 Not Found</body></html>"
            continue
        edits += chance.random() < EDITED
        page = body.replace("</p>", f" Bản sửa lần thứ {edits}.</p>", 1) if edits else body
        yield at, 200, page.replace("dataLayer", f"visits={capture};dataLayer").encode()


def measure(folder: Path, files: list[Path]) -> dict[str, float]:
    """Import the files with one command."""
    home = folder / "home"
    command = [sys.executable, "-m", "tinwatch", "import", "--site", SITE, "--home", str(home)]
    cost = processes.run([[*command, *map(str, files)]], folder, folder / "log")
    if cost.code:
        raise SystemExit(f"the import failed: {(folder / 'log').read_text('utf-8')}")
    db = Database(next(home.glob("*.db")))
    counts = {
        name: db.execute(query).fetchone()[0]
        for name, query in {
            "captures": "SELECT (SELECT count(*) FROM sightings) + "
            "(SELECT count(*) FROM failed_checks) + (SELECT count(*) FROM early_misses)",
            "articles": "SELECT count(*) FROM articles",
            "revisions": "SELECT count(*) FROM revisions",
            "events": "SELECT count(*) FROM events",
        }.items()
    }
    return counts | {
        "seconds": round(cost.seconds, 1),
        "cpu_seconds": round(cost.cpu, 1),
        "captures_a_second": round(counts["captures"] / cost.seconds, 1),
        "megabytes": round(cost.pss_bytes / 1e6, 1),  # of all processes
    }


def print_figures(figures: dict[str, float]) -> None:
    console = Console(highlight=False)
    for name, value in figures.items():
        goal = f" (goal: {GOALS[name]:g})" if name in GOALS else ""
        console.print(f"{name.replace('_', ' ')}: {value:,}{goal}", markup=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
