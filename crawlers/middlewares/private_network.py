"""Private-network guard (against SSRF): no request reaches an address that is not public.

Pages are untrusted: a redirect may point to any address, and a host name may resolve to an address
inside the network that the crawler runs in.
"""

from __future__ import annotations

import logging
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.abstract import isIPAddress
from twisted.internet.defer import Deferred

from crawlers.crawl.errors import RequestRefused
from storage.messages.reasons_crawl import CrawlReason
from storage.network import host_and_port, host_names, is_private
from storage.reasons import Reason

logger = logging.getLogger(__name__)
DEFAULT_PORTS = {"http": 80, "https": 443}


class PrivateNetworkMiddleware:
    """Refuses requests to private addresses, unless ALLOW_PRIVATE_HOSTS lists host and port."""

    def __init__(self, crawler: Crawler) -> None:
        self.allowed = frozenset(crawler.settings.getlist("ALLOW_PRIVATE_HOSTS"))
        self.allowed_names = host_names(self.allowed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
        # A listed name may resolve to a private address, so its other ports are refused, too.
        guarded = is_private(host) or host == "localhost" or host in self.allowed_names
        if guarded and host_and_port(host, port) not in self.allowed:
            raise RequestRefused(Reason(CrawlReason.PRIVATE_HOST, host=host))


class PublicResolver(CachingThreadedResolver):
    """Scrapy's DNS resolver, which refuses private addresses of names not in ALLOW_PRIVATE_HOSTS.

    `scrapy crawl` installs it by the setting TWISTED_DNS_RESOLVER; a crawler runner does not, so
    schedules/batch/reactor.py does.
    """

    allowed_names: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        resolver = super().from_crawler(crawler, reactor)
        resolver.allowed_names = host_names(crawler.settings.getlist("ALLOW_PRIVATE_HOSTS"))
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:
        address = super().getHostByName(name, timeout)
        # The middleware checks IP addresses, and the ports of allowed names.
        if name not in self.allowed_names and not isIPAddress(name):
            address.addCallback(self._refuse_private, name)
        return address

    @staticmethod
    def _refuse_private(address: str, name: str) -> str:
        if is_private(address):
            logger.warning("refused: %s resolves to %s, a private address", name, address)
            raise OSError(f"{name} resolves to {address}, a private address")
        return address
