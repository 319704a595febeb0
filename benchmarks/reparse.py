"""Cost of `tinwatch reparse` after a change of extraction rules, which must publish no event.

    python benchmarks/reparse.py [--articles N] [--json]

Creates a home in a temporary folder with N articles (the pages of a sample site, each with its own
URL, title and text), publishes them, changes two rules of the site and parses all captures again on
all cores. Repeats this with unchanged rules. Prints the events, the time and the rate of each
reparse. Exit code 1 if any event was published.
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
from crawlers.reprocess.reparse import reparse_sites
from crawlers.spider import SiteSpider
from pipelines.items import ArticleRead
from pipelines.recording.recorder import Recorder
from schedules.publishing.publish import publish
from storage.archive.writer import CaptureWriter
from storage.home import Home, open_home
from storage.run_stats import RunStats
from storage.runs.sites import register_site
from tinwatch.demo import sample_sites

SITE = "gialai"
CAPTURED_AT = datetime(2025, 3, 9, 18, 30, tzinfo=UTC)
HTML = "text/html; charset=utf-8"
PASSING_STATS = {"requests": 1, "responses": 1, "listings": 1, "links": 1}


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of one reparse; `changed` counts articles, `revisions` those it added."""

    articles: int
    changed: int
    revisions: int
    published: int
    held: int
    seconds: float
    articles_a_second: float


def pages(site: type[SiteSpider], count: int) -> Iterator[tuple[str, bytes]]:
    """Yield (URL, bytes) of `count` different articles made from the sample pages."""
    sample_pages = [
        p for p in sample_sites.pages(SITE, 1) if site.key_of(p.url) and p.status == 200
    ]
    for number in range(count):
        page = sample_pages[number % len(sample_pages)]
        key = str(site.key_of(page.url))
        new_key = str(9_000_000 + number)
        html = page.body.decode().replace(key, new_key)
        html = html.replace("</h1>", f" (kỳ {number})</h1>", 1)
        html = html.replace("</p>", f" Đây là kỳ thứ {number} của loạt bài.</p>")
        yield page.url.replace(key, new_key), html.encode()


def fill(home: Home, db: Database, site: type[SiteSpider], count: int) -> None:
    """Store a published run that found `count` articles."""
    register_site(db, site.facts())
    with closing(CaptureWriter(home.captures, SITE, {})) as captures:
        recorder = Recorder(db, SITE, "crawl", captures, clock=CAPTURED_AT)
        for url, body in pages(site, count):
            head = [("Content-Type", HTML)]
            capture = captures.write_response(url, CAPTURED_AT, 200, "OK", head, body)
            page = extract_article(body, url, site, CAPTURED_AT, HTML)
            recorder.record(ArticleRead(page, capture, CAPTURED_AT))
        recorder.finish(RunStats.from_dict(PASSING_STATS), listings_complete=True)
    (done,) = publish(db, home, [SITE])
    if done.verdict.status != "passed" or done.events != count:
        raise SystemExit(f"the home was not set up correctly: {done}")


def change_rules(site: type[SiteSpider]) -> None:
    """Take the lead from another element and remove the author: every article changes."""
    select = {**site.select, "lead": [".article__title"]}
    exclude = [*site.exclude, "figcaption"]
    all_sites()[SITE] = type(
        "ChangedSite", (site,), {"name": SITE, "select": select, "exclude": exclude}
    )


def measure(home: Home, db: Database) -> Figures:
    before = counts(db)
    began = time.perf_counter()
    done = reparse_sites(home, [SITE])[SITE]
    seconds = time.perf_counter() - began
    after = counts(db)
    added = [b - a for a, b in zip(before, after, strict=True)]
    rate = done.articles / seconds
    return Figures(
        done.articles, done.changed, added[2], added[0], added[1], round(seconds, 2), round(rate, 1)
    )


def counts(db: Database) -> tuple[int, int, int]:
    """Return the numbers of published events, pending events and revisions made by reparse."""
    reparsed = db.execute("SELECT count(*) FROM revisions WHERE cause = 'extractor'").fetchone()[0]
    return db["events"].count, db["pending_events"].count, reparsed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=10_000, help="how many are stored")
    parser.add_argument("--json", action="store_true", help="end with one JSON line")
    options = parser.parse_args()
    if options.articles < 1:
        parser.error("--articles must be 1 or more")
    site = all_sites()[SITE]
    with TemporaryDirectory() as folder:
        home = open_home(Path(folder))
        with closing(home.database()) as db:
            fill(home, db, site, options.articles)
            change_rules(site)
            figures_by_case = {"changed rules": measure(home, db), "same rules": measure(home, db)}
    print_table(figures_by_case)
    if options.json:
        print(json.dumps({name: asdict(figures) for name, figures in figures_by_case.items()}))
    if any(figures.published or figures.held for figures in figures_by_case.values()):
        sys.exit(1)


def print_table(figures_by_case: dict[str, Figures]) -> None:
    table = Table("reparse", "articles", "changed", "revisions", "events", "seconds", "a second")
    for name, f in figures_by_case.items():
        events = str(f.published + f.held)
        rate = (f"{f.seconds:.1f}", f"{f.articles_a_second:.0f}")
        table.add_row(name, str(f.articles), str(f.changed), str(f.revisions), events, *rate)
    Console().print(table)


if __name__ == "__main__":
    main()
