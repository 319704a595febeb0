"""The reason (storage/reasons.py) of a request that brought no page."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.crawl.soft404 import is_block_url
from pipelines.items import ArticleMissing, FetchFailed, Observation
from storage.checks.failed_checks import CheckOutcome
from storage.messages import ReasonError
from storage.messages.reasons_crawl import CrawlReason
from storage.reasons import Reason

# Exceptions of Scrapy and Twisted by class name, because their modules are slow to import.
# Twisted does not pass on why a resolver refuses: a private address is NO_ADDRESS as well.
REASON_BY_EXCEPTION = {
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


class RequestRefused(ReasonError, IgnoreRequest):
    """One of the project's middlewares refused a request."""


def failure_reason(failure: Failure) -> Reason:
    """Return the reason of a failed request by its exception."""
    error = failure.value
    if (refusal := _tls_error(error)) is not None:
        return Reason(CrawlReason.TLS_FAILED, error=refusal)
    if isinstance(error, ReasonError):
        return error.reason
    if isinstance(error, IgnoreRequest):
        return Reason(CrawlReason.ERROR, error=str(error) or type(error).__name__)
    for error_class in type(error).__mro__:
        if error_class.__name__ in REASON_BY_EXCEPTION:
            return Reason(REASON_BY_EXCEPTION[error_class.__name__])
    return Reason(CrawlReason.ERROR, error=f"{type(error).__name__}: {error}")


def _tls_error(error: BaseException | None) -> str | None:
    """Return OpenSSL's words if the TLS handshake failed: "dh key too small".

    Scrapy's exception has Twisted's as its cause, which lists failures.
    """
    reasons = getattr(getattr(error, "__cause__", None), "reasons", None) or []
    for reason in reasons:
        if type(reason.value).__module__.startswith("OpenSSL"):
            words = [part for entry in reason.value.args[0] for part in entry[2:] if part]
            return ", ".join(words) or "no reason given"
    return None


def off_site_host(reason: Reason) -> str | None:
    """Return the foreign host of an off-site refusal, without "www."; None for other reasons."""
    if reason.code != CrawlReason.OFF_SITE:
        return None
    return str(reason.params["host"]).removeprefix("www.")


def requested_url(page: Request | Response) -> str:
    """Return the requested URL, before any redirect."""
    return str((page.meta.get("redirect_urls") or [page.url])[0])


def observation_time(response: Response, clock: datetime | None) -> datetime:
    """Return when a page was observed: the replay's clock, or the time of the live response."""
    capture = response.meta.get("capture")
    observed: datetime | None = clock or (capture.captured_at if capture is not None else None)
    return observed or datetime.now(UTC)


def observe_failure(failure: Failure, now: datetime) -> Observation | None:
    """Return the observation of a request that brought no response, or None if it proves nothing.

    An article that redirects to another host is missing on this one. A redirect to a login page
    proves nothing about the article, and neither does a failure at the address that an article's
    page names as canonical (`duplicate`).
    """
    request: Request = failure.request  # type: ignore[attr-defined]
    state = request.cb_kwargs
    if state.get("duplicate"):
        return None
    url, article_id = requested_url(request), state.get("article_id")
    reason = failure_reason(failure)
    host = off_site_host(reason)
    blocked = host is not None and is_block_url(request.url)
    if article_id is not None and host and not blocked:
        return ArticleMissing(
            article_id, url, CheckOutcome.REDIRECT, reason, None, now, redirect_host=host
        )
    return FetchFailed(
        url,
        state.get("key"),
        reason,
        now,
        is_stored=article_id is not None,
        is_listing="key" not in state,
        disallowed=reason.code == CrawlReason.ROBOTS_FORBIDDEN,
        blocked=blocked,
        redirect_host=host,
    )
