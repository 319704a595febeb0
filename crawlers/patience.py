"""Does what a host asks for: Retry-After is obeyed, and a host that says "later" is left alone."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response

LONGEST_WAIT = 300  # seconds; a host that asks for more is not asked again in this run


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, which wait as long as a 429 or 503 says."""

    async def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        wait = asked_wait(response)
        if wait is None:
            return super().process_response(request, response)
        engine = self.crawler.engine
        assert engine is not None
        if wait > LONGEST_WAIT:
            reason = f"the host asks to come back in {wait} seconds"
            self.crawler.spider.end_early(reason)  # type: ignore[union-attr]
            return response
        # One crawl is one site, so to pause the engine is to leave the host alone.
        engine.pause()
        try:
            await asyncio.sleep(wait)
        finally:
            engine.unpause()
        return super().process_response(request, response)


def asked_wait(response: Response) -> int | None:
    """Seconds that a response asks to wait (RFC 9110, 10.2.3); None where it does not."""
    value = response.headers.get("Retry-After")
    if response.status not in (429, 503) or not value:
        return None
    text = value.decode("latin-1").strip()
    if text.isdigit():
        return int(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0, int((moment - datetime.now(UTC)).total_seconds()))
