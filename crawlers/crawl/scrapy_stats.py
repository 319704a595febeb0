"""What Scrapy counted on the way, under the names that a run's stats have for it."""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler

NAMES = {
    "requests": "downloader/request_count",
    "responses": "downloader/response_count",
    "bytes": "downloader/response_bytes",
}


def scrapy_counts(crawler: Crawler) -> dict[str, Any]:
    """`robots_unreadable` (why) only where it was (crawlers/middlewares/robotstxt.py)."""
    assert crawler.stats is not None
    counted = crawler.stats.get_stats()
    found = {name: counted.get(theirs, 0) for name, theirs in NAMES.items()}
    why = counted.get("robotstxt/unreadable")
    return found | {"robots_unreadable": why} if why else found
