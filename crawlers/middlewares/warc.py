"""Writes each request and response to the site's WARC file before anything else reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response

from crawlers.crawl.download import RECEIVED
from crawlers.crawl.errors import RequestRefused
from storage.archive.warc_record import SentRequest
from storage.archive.writer import CaptureWriter
from storage.messages.reasons_crawl import RunEnd
from storage.reasons import Reason

SECRET_HEADERS = ("authorization", "cookie", "proxy-authorization")


class WarcMiddleware:
    """Stands next to the downloader, so that it receives the bytes as the host sent them."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Write the response. Stop the crawl if it cannot be written (a full disk)."""
        request.meta.pop("capture", None)
        received: Response = request.meta.pop(RECEIVED, response)
        if request.meta.get("not_in_replay"):
            return response
        spider = self.crawler.spider
        replayed_at = request.meta.get("captured_at")  # set in a replay, which sends no request
        captured_at = replayed_at or datetime.now(UTC).replace(microsecond=0)
        captures: CaptureWriter = spider.captures  # type: ignore[union-attr]
        try:
            request.meta["capture"] = captures.write_response(
                received.url, captured_at, received.status, _phrase(received.status),
                _pairs(received.headers), received.body,
                protocol=received.protocol or "HTTP/1.1",
                ip_address=str(received.ip_address) if received.ip_address else None,
                request=None if replayed_at else _sent(request),
            )  # fmt: skip
        except OSError as error:
            reason = Reason(RunEnd.CAPTURES_NOT_WRITTEN, error=error.strerror or str(error))
            spider.stop(reason)  # type: ignore[union-attr]
            raise RequestRefused(reason) from error
        return response


def _sent(request: Request) -> SentRequest:
    """Return the request with the headers that Scrapy's layers gave it.

    Twisted adds Host below them, which every request of HTTP/1.1 has.
    """
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = [pair for pair in _pairs(request.headers) if pair[0].lower() not in SECRET_HEADERS]
    host = parts.netloc.rpartition("@")[2]
    return SentRequest(f"{request.method} {target} HTTP/1.1", [("Host", host), *headers])


def _phrase(status: int) -> str:
    """Return the standard phrase. Scrapy passes on neither the phrase nor the case of header names
    that the server sent.
    """
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    """Return the headers as text from which the same bytes are written."""
    return [
        (name.decode("latin-1"), value.decode("utf-8", "surrogateescape"))
        for name, values in headers.items()
        for value in values
    ]
