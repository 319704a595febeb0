"""Does what a host asks for: Retry-After is obeyed, and a host that says "later" is left alone."""

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

PATIENCE = 300  # seconds of asked-for waiting in one run; then the site is left for the next


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, which wait as long as a 429 or 503 says.

    One crawl is one site and has one request under way (CONCURRENT_REQUESTS), so to wait here is
    to leave the host alone.
    """

    waited = 0

    async def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        wait = asked_wait(response)
        if wait is None:
            return super().process_response(request, response)
        spider = self.crawler.spider
        self.waited += wait
        if self.waited > PATIENCE:
            spider.end_early(Reason(RunEnd.RETRY_AFTER_TOO_LONG, seconds=wait))  # type: ignore[union-attr]
            return response
        if await _ended(spider.ending, wait):  # type: ignore[union-attr]
            return response
        return super().process_response(request, response)


async def _ended(ending: asyncio.Event, seconds: float) -> bool:
    """Waits, and returns True at once where the crawl is being ended meanwhile."""
    try:
        await asyncio.wait_for(ending.wait(), seconds)
    except TimeoutError:
        return False
    return True


def asked_wait(response: Response) -> int | None:
    """Seconds that a response asks to wait (RFC 9110, 10.2.3); None where it does not."""
    value = (response.headers.get("Retry-After") or b"").strip()
    if response.status not in (429, 503) or not value:
        return None
    if value.isdigit():  # of bytes: ASCII digits only
        return int(value[:9])
    try:
        moment = parsedate_to_datetime(value.decode("latin-1"))
    except ValueError:
        return None
    if moment.tzinfo is None:  # "-0000" in the old form of a date
        moment = moment.replace(tzinfo=UTC)
    return max(0, math.ceil((moment - datetime.now(UTC)).total_seconds()))
