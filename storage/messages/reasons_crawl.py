"""Reasons of the crawl: why a page did not come, and why a crawl ended early."""

from __future__ import annotations

from storage.reasons import Reason, ReasonCode, gettext_noop


class CrawlReason(ReasonCode):
    """Why a request brought no page. Parameters are in the messages."""

    LEGACY_TEXT = "legacy_text", "{text}"
    ERROR = "error", "{error}"  # an exception's own words
    HTTP_STATUS = "http_status", gettext_noop("answered {status}")
    NO_ADDRESS = (
        "no_address",
        gettext_noop("the host's name is not known, or leads into a private network"),
    )
    TIMEOUT = "timeout", gettext_noop("no answer in time")
    CONNECTION_REFUSED = "connection_refused", gettext_noop("connection refused")
    CONNECTION_LOST = "connection_lost", gettext_noop("the connection broke off")
    RESPONSE_INCOMPLETE = "response_incomplete", gettext_noop("the answer broke off")
    CODING_BROKEN = "coding_broken", gettext_noop("the answer's {coding} coding is damaged")
    CODING_INCOMPLETE = (
        "coding_incomplete",
        gettext_noop("the answer broke off within its {coding} coding"),
    )
    CODING_UNKNOWN = "coding_unknown", gettext_noop("the answer's coding is unknown: {coding}")
    PAGE_INCOMPLETE = (
        "page_incomplete",
        gettext_noop("the page breaks off: its </html> is missing, which it had before"),
    )
    RECORD_DAMAGED = "record_damaged", gettext_noop("the record is damaged: {error}")
    RESPONSE_TOO_LARGE = "response_too_large", gettext_noop("larger than the limit for a page")
    REDIRECT_LOOP = "redirect_loop", gettext_noop("redirects in a circle, or too often")
    ROBOTS_FORBIDDEN = "robots_forbidden", gettext_noop("robots.txt forbids it")
    ROBOTS_UNREADABLE = (
        "robots_unreadable",
        gettext_noop("robots.txt cannot be read: answered {status}"),
    )
    OFF_SITE = "off_site", gettext_noop("leads off the site, to {host}")
    PRIVATE_HOST = "private_host", gettext_noop("refused: {host} lies in a private network")
    ASKED_BY_HAND = "asked_by_hand", gettext_noop("asked for by hand")
    NOT_A_FEED = "not_a_feed", gettext_noop("no feed or sitemap in it")


class RunEnd(ReasonCode):
    """Why a crawl ended before it had read everything."""

    RETRY_AFTER_TOO_LONG = (
        "retry_after_too_long",
        gettext_noop("the host asks to come back in {seconds} seconds"),
    )
    CAPTURES_NOT_WRITTEN = "captures_not_written", gettext_noop("cannot write captures: {error}")
    NOT_STORED = "not_stored", gettext_noop("cannot store what was read: {error}")


def http_status(status: int) -> Reason:
    return Reason(CrawlReason.HTTP_STATUS, status=status)
