"""Why a page did not come, in words a reader of the report understands."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.crawl.soft404 import is_barred_place
from pipelines.items import ArticleMissing, FetchFailed, Observation
from storage.archive.writer import CaptureError

# Twisted does not pass on why a resolver refuses
# (crawlers.middlewares.private_network.PublicResolver, which logs it).
NO_ADDRESS = "the host's name is not known, or leads into a private network"

OFF_SITE = "leads off the site"  # how the fence begins its refusal of another host

FORBIDDEN = "robots.txt forbids it"

WORDS = {
    "CannotResolveHostError": NO_ADDRESS,
    "DNSLookupError": NO_ADDRESS,
    "DownloadTimeoutError": "no answer in time",
    "TimeoutError": "no answer in time",
    "TCPTimedOutError": "no answer in time",
    "DownloadConnectionRefusedError": "connection refused",
    "ConnectionRefusedError": "connection refused",
    "DownloadCancelledError": "larger than the limit for a page",
    "CancelledError": "larger than the limit for a page",
    "ResponseDataLossError": "the answer broke off",
    "DownloadFailedError": "the connection broke off",
    "ResponseNeverReceived": "the connection broke off",
    "ConnectionLost": "the connection broke off",
    "ConnectionDone": "the connection broke off",
}

IGNORED = {  # what Scrapy's middlewares say
    "max redirections reached": "redirects in a circle, or too often",
    "Forbidden by robots.txt": FORBIDDEN,
}


def off_site_host(reason: str) -> str | None:
    """The foreign host that a refused request led to, without "www."; None for other reasons."""
    start = f"{OFF_SITE}, to "
    return reason.removeprefix(start).removeprefix("www.") if reason.startswith(start) else None


def plain_words(failure: Failure) -> str:
    error = failure.value
    if isinstance(error, IgnoreRequest | CaptureError):
        text = str(error) or type(error).__name__
        return IGNORED.get(text, text)
    for kind in type(error).__mro__:
        if kind.__name__ in WORDS:
            return WORDS[kind.__name__]
    return f"{type(error).__name__}: {error}"


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
    asked, known, reason = asked_url(request), state.get("known"), plain_words(failure)
    host = off_site_host(reason)
    barred = host is not None and is_barred_place(request.url)
    if known is not None and host and not barred:
        return ArticleMissing(known, asked, "redirect", reason, None, now, host=host)
    return FetchFailed(
        asked,
        state.get("key"),
        reason,
        now,
        known=known is not None,
        listing="key" not in state,
        refused=reason == FORBIDDEN,
        blocked=barred,
        host=host,
    )
