"""Why a page did not come, as a reason."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.crawl.soft404 import is_barred_place
from pipelines.items import ArticleMissing, FetchFailed, Observation, Outcome
from storage.archive.writer import CaptureError
from storage.messages.reasons_crawl import CrawlReason
from storage.reasons import Reason, ReasonError

# By the name of an exception of Scrapy or Twisted, which are slow to import. Twisted does not
# pass on why a resolver refuses: a private address is NO_ADDRESS as well.
CAUSES = {
    "CannotResolveHostError": CrawlReason.NO_ADDRESS,
    "DNSLookupError": CrawlReason.NO_ADDRESS,
    "DownloadTimeoutError": CrawlReason.TIMEOUT,
    "TimeoutError": CrawlReason.TIMEOUT,
    "TCPTimedOutError": CrawlReason.TIMEOUT,
    "DownloadConnectionRefusedError": CrawlReason.CONNECTION_REFUSED,
    "ConnectionRefusedError": CrawlReason.CONNECTION_REFUSED,
    "DownloadCancelledError": CrawlReason.RESPONSE_TOO_LARGE,
    "CancelledError": CrawlReason.RESPONSE_TOO_LARGE,
    "ResponseDataLossError": CrawlReason.RESPONSE_INCOMPLETE,
    "DownloadFailedError": CrawlReason.CONNECTION_LOST,
    "ResponseNeverReceived": CrawlReason.CONNECTION_LOST,
    "ConnectionLost": CrawlReason.CONNECTION_LOST,
    "ConnectionDone": CrawlReason.CONNECTION_LOST,
}

IGNORED = {  # Scrapy's middlewares say no more than this text
    "max redirections reached": CrawlReason.REDIRECT_LOOP,
    "Forbidden by robots.txt": CrawlReason.ROBOTS_FORBIDDEN,
}


class RequestRefused(ReasonError, IgnoreRequest):
    """One of our middlewares does not let a request pass."""


def failure_reason(failure: Failure) -> Reason:
    """The reason of a failed request, by its exception."""
    error = failure.value
    if isinstance(error, ReasonError):
        return error.reason
    if isinstance(error, IgnoreRequest | CaptureError):
        text = str(error) or type(error).__name__
        cause = IGNORED.get(text)
        return Reason(cause) if cause else Reason(CrawlReason.ERROR, error=text)
    for kind in type(error).__mro__:
        if kind.__name__ in CAUSES:
            return Reason(CAUSES[kind.__name__])
    return Reason(CrawlReason.ERROR, error=f"{type(error).__name__}: {error}")


def off_site_host(reason: Reason) -> str | None:
    """The foreign host that a refused request led to, without "www."; None for other reasons."""
    if reason.code != CrawlReason.OFF_SITE:
        return None
    return str(reason.params["host"]).removeprefix("www.")


def asked_url(page: Request | Response) -> str:
    """The URL that was asked for, before any redirect."""
    return str((page.meta.get("redirect_urls") or [page.url])[0])


def seen_at(response: Response, clock: datetime | None) -> datetime:
    """When a page was seen: the replay's clock, or when a live response was received."""
    capture = response.meta.get("capture")
    taken: datetime | None = clock or (capture.captured_at if capture is not None else None)
    return taken or datetime.now(UTC)


def failed_fetch(failure: Failure, now: datetime) -> Observation | None:
    """What a request without a response says; None where that is nothing.

    An article that leads to another host is missing on this one. A login page, wherever it is,
    says nothing of the article; nor does a failure at the address that an article's page names
    as canonical (`twin`).
    """
    request: Request = failure.request  # type: ignore[attr-defined]
    state = request.cb_kwargs
    if state.get("twin"):
        return None
    asked, known, reason = asked_url(request), state.get("known"), failure_reason(failure)
    host = off_site_host(reason)
    barred = host is not None and is_barred_place(request.url)
    if known is not None and host and not barred:
        return ArticleMissing(known, asked, Outcome.REDIRECT, reason, None, now, host=host)
    return FetchFailed(
        asked,
        state.get("key"),
        reason,
        now,
        known=known is not None,
        listing="key" not in state,
        refused=reason.code == CrawlReason.ROBOTS_FORBIDDEN,
        blocked=barred,
        host=host,
    )
