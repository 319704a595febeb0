"""Speed and quality of our extraction, compared with general extraction tools in one run.

    python benchmarks/reading.py [--warc FILE ...] [--rounds N] [--json]

Time: from bytes to a normalised article, on the pages of the WARC files (--warc; by default the
real pages in ../shared/captures, if that folder exists, otherwise our fixtures). The tools take
turns within each round. The result is the CPU time of each page in the round that took least,
because other load only adds to it, also as a ratio to lxml's parse of the same bytes. Quality: on
the project's fixtures, whose expected values were written by people. Install the tools with pip
install .[bench]; missing ones are listed and left out.
"""

from __future__ import annotations

import argparse
import json
import re
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

from crawlers.extraction import foreign_boxes as boxes
from crawlers.extraction import html as links
from crawlers.extraction import line_catalogue
from crawlers.extraction import lines as blocks
from crawlers.extraction.article import extract_article
from crawlers.registry import all_sites
from crawlers.selectors import indexed_names
from crawlers.spider import SiteSpider
from pipelines.record import normalise as record
from pipelines.record.bylines import organisations, photo_credits, roles, sources
from pipelines.record.bylines import parse as bylines
from pipelines.record.bylines import person_names as names
from pipelines.record.dates import parse as dates
from pipelines.record.normalise import normalise
from pipelines.text import normal_forms as text
from pipelines.text import urls
from storage.archive.reader import read_records
from storage.models import Article

UTF8 = "text/html; charset=utf-8"  # as these hosts declare it
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
class Extraction:
    """What a tool extracts from a page; None if the tool has no such field."""

    text: str
    title: str | None = None
    date: str | None = None  # ISO 8601, with the precision of the tool
    authors: tuple[str, ...] | None = None


def tinwatch(page: Page) -> Extraction:
    raw = extract_article(page.body, page.url, page.site, page.captured_at, UTF8)
    article: Article = normalise(raw)
    text = "\n".join(block.text for block in article.body)
    authors = tuple(author.name for author in article.authors)
    return Extraction(text, article.title, article.published, authors)


def lxml_parse(page: Page) -> Extraction:
    etree.fromstring(page.body, etree.HTMLParser(encoding="utf-8"))
    return Extraction("")


def soup(page: Page) -> Extraction:
    """BeautifulSoup with the same selectors, as in many spiders."""
    tree = BeautifulSoup(page.body, "lxml")

    def first(field: str) -> str | None:
        for rule in _css(page.site, field):
            element = tree.select_one(rule)
            if element is not None:
                return str(element.get("content") or element.get_text(" ", strip=True))
        return None

    body = next((b for rule in _css(page.site, "body") for b in tree.select(rule)), None)
    paragraphs = [p.get_text(" ", strip=True) for p in body.find_all("p")] if body else []
    byline = first("byline")
    authors = (byline,) if byline else ()
    return Extraction("\n".join(paragraphs), first("title"), first("published"), authors)


def _css(site: type[SiteSpider], field: str) -> list[str]:
    """Return the CSS rules of a field; BeautifulSoup does not support XPath."""
    return [rule for rule in site.select.get(field, []) if not rule.startswith("/")]


def readability(page: Page) -> Extraction:
    from readability import Document

    document = Document(page.body.decode("utf-8", "replace"))
    text = BeautifulSoup(document.summary(), "lxml").get_text("\n", strip=True)
    return Extraction(text, document.short_title())


def justext(page: Page) -> Extraction:
    import justext as tool

    paragraphs = tool.justext(page.body, tool.get_stoplist("Vietnamese"), encoding="utf-8")
    return Extraction("\n".join(p.text for p in paragraphs if not p.is_boilerplate))


def newspaper4k(page: Page) -> Extraction:
    from newspaper import Article as Tool

    tool = Tool(page.url, language="vi", fetch_images=False)  # no tool may use the network
    tool.download(input_html=page.body.decode("utf-8", "replace"))
    tool.parse()
    date = tool.publish_date.isoformat() if tool.publish_date else None
    return Extraction(tool.text, tool.title, date, tuple(tool.authors))


def trafilatura(page: Page) -> Extraction:
    from trafilatura import bare_extraction

    document = bare_extraction(page.body, url=page.url, with_metadata=True, include_comments=False)
    if document is None:
        return Extraction("")
    authors = tuple(a.strip() for a in (document.author or "").split(";") if a.strip())
    return Extraction(document.text or "", document.title, document.date, authors)


TOOLS: dict[str, Callable[[Page], Extraction]] = {
    "lxml parse alone": lxml_parse,
    "tinwatch": tinwatch,
    "BeautifulSoup + selectors": soup,
    "readability": readability,
    "justext": justext,
    "newspaper4k": newspaper4k,
    "trafilatura": trafilatura,
}


def installed_tools() -> tuple[dict[str, Callable[[Page], Extraction]], list[str]]:
    """Return the installed tools and the names of the missing ones."""
    missing = [name for name, module in PEERS.items() if find_spec(module) is None]
    return {name: tool for name, tool in TOOLS.items() if name not in missing}, missing


def fixtures() -> list[tuple[Page, dict[str, Any]]]:
    cases = []
    for file in sorted((ROOT / "tests" / "sites").glob("*/*/expected.json")):
        expected = json.loads(file.read_text(encoding="utf-8"))
        site = all_sites().get(file.parts[-3])
        page = file.parent / "page.html"
        if site is None or not page.exists() or not expected.get("body"):
            continue
        captured_at = datetime.fromisoformat(expected["captured_at"])
        cases.append((Page(page.read_bytes(), expected["url"], site, captured_at), expected))
    return cases


def captured(files: list[Path]) -> list[Page]:
    """Return the article pages of our sites in WARC files."""
    return [
        Page(record.body, record.url, site, record.captured_at.astimezone(UTC))
        for file in files
        for record in read_records(file)
        for site in all_sites().values()
        if record.status == 200 and site.key_of(record.url) is not None
    ]


def clear_caches() -> None:
    """Clear our caches, so that no page is in a cache from the round before."""
    for module in (
        blocks, boxes, bylines, dates, line_catalogue, links, names, organisations, photo_credits,
        record, roles, sources, text, urls,
    ):  # fmt: skip
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    indexed_names.cache_clear()


def times(
    tools: dict[str, Callable[[Page], Extraction]], pages: list[Page], rounds: int
) -> dict[str, float]:
    """Return the mean CPU milliseconds of a page, each in the round that took least."""
    for tool in tools.values():
        tool(pages[0])  # imports and initialisation are not measured
    least = {name: [float("inf")] * len(pages) for name in tools}
    for turn in range(rounds):
        order = list(tools) if turn % 2 == 0 else list(reversed(tools))
        for name in order:
            clear_caches()
            for number, page in enumerate(pages):
                start = time.process_time()
                tools[name](page)
                least[name][number] = min(least[name][number], time.process_time() - start)
    return {name: sum(seconds) / len(pages) * 1000 for name, seconds in least.items()}


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def token_f1(extracted: str, expected: str) -> float:
    left, right = words(extracted), words(expected)
    both = sum((left & right).values())
    return 2 * both / (left.total() + right.total() or 1)


def quality(
    tool: Callable[[Page], Extraction], cases: list[tuple[Page, dict[str, Any]]]
) -> dict[str, float]:
    """Return the shares of fixtures with exactly right fields, and the mean F1 of the body."""
    right: Counter[str] = Counter()
    f1 = 0.0
    for page, expected in cases:
        try:
            result = tool(page)
        except Exception:  # a tool that fails on a page extracts nothing
            result = Extraction("")
        f1 += token_f1(result.text, "\n".join(block["text"] for block in expected["body"]))
        right["title"] += (result.title or "").strip() == expected["title"]
        right["date"] += same_date(result.date, expected["published"])
        authors = [author["name"] for author in expected["authors"]]
        right["authors"] += list(result.authors or ()) == authors
    shares = {field: right[field] / len(cases) for field in ("title", "date", "authors")}
    return {"body_f1": f1 / len(cases), **shares}


def same_date(extracted: str | None, expected: str | None) -> bool:
    """Compare the day, and the minute if it is printed."""
    if not extracted or not expected:
        return not extracted and not expected
    return extracted[:16] == expected[:16]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--warc", type=Path, action="append", help="WARC file of real pages")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print only the JSON line")
    options = parser.parse_args()
    cases = fixtures()
    files = options.warc or sorted(CAPTURES.glob("*.warc.gz"))
    pages = captured(files) or [page for page, _ in cases]
    tools, missing = installed_tools()
    cost = times(tools, pages, max(1, options.rounds))
    scores = {name: quality(tool, cases) for name, tool in tools.items() if tool is not lxml_parse}
    size = sum(len(page.body) for page in pages) / len(pages)
    if not options.json:
        show(cost, scores, len(pages), size, len(cases), missing)
    ratios = {name: round(ms / cost["lxml parse alone"], 2) for name, ms in cost.items()}
    figures = {
        "pages": len(pages),
        "bytes_a_page": round(size),
        "fixtures": len(cases),
        "ms_a_page": {name: round(ms, 3) for name, ms in cost.items()},
        "times_lxml_parse": ratios,
        "quality": {n: {k: round(v, 4) for k, v in q.items()} for n, q in scores.items()},
        "not_installed": missing,
    }
    sys.stdout.write(json.dumps(figures) + "\n")


def show(
    cost: dict[str, float],
    scores: dict[str, dict[str, float]],
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
        shares = scores.get(name, {})
        cells = [f"{shares[f]:.3f}" if f in shares else "-" for f in QUALITY]
        table.add_row(name, f"{ms:.2f}", f"{ms / cost['lxml parse alone']:.1f}", *cells)
    console = Console()
    console.print(table)
    for name in missing:
        console.print(f"{name} is not installed: pip install .[bench]")


QUALITY = ("body_f1", "title", "date", "authors")

if __name__ == "__main__":
    main()
