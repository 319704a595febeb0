"""Sitemaps are a source of links, and articles are fetched whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.crawlers.fetching.conftest import Crawled


def test_the_newest_sitemaps_of_an_index_lead_to_articles(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["indexed"]
    for night, new in ((1, 12), (2, 1)):
        asked = [path for path in crawl.paths(night) if path.startswith("/sitemap")]
        assert asked == ["/sitemap.xml", *(f"/sitemap-{n}.xml.gz" for n in (4, 3, 2))]
        assert crawl.stats(night)["new"] == new


def test_no_request_is_conditional(crawls: dict[str, Crawled]) -> None:
    for name, crawl in crawls.items():
        assert {seen["condition"] for seen in crawl.told["log"]} <= {""}, name
