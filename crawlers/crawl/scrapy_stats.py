"""The run statistics that come from Scrapy's stats collector."""

from __future__ import annotations

from scrapy.crawler import Crawler

from storage.reasons import Reason
from storage.run_stats import RunStats

CERTIFICATE, ROBOTS = "tinwatch/certificate", "tinwatch/robots"  # middlewares/host_facts.py


def crawl_stats(crawler: Crawler) -> RunStats:
    """Return Scrapy's counts, and the host facts and robots.txt problem noted among them."""
    assert crawler.stats is not None
    counted = crawler.stats.get_stats()
    unreadable = counted.get("robotstxt/unreadable")  # crawlers/middlewares/robotstxt.py
    return RunStats(
        requests=counted.get("downloader/request_count", 0),
        responses=counted.get("downloader/response_count", 0),
        bytes=counted.get("downloader/response_bytes", 0),
        robots_unreadable=Reason.of(unreadable) if unreadable else None,
        certificate=counted.get(CERTIFICATE),
        robots=counted.get(ROBOTS),
    )
