"""Keeps the crawler on the site it watches, and out of private networks.

Pages are hostile: a redirect may point anywhere, and a name may resolve to an address inside the
network we run in.
"""

from __future__ import annotations

import ipaddress
import logging
from functools import lru_cache
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.abstract import isIPAddress
from twisted.internet.defer import Deferred

from crawlers.crawl.errors import RequestRefused
from storage.messages.reasons_crawl import CrawlReason
from storage.reasons import Reason

logger = logging.getLogger(__name__)


@lru_cache(maxsize=256)  # asked for each request, of the same few hosts
def is_private(address: str) -> bool:
    """Whether an IP address is anything but a public one; False for a name."""
    try:
        return not ipaddress.ip_address(address.strip("[]")).is_global
    except ValueError:
        return False


def place_of(url: str) -> str:
    """The host of an address, with its port where that is not the usual one."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


class PublicFence:
    """Refuses requests into private networks. ALLOW_PRIVATE_HOSTS is for tests on loopback."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.private = crawler.settings.getbool("ALLOW_PRIVATE_HOSTS")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        host = urlsplit(request.url).hostname or ""
        if not self.private and (is_private(host) or host == "localhost"):
            raise RequestRefused(Reason(CrawlReason.PRIVATE_HOST, host=host))


class FenceMiddleware(PublicFence):
    """Refuses requests that leave the site as well."""

    def process_request(self, request: Request) -> None:
        super().process_request(request)
        place = place_of(request.url)
        if place not in self.crawler.spidercls.all_hosts:  # type: ignore[attr-defined]
            raise RequestRefused(Reason(CrawlReason.OFF_SITE, host=place))


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, which never answers with a private address unless tests allow it.

    `scrapy crawl` installs it by the setting TWISTED_DNS_RESOLVER; a crawler runner does not, so
    schedules/batch/reactor.py does.
    """

    allow_private = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        resolver = super().from_crawler(crawler, reactor)
        resolver.allow_private = crawler.settings.getbool("ALLOW_PRIVATE_HOSTS")
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:
        found = super().getHostByName(name, timeout)
        if not self.allow_private and not isIPAddress(name):  # of those the middleware judges
            found.addCallback(self._public, name)
        return found

    @staticmethod
    def _public(address: str, name: str) -> str:
        if is_private(address):
            logger.warning("refused: %s resolves to %s, a private address", name, address)
            raise OSError(f"{name} resolves to {address}, a private address")
        return address
