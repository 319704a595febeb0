"""Sitemaps are a source of links, and articles are fetched whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.crawlers.fetching.conftest import Crawled


def test_newest_sitemaps_of_an_index_are_read(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["indexed"]
    for batch, new in ((1, 12), (2, 1)):
        asked = [path for path in crawl.paths(batch) if path.startswith("/sitemap")]
        # Those after the first are empty, so the oldest is read as well.
        assert asked == ["/sitemap.xml", *(f"/sitemap-{n}.xml.gz" for n in (4, 3, 2, 1))]
        assert crawl.stats(batch)["new"] == new


def test_no_request_is_conditional(crawls: dict[str, Crawled]) -> None:
    for name, crawl in crawls.items():
        assert {seen["condition"] for seen in crawl.report["log"]} <= {""}, name
