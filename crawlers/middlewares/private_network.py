"""Private-network guard (against SSRF): no request reaches an address that is not public.

Pages are untrusted: a redirect may point to any address, and a host name may resolve to an address
inside the network that the crawler runs in.
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


@lru_cache(maxsize=256)  # called for each request, with the same few hosts
def is_private(address: str) -> bool:
    """Whether an IP address is not a public one. False for a host name."""
    try:
        return not ipaddress.ip_address(address.strip("[]")).is_global
    except ValueError:
        return False


class PrivateNetworkMiddleware:
    """Refuses requests to private addresses. ALLOW_PRIVATE_HOSTS is for tests on loopback."""

    def __init__(self, crawler: Crawler) -> None:
        self.allow_private = crawler.settings.getbool("ALLOW_PRIVATE_HOSTS")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        host = urlsplit(request.url).hostname or ""
        if not self.allow_private and (is_private(host) or host == "localhost"):
            raise RequestRefused(Reason(CrawlReason.PRIVATE_HOST, host=host))


class PublicResolver(CachingThreadedResolver):
    """Scrapy's DNS resolver, which refuses private addresses unless ALLOW_PRIVATE_HOSTS is set.

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
        address = super().getHostByName(name, timeout)
        if not self.allow_private and not isIPAddress(name):  # the middleware checks IP addresses
            address.addCallback(self._refuse_private, name)
        return address

    @staticmethod
    def _refuse_private(address: str, name: str) -> str:
        if is_private(address):
            logger.warning("refused: %s resolves to %s, a private address", name, address)
            raise OSError(f"{name} resolves to {address}, a private address")
        return address
