"""Scrapy's redirect middlewares, which report too many redirects by a reason code."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares import redirect
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawlers.crawl.errors import RequestRefused
from storage.messages.reasons_crawl import CrawlReason
from storage.reasons import Reason


class _RefusesLoops:
    """Raises RequestRefused after REDIRECT_MAX_TIMES."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        try:
            return super().process_response(request, response)  # type: ignore[misc,no-any-return]
        except IgnoreRequest as error:  # Scrapy raises it for one reason only
            raise RequestRefused(Reason(CrawlReason.REDIRECT_LOOP)) from error


class RedirectMiddleware(_RefusesLoops, redirect.RedirectMiddleware):  # type: ignore[misc]
    """Follows redirects by status."""


class MetaRefreshMiddleware(_RefusesLoops, redirect.MetaRefreshMiddleware):  # type: ignore[misc]
    """Follows <meta http-equiv="refresh">."""
