"""Compare the synthetic pages with real ones: the sizes that make a page slow to extract.

    python benchmarks/batch/page_statistics.py WARC...

WARC: files of real pages; only articles of known sites are counted.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from reading import Page, captured

from batch import sites
from crawlers.extraction.article import extract_article
from crawlers.extraction.html import UnreadablePage, parse
from crawlers.registry import all_sites

FIGURES = ("bytes", "elements", "links", "script_bytes", "words")


def synthetic() -> Iterator[Page]:
    """Some pages made from each fixture."""
    for number, name in enumerate(sites.register(len(sites.fixtures()))):
        _listing, *articles = sites.pages(number, 5)
        for url, body in articles:
            yield Page(body, url, all_sites()[name], datetime.now(UTC))


def figures(page: Page) -> tuple[int, ...] | None:
    """The figures of a page in the order of FIGURES; None for a page without an article."""
    try:
        read = extract_article(page.body, page.url, page.site, page.captured_at)
    except UnreadablePage:
        return None
    elements = list(parse(page.body)[0].iter("*"))
    scripts = (len(e.text or "") for e in elements if e.tag in ("script", "style"))
    links = sum(e.tag == "a" for e in elements)
    words = sum(len(block.text.split()) for block in read.blocks)
    return len(page.body), len(elements), links, sum(scripts), words


def figure_table(pages: Iterable[Page]) -> dict[str, dict[str, float]]:
    rows = [found for page in pages if (found := figures(page)) is not None]
    columns = zip(FIGURES, zip(*rows, strict=True), strict=True)
    return {
        name: {"mean": round(statistics.mean(column)), "median": statistics.median(column)}
        for name, column in columns
    }


if __name__ == "__main__":
    ways = {"synthetic": figure_table(synthetic())}
    if sys.argv[1:]:
        ways["real"] = figure_table(captured([Path(file) for file in sys.argv[1:]]))
    sys.stdout.write(json.dumps(ways) + "\n")
