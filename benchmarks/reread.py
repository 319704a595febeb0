"""What does `tinwatch reparse` cost after a rule changed, and what does it publish? Nothing.

    python benchmarks/reread.py [--articles N] [--json]

Makes a home in a temporary folder with that many articles (the pages of a sample site, each with
its own address, title and text), publishes them, changes two rules of the site and reads all
captures again, over all cores. Then the same once more with the rules as they are now. Prints the
events that each published, its time and its pace; ends with exit code 1 where an event came out.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table
from sqlite_utils import Database

from crawlers.extraction.article import extract_article
from crawlers.registry import all_sites
from crawlers.reprocess.reparse import reread
from crawlers.spider import SiteSpider
from pipelines.items import ArticleRead
from pipelines.recording.recorder import Recorder
from schedules.publishing.publish import publish
from storage.archive.writer import CaptureWriter
from storage.home import Home, open_home
from storage.run_stats import RunStats
from storage.runs.repository import register_site
from tinwatch.demo import sample_sites

SITE = "gialai"
TAKEN = datetime(2025, 3, 9, 18, 30, tzinfo=UTC)
HTML = "text/html; charset=utf-8"
COUNTS = {"requests": 1, "responses": 1, "listings": 1, "links": 1}  # of a run that passes


@dataclass(frozen=True, slots=True)
class Figures:
    """One rereading. `changed`: articles that read otherwise; `revisions`: of cause reader."""

    articles: int
    changed: int
    revisions: int
    published: int
    held: int
    seconds: float
    articles_a_second: float


def pages(site: type[SiteSpider], count: int) -> Iterator[tuple[str, bytes]]:
    """Addresses and bytes of so many articles, all different, made of the sample's."""
    given = [p for p in sample_sites.pages(SITE, 1) if site.key_of(p.url) and p.status == 200]
    for number in range(count):
        page = given[number % len(given)]
        key = str(site.key_of(page.url))
        own = str(9_000_000 + number)
        html = page.body.decode().replace(key, own)
        html = html.replace("</h1>", f" (kỳ {number})</h1>", 1)
        html = html.replace("</p>", f" Đây là kỳ thứ {number} của loạt bài.</p>")
        yield page.url.replace(key, own), html.encode()


def fill(home: Home, db: Database, site: type[SiteSpider], count: int) -> None:
    """A passed run that found so many articles."""
    register_site(db, site.facts())
    with closing(CaptureWriter(home.captures, SITE, {})) as captures:
        recorder = Recorder(db, SITE, "crawl", captures, clock=TAKEN)
        for url, body in pages(site, count):
            head = [("Content-Type", HTML)]
            capture = captures.write_response(url, TAKEN, 200, "OK", head, body)
            page = extract_article(body, url, site, TAKEN, HTML)
            recorder.record(ArticleRead(page, capture, TAKEN))
        recorder.finish(RunStats.from_json(COUNTS), swept=True)
    (done,) = publish(db, home, [SITE])
    if done.verdict.status != "passed" or done.events != count:
        raise SystemExit(f"the home was not made as meant: {done}")


def change_rules(site: type[SiteSpider]) -> None:
    """The lead is taken from elsewhere, and nobody is the author: every article reads otherwise."""
    select = {**site.select, "lead": [".article__title"]}
    exclude = [*site.exclude, "figcaption"]
    all_sites()[SITE] = type("Changed", (site,), {"name": SITE, "select": select, "exclude": exclude})


def measure(home: Home, db: Database) -> Figures:
    before = counts(db)
    began = time.perf_counter()
    done = reread(home, [SITE])[SITE]
    seconds = time.perf_counter() - began
    after = counts(db)
    new = [b - a for a, b in zip(before, after, strict=True)]
    pace = done.articles / seconds
    return Figures(
        done.articles, done.changed, new[2], new[0], new[1], round(seconds, 2), round(pace, 1)
    )


def counts(db: Database) -> tuple[int, int, int]:
    """Events in the ledger, events that wait, revisions of the cause reader."""
    reader = db.execute("SELECT count(*) FROM revisions WHERE cause = 'reader'").fetchone()[0]
    return db["events"].count, db["held_events"].count, reader


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=10_000, help="how many are stored")
    parser.add_argument("--json", action="store_true", help="end with one JSON line")
    asked = parser.parse_args()
    if asked.articles < 1:
        parser.error("--articles must be 1 or more")
    site = all_sites()[SITE]
    with TemporaryDirectory() as folder:
        home = open_home(Path(folder))
        with closing(home.database()) as db:
            fill(home, db, site, asked.articles)
            change_rules(site)
            found = {"changed rules": measure(home, db), "same rules": measure(home, db)}
    print_table(found)
    if asked.json:
        print(json.dumps({name: asdict(figures) for name, figures in found.items()}))
    if any(figures.published or figures.held for figures in found.values()):
        sys.exit(1)


def print_table(found: dict[str, Figures]) -> None:
    table = Table("reread", "articles", "changed", "revisions", "events", "seconds", "a second")
    for name, f in found.items():
        events = str(f.published + f.held)
        pace = (f"{f.seconds:.1f}", f"{f.articles_a_second:.0f}")
        table.add_row(name, str(f.articles), str(f.changed), str(f.revisions), events, *pace)
    Console().print(table)


if __name__ == "__main__":
    main()
