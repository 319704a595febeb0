"""Offsite filter: refuses requests and redirects that leave the hosts of the site."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from crawlers.crawl.errors import RequestRefused
from storage.messages.reasons_crawl import CrawlReason
from storage.reasons import Reason


def host_and_port(url: str) -> str:
    """Return the host of a URL, with its port unless it is 80 or 443."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


class OffsiteMiddleware:
    """Refuses hosts that are not in the spider's `all_hosts`.

    Scrapy's own OffsiteMiddleware allows all subdomains of a host and drops requests silently.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        host = host_and_port(request.url)
        if host not in self.crawler.spidercls.all_hosts:  # type: ignore[attr-defined]
            raise RequestRefused(Reason(CrawlReason.OFF_SITE, host=host))
