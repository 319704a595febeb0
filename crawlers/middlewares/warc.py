"""Writes every response to the site's WARC file, as received, before anything else reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawlers.crawl.download import RECEIVED
from crawlers.crawl.errors import RequestRefused
from storage.archive.writer import CaptureWriter
from storage.messages.reasons_crawl import RunEnd
from storage.reasons import Reason


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
        captured_at = request.meta.get("captured_at") or datetime.now(UTC).replace(microsecond=0)
        captures: CaptureWriter = spider.captures  # type: ignore[union-attr]
        try:
            request.meta["capture"] = captures.write_response(
                received.url, captured_at, received.status, _phrase(received.status),
                _headers(received), received.body,
            )  # fmt: skip
        except OSError as error:
            reason = Reason(RunEnd.CAPTURES_NOT_WRITTEN, error=error.strerror or str(error))
            spider.stop(reason)  # type: ignore[union-attr]
            raise RequestRefused(reason) from error
        return response


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _headers(response: Response) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]
