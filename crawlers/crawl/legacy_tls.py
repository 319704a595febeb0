"""TLS for hosts with `legacy_tls`: TLS 1.0 and 1.1, weak keys (DH of 1024 bits) and old ciphers.

OpenSSL refuses them at its default security level, and Scrapy's settings of TLS versions and
ciphers do not change that level. So the crawl gets a policy of its own by
DOWNLOADER_CLIENTCONTEXTFACTORY, which Scrapy 2.19 calls deprecated without another way to this. As
in every crawl, certificates are not verified.
"""

from __future__ import annotations

from typing import Any, Self

from OpenSSL import SSL
from scrapy.crawler import Crawler
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

CIPHERS = b"ALL:!aNULL:!eNULL:@SECLEVEL=0"
OP_LEGACY_SERVER_CONNECT = 0x4  # servers without secure renegotiation, as Scrapy admits them


@implementer(IPolicyForHTTPS)
class LegacyTlsPolicy:
    """Makes the connections of one crawl."""

    def __init__(self, **_: Any) -> None:
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        context.set_cipher_list(CIPHERS)
        context.set_min_proto_version(SSL.TLS1_VERSION)
        context.set_options(OP_LEGACY_SERVER_CONNECT)
        self.context = context

    @classmethod
    def from_crawler(cls, crawler: Crawler, **_: Any) -> Self:
        return cls()

    def creatorForNetloc(self, hostname: bytes, port: int) -> LegacyTlsCreator:
        return LegacyTlsCreator(self.context, hostname)


@implementer(IOpenSSLClientConnectionCreator)
class LegacyTlsCreator:
    """Makes a connection to one host."""

    def __init__(self, context: SSL.Context, hostname: bytes) -> None:
        self.context = context
        self.hostname = hostname

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:
        connection = SSL.Connection(self.context, None)
        connection.set_tlsext_host_name(self.hostname)
        connection.set_connect_state()
        return connection
