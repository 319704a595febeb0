"""Host facts that a crawl receives anyway: the TLS certificate and robots.txt.

They need no extra request and go into the run's stats, where schedules/monitoring/host_checks.py
compares them between runs.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from crawlers.crawl.robots_rules import RobotsRules, is_html
from crawlers.crawl.scrapy_stats import CERTIFICATE, ROBOTS
from storage.db.connection import utc_text
from storage.run_stats import Certificate, RobotsFacts

MAX_ROBOTS_LINES = 30  # of robots.txt that are stored, to report what changed
MAX_ROBOTS_LINE_CHARS = 120
MAX_TESTED_ARTICLES = 20  # newest articles whose URLs are tested against robots.txt


class HostFactsMiddleware:
    """Notes the certificate and robots.txt in the crawl's stats. Changes no response."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not hasattr(crawler.spidercls, "listing_url"):
            # Spiders of single pages and domains have no run. Scrapy would print a text as warning.
            raise NotConfigured
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        assert self.crawler.stats is not None
        stats = self.crawler.stats
        if response.certificate is not None and stats.get_value(CERTIFICATE) is None:
            host = urlsplit(response.url).hostname or ""
            stats.set_value(CERTIFICATE, Certificate(host, expiry(response.certificate)))
        if urlsplit(request.url).path == "/robots.txt" and stats.get_value(ROBOTS) is None:
            facts = self._robots(response)
            if facts is not None:
                stats.set_value(ROBOTS, facts)
        return response

    def _robots(self, response: Response) -> RobotsFacts | None:
        """Return the facts of robots.txt; None for what proves nothing about it.

        That is an error, a redirect, or an HTML page, which many servers send for any address.
        """
        if response.status >= 500 or response.status in (301, 302, 303, 307, 308, 429):
            return None
        if response.status == 200 and is_html(response.body):
            return None
        spider: Any = self.crawler.spider
        articles = [a.url for a in spider.crawl_state.articles.values() if a.url]
        body = response.body if response.status == 200 else b""
        return robots_facts(body, spider.listing_urls(), articles[-MAX_TESTED_ARTICLES:])


def expiry(certificate: Any) -> str:
    """Return when a certificate (twisted.internet.ssl.Certificate) expires, as UTC text."""
    expires: datetime = certificate.original.to_cryptography().not_valid_after_utc
    return utc_text(expires.astimezone(UTC))


def robots_facts(body: bytes, listings: list[str], articles: list[str]) -> RobotsFacts:
    """Return the hash and rules of a robots.txt, and how many of these URLs it forbids."""
    rules = RobotsRules(body)
    return RobotsFacts(
        sha256=hashlib.sha256(body).hexdigest(),
        lines=tuple(_rule_lines(rules.lines)),
        listings=len(listings),
        listings_forbidden=sum(not rules.allowed(url) for url in listings),
        articles=len(articles),
        articles_forbidden=sum(not rules.allowed(url) for url in articles),
    )


def _rule_lines(lines: list[str]) -> list[str]:
    """Return the first lines of robots.txt without comments and blanks, each shortened."""
    bare = (line.split("#")[0].strip()[:MAX_ROBOTS_LINE_CHARS] for line in lines)
    return [line for line in bare if line][:MAX_ROBOTS_LINES]
