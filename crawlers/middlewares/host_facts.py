"""What a crawl sees of the host on its way: its certificate and its robots.txt.

Nothing is asked for it: the certificate came with a page, robots.txt is fetched before any page. It
goes into the run's stats, where schedules/monitoring/host_checks.py looks for changes.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from crawlers.crawl.scrapy_stats import CERTIFICATE, ROBOTS
from storage.db.connection import utc_text
from storage.run_stats import Certificate, RobotsFacts

MOST_LINES, LONGEST_LINE = 30, 120  # of robots.txt that are kept, to say what changed
ARTICLES = 20  # known articles of which it is asked whether robots.txt forbids them


class HostWatch:
    """Downloader middleware: looks at responses and changes none."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not hasattr(crawler.spidercls, "listing_url"):  # a look at single pages, or at domains
            raise NotConfigured("only the crawl of a site has a run to note it in")
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        assert self.crawler.stats is not None
        stats = self.crawler.stats
        if response.certificate is not None and stats.get_value(CERTIFICATE) is None:
            host = urlsplit(response.url).hostname or ""
            stats.set_value(CERTIFICATE, Certificate(host, expiry(response.certificate)))
        if urlsplit(request.url).path == "/robots.txt" and stats.get_value(ROBOTS) is None:
            found = self._robots(response)
            if found is not None:
                stats.set_value(ROBOTS, found)
        return response

    def _robots(self, response: Response) -> RobotsFacts | None:
        """None where it did not come: a server's error says nothing of what the site wants."""
        if response.status >= 500 or response.status in (301, 302, 303, 307, 308, 429):
            return None
        spider: Any = self.crawler.spider
        articles = [known.url for known in spider.memory.known.values() if known.url]
        body = response.body if response.status == 200 else b""
        agent = str(self.crawler.settings["ROBOTSTXT_USER_AGENT"])
        return robots_facts(body, agent, spider.listing_urls(), articles[-ARTICLES:])


def expiry(certificate: Any) -> str:
    """When a certificate (twisted.internet.ssl.Certificate) ends, as UTC text."""
    end: datetime = certificate.original.to_cryptography().not_valid_after_utc
    return utc_text(end.astimezone(UTC))


def robots_facts(body: bytes, agent: str, listings: list[str], articles: list[str]) -> RobotsFacts:
    """A robots.txt as it is kept: its hash, its rules, and what it forbids of these URLs."""
    text = body.decode("utf-8", "replace")
    rules = Protego.parse(text)
    return RobotsFacts(
        sha256=hashlib.sha256(body).hexdigest(),
        lines=tuple(_rules(text)),
        listings=len(listings),
        listings_forbidden=sum(not rules.can_fetch(url, agent) for url in listings),
        articles=len(articles),
        articles_forbidden=sum(not rules.can_fetch(url, agent) for url in articles),
    )


def _rules(text: str) -> list[str]:
    """Its lines without comments and blanks, the first of them, each cut."""
    bare = (line.split("#")[0].strip()[:LONGEST_LINE] for line in text.splitlines())
    return [line for line in bare if line][:MOST_LINES]
