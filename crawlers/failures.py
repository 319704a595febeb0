"""Why a page did not come, in words a reader of the report understands."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest
from twisted.python.failure import Failure

from storage.captures import CaptureError

# Twisted does not pass on why a resolver refuses (crawlers.fence.PublicResolver, which logs it).
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


def plain_words(failure: Failure) -> str:
    error = failure.value
    if isinstance(error, IgnoreRequest | CaptureError):
        text = str(error) or type(error).__name__
        return IGNORED.get(text, text)
    for kind in type(error).__mro__:
        if kind.__name__ in WORDS:
            return WORDS[kind.__name__]
    return f"{type(error).__name__}: {error}"
