"""Retry-After (RFC 9110, section 10.2.3): wait as long as a 429 or 503 response asks."""

from __future__ import annotations

import asyncio
import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response

from storage.messages.reasons_crawl import RunEnd
from storage.reasons import Reason

MAX_TOTAL_WAIT_SECONDS = 300  # per run; beyond this the site is left to the next run


class RetryAfterMiddleware(RetryMiddleware):
    """Waits for Retry-After before Scrapy's own retry.

    A crawl has one request in flight (CONCURRENT_REQUESTS = 1), so waiting here pauses the site.
    """

    total_wait_seconds = 0

    async def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        wait = parse_retry_after(response)
        if wait is None:
            return super().process_response(request, response)
        spider = self.crawler.spider
        self.total_wait_seconds += wait
        if self.total_wait_seconds > MAX_TOTAL_WAIT_SECONDS:
            spider.stop(Reason(RunEnd.RETRY_AFTER_TOO_LONG, seconds=wait))  # type: ignore[union-attr]
            return response
        if await _wait_unless_stopping(spider.stopping, wait):  # type: ignore[union-attr]
            return response
        return super().process_response(request, response)


async def _wait_unless_stopping(stopping: asyncio.Event, seconds: float) -> bool:
    """Wait `seconds`. Return True immediately if the crawl is stopping."""
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return False
    return True


def parse_retry_after(response: Response) -> int | None:
    """Return the seconds that a 429 or 503 response asks to wait, or None if it does not ask."""
    value = (response.headers.get("Retry-After") or b"").strip()
    if response.status not in (429, 503) or not value:
        return None
    if value.isdigit():  # bytes.isdigit() accepts ASCII digits only
        return int(value[:9])
    try:
        moment = parsedate_to_datetime(value.decode("latin-1"))
    except ValueError:
        return None
    if moment.tzinfo is None:  # the zone "-0000" of an obsolete date format
        moment = moment.replace(tzinfo=UTC)
    return max(0, math.ceil((moment - datetime.now(UTC)).total_seconds()))
