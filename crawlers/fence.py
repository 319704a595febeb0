"""Keeps the crawler on the site it watches, and out of private networks.

Pages are hostile: a redirect may point anywhere, and a name may resolve to an address inside the
network we run in.
"""

from __future__ import annotations

import ipaddress
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred


def is_private(address: str) -> bool:
    """Whether an IP address is anything but a public one; False for a name."""
    try:
        return not ipaddress.ip_address(address.strip("[]")).is_global
    except ValueError:
        return False


class FenceMiddleware:
    """Refuses requests that leave the site. ALLOW_PRIVATE_HOSTS is for tests on loopback."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.private = crawler.settings.getbool("ALLOW_PRIVATE_HOSTS")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        host = urlsplit(request.url).hostname or ""
        if not self.private and (is_private(host) or host == "localhost"):
            raise IgnoreRequest(f"refused: {host} lies in a private network")
        if host not in self.crawler.spidercls.bare_hosts:  # type: ignore[attr-defined]
            raise IgnoreRequest(f"redirects off the site, to {host}")


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, which never answers with a private address unless tests allow it."""

    allow_private = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        resolver = super().from_crawler(crawler, reactor)
        resolver.allow_private = crawler.settings.getbool("ALLOW_PRIVATE_HOSTS")
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:
        found = super().getHostByName(name, timeout)
        if not self.allow_private:
            found.addCallback(self._public, name)
        return found

    @staticmethod
    def _public(address: str, name: str) -> str:
        if is_private(address):
            raise OSError(f"refused: {name} resolves to {address}, a private address")
        return address
