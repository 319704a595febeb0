"""How fast and how exactly are pages read? Our reader beside the general tools, in one run.

    python benchmarks/reading.py [--warc FILE ...] [--rounds N] [--json]

Time: bytes to a normalised article, on the pages of the WARC files (--warc; by default the real
pages in ../shared/captures, where they lie beside the project, else our own fixtures). The tools
take turns within each round, so that a busy machine is busy for all of them; medians of the
rounds, as ratios to lxml's parse of the same bytes. Quality: on the project's fixtures, whose
expectations were written by reading the pages. Peers: pip install .[bench]; one that is missing
is named and left out.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from lxml import etree
from rich.console import Console
from rich.table import Table

from crawlers.extraction import lines as blocks
from crawlers.extraction.article import extract_article
from crawlers.registry import all_sites
from crawlers.spider import SiteSpider
from pipelines.record.bylines import parse as bylines
from pipelines.record.bylines import person_names as names
from pipelines.record.bylines import photo_credits, sources
from pipelines.record.normalise import normalise
from pipelines.text import normal_forms as text
from pipelines.text import urls
from storage.archive.writer import read_records
from storage.models import Article

UTF8 = "text/html; charset=utf-8"  # as these hosts send it
ROOT = Path(__file__).parent.parent
CAPTURES = ROOT.parent / "shared" / "captures"
PEERS = {"readability": "readability", "justext": "justext", "newspaper4k": "newspaper",
         "trafilatura": "trafilatura"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    body: bytes
    url: str
    site: type[SiteSpider]
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """What a tool says of a page; None where it has no such field."""

    text: str
    title: str | None = None
    date: str | None = None  # as far as the tool reads it, ISO 8601
    authors: tuple[str, ...] | None = None


def ours(page: Page) -> Reading:
    read = extract_article(page.body, page.url, page.site, page.captured_at, UTF8)
    article: Article = normalise(read)
    text = "\n".join(block.text for block in article.body)
    authors = tuple(author.name for author in article.authors)
    return Reading(text, article.title, article.published, authors)


def lxml_parse(page: Page) -> Reading:
    etree.fromstring(page.body, etree.HTMLParser(encoding="utf-8"))
    return Reading("")


def soup(page: Page) -> Reading:
    """BeautifulSoup with the same selectors, as such spiders are usually written."""
    tree = BeautifulSoup(page.body, "lxml")

    def first(field: str) -> str | None:
        for rule in _css(page.site, field):
            found = tree.select_one(rule)
            if found is not None:
                return str(found.get("content") or found.get_text(" ", strip=True))
        return None

    body = next((b for rule in _css(page.site, "body") for b in tree.select(rule)), None)
    paragraphs = [p.get_text(" ", strip=True) for p in body.find_all("p")] if body else []
    byline = first("byline")
    authors = (byline,) if byline else ()
    return Reading("\n".join(paragraphs), first("title"), first("published"), authors)


def _css(site: type[SiteSpider], field: str) -> list[str]:
    """BeautifulSoup knows no XPath: a field that only one finds is none of its fields."""
    return [rule for rule in site.select.get(field, []) if not rule.startswith("/")]


def readability(page: Page) -> Reading:
    from readability import Document

    document = Document(page.body.decode("utf-8", "replace"))
    text = BeautifulSoup(document.summary(), "lxml").get_text("\n", strip=True)
    return Reading(text, document.short_title())


def justext(page: Page) -> Reading:
    import justext as tool

    found = tool.justext(page.body, tool.get_stoplist("Vietnamese"), encoding="utf-8")
    return Reading("\n".join(p.text for p in found if not p.is_boilerplate))


def newspaper4k(page: Page) -> Reading:
    from newspaper import Article as Tool

    tool = Tool(page.url, language="vi", fetch_images=False)  # no tool may use the network
    tool.download(input_html=page.body.decode("utf-8", "replace"))
    tool.parse()
    date = tool.publish_date.isoformat() if tool.publish_date else None
    return Reading(tool.text, tool.title, date, tuple(tool.authors))


def trafilatura(page: Page) -> Reading:
    from trafilatura import bare_extraction

    found = bare_extraction(page.body, url=page.url, with_metadata=True, include_comments=False)
    if found is None:
        return Reading("")
    authors = tuple(a.strip() for a in (found.author or "").split(";") if a.strip())
    return Reading(found.text or "", found.title, found.date, authors)


TOOLS: dict[str, Callable[[Page], Reading]] = {
    "lxml parse alone": lxml_parse,
    "tinwatch": ours,
    "BeautifulSoup + selectors": soup,
    "readability": readability,
    "justext": justext,
    "newspaper4k": newspaper4k,
    "trafilatura": trafilatura,
}


def usable() -> tuple[dict[str, Callable[[Page], Reading]], list[str]]:
    missing = [name for name, module in PEERS.items() if find_spec(module) is None]
    return {name: tool for name, tool in TOOLS.items() if name not in missing}, missing


def fixtures() -> list[tuple[Page, dict[str, Any]]]:
    found = []
    for file in sorted((ROOT / "tests" / "sites").glob("*/*/expected.json")):
        expected = json.loads(file.read_text(encoding="utf-8"))
        site = all_sites().get(file.parts[-3])
        page = file.parent / "page.html"
        if site is None or not page.exists() or not expected.get("body"):
            continue
        taken = datetime.fromisoformat(expected["captured_at"])
        found.append((Page(page.read_bytes(), expected["url"], site, taken), expected))
    return found


def captured(files: list[Path]) -> list[Page]:
    """The article pages of the sites we know among WARC records."""
    return [
        Page(record.body, record.url, site, record.captured_at.astimezone(UTC))
        for file in files
        for record in read_records(file)
        for site in all_sites().values()
        if record.status == 200 and site.key_of(record.url) is not None
    ]


def forget() -> None:
    """No tool may profit from having seen a page in the round before."""
    for module in (blocks, bylines, names, photo_credits, sources, text, urls):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def times(
    tools: dict[str, Callable[[Page], Reading]], pages: list[Page], rounds: int
) -> dict[str, float]:
    """Median milliseconds a page, over the rounds."""
    for tool in tools.values():
        tool(pages[0])  # imports and first-call set-up are not what is measured
    taken: dict[str, list[float]] = {name: [] for name in tools}
    for turn in range(rounds):
        order = list(tools) if turn % 2 == 0 else list(reversed(tools))
        for name in order:
            forget()
            began = time.perf_counter()
            for page in pages:
                tools[name](page)
            taken[name].append((time.perf_counter() - began) / len(pages) * 1000)
    return {name: statistics.median(values) for name, values in taken.items()}


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def token_f1(said: str, wanted: str) -> float:
    left, right = words(said), words(wanted)
    both = sum((left & right).values())
    return 2 * both / (left.total() + right.total() or 1)


def quality(
    tool: Callable[[Page], Reading], cases: list[tuple[Page, dict[str, Any]]]
) -> dict[str, float]:
    """Shares of the fixtures on which a field is exactly right, and the mean F1 of the body."""
    right: Counter[str] = Counter()
    f1 = 0.0
    for page, expected in cases:
        try:
            read = tool(page)
        except Exception:  # a tool that breaks on a page reads nothing of it
            read = Reading("")
        f1 += token_f1(read.text, "\n".join(block["text"] for block in expected["body"]))
        right["title"] += (read.title or "").strip() == expected["title"]
        right["date"] += same_date(read.date, expected["published"])
        authors = [author["name"] for author in expected["authors"]]
        right["authors"] += list(read.authors or ()) == authors
    shares = {field: right[field] / len(cases) for field in ("title", "date", "authors")}
    return {"body_f1": f1 / len(cases), **shares}


def same_date(said: str | None, wanted: str | None) -> bool:
    """Right if it says all that is printed: the day, and the minute where there is one."""
    if not said or not wanted:
        return not said and not wanted
    return said[:16] == wanted[:16]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--warc", type=Path, action="append", help="WARC file of real pages")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="only the closing JSON line")
    options = parser.parse_args()
    cases = fixtures()
    files = options.warc or sorted(CAPTURES.glob("*.warc.gz"))
    pages = captured(files) or [page for page, _ in cases]
    tools, missing = usable()
    cost = times(tools, pages, max(1, options.rounds))
    good = {name: quality(tool, cases) for name, tool in tools.items() if tool is not lxml_parse}
    size = sum(len(page.body) for page in pages) / len(pages)
    if not options.json:
        show(cost, good, len(pages), size, len(cases), missing)
    ratios = {name: round(ms / cost["lxml parse alone"], 2) for name, ms in cost.items()}
    figures = {
        "pages": len(pages),
        "bytes_a_page": round(size),
        "fixtures": len(cases),
        "ms_a_page": {name: round(ms, 3) for name, ms in cost.items()},
        "times_lxml_parse": ratios,
        "quality": {n: {k: round(v, 4) for k, v in q.items()} for n, q in good.items()},
        "not_installed": missing,
    }
    sys.stdout.write(json.dumps(figures) + "\n")


def show(
    cost: dict[str, float],
    good: dict[str, dict[str, float]],
    pages: int,
    size: float,
    cases: int,
    missing: list[str],
) -> None:
    table = Table(
        "tool", "ms a page", "x lxml parse", "body F1", "title", "date", "authors",
        title=f"{pages} pages of {size / 1000:.0f} kB; quality on {cases} fixtures",
    )  # fmt: skip
    for name, ms in cost.items():
        shares = good.get(name, {})
        cells = [f"{shares[f]:.3f}" if f in shares else "-" for f in QUALITY]
        table.add_row(name, f"{ms:.2f}", f"{ms / cost['lxml parse alone']:.1f}", *cells)
    console = Console()
    console.print(table)
    for name in missing:
        console.print(f"{name} is not installed: pip install .[bench]")


QUALITY = ("body_f1", "title", "date", "authors")

if __name__ == "__main__":
    main()
