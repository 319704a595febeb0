"""Reasons of the crawl: why a request failed, and why a crawl stopped early."""

from __future__ import annotations

from storage.reasons import Reason, ReasonCode, gettext_noop


class CrawlReason(ReasonCode):
    """Why a request brought no page. Parameters are in the messages."""

    LEGACY_TEXT = "legacy_text", "{text}"
    ERROR = "error", "{error}"  # an exception's own words
    HTTP_STATUS = "http_status", gettext_noop("answered {status}")
    NO_ADDRESS = (
        "no_address",
        gettext_noop("the host name does not resolve, or resolves to a private network"),
    )
    TIMEOUT = "timeout", gettext_noop("timeout")
    CONNECTION_REFUSED = "connection_refused", gettext_noop("connection refused")
    CONNECTION_LOST = "connection_lost", gettext_noop("connection lost")
    TLS_FAILED = (
        "tls_failed",
        gettext_noop(
            "TLS handshake failed ({error}); legacy_tls = True in the site module admits old TLS"
        ),
    )
    RESPONSE_INCOMPLETE = "response_incomplete", gettext_noop("incomplete response")
    CODING_BROKEN = (
        "coding_broken",
        gettext_noop("the {coding} content coding of the response is damaged"),
    )
    CODING_INCOMPLETE = (
        "coding_incomplete",
        gettext_noop("incomplete response: its {coding} content coding is truncated"),
    )
    CODING_UNKNOWN = "coding_unknown", gettext_noop("unknown content coding: {coding}")
    PAGE_INCOMPLETE = (
        "page_incomplete",
        gettext_noop("incomplete page: </html> is missing, earlier captures had it"),
    )
    SECTION_GONE = (
        "section_gone",
        gettext_noop(
            "answered {status}, and so did its section {url}: renamed or deleted? In sections of "
            "the site module, write its new name or leave it out"
        ),
    )
    RECORD_DAMAGED = "record_damaged", gettext_noop("the record is damaged: {error}")
    ORIGINAL_LOST = "original_lost", gettext_noop("it repeats bytes of {day} that no file holds")
    RECORD_MISMATCH = (
        "record_mismatch",
        gettext_noop("it is not the capture that the database names"),
    )
    RESPONSE_TOO_LARGE = "response_too_large", gettext_noop("larger than the limit for a page")
    RUN_RETRACTED = "run_retracted", gettext_noop("the run that read it was retracted")
    REDIRECT_LOOP = "redirect_loop", gettext_noop("redirect loop, or too many redirects")
    ROBOTS_FORBIDDEN = "robots_forbidden", gettext_noop("robots.txt forbids it")
    ROBOTS_UNREADABLE = (
        "robots_unreadable",
        gettext_noop("robots.txt cannot be read: answered {status}"),
    )
    OFF_SITE = "off_site", gettext_noop("redirects off the site, to {host}")
    PRIVATE_HOST = "private_host", gettext_noop("refused: {host} is in a private network")
    ARCHIVE_UNAVAILABLE = "archive_unavailable", gettext_noop("no answer from {url}: {error}")
    NOT_REPLAYED = (
        "not_replayed",
        gettext_noop("the archive lists this capture, but does not replay it (status {status})"),
    )
    INDEX_DAMAGED = (
        "index_damaged",
        gettext_noop("{number} lines of the archive's index cannot be read"),
    )
    INDEX_REPEATED = (
        "index_repeated",
        gettext_noop("the archive's index repeats a page in place of the next one: more may exist"),
    )
    ASKED_BY_HAND = "asked_by_hand", gettext_noop("requested by the user")
    NOT_A_FEED = "not_a_feed", gettext_noop("not a feed or sitemap")
    KEY_COLLISION = (
        "key_collision",
        gettext_noop(
            "its key {key} is that of {other}, another article: article_url must tell them apart"
        ),
    )
    LISTING_CUT = (
        "listing_cut",
        gettext_noop("not read: only {pages} pages of a listing are; --full reads all"),
    )


class RunEnd(ReasonCode):
    """Why a crawl ended before it had read everything."""

    RETRY_AFTER_TOO_LONG = (
        "retry_after_too_long",
        gettext_noop("the host asks for a wait of {seconds} seconds (Retry-After)"),
    )
    CAPTURES_NOT_WRITTEN = "captures_not_written", gettext_noop("cannot write captures: {error}")
    NOT_STORED = "not_stored", gettext_noop("cannot store the results: {error}")


def http_status(status: int) -> Reason:
    return Reason(CrawlReason.HTTP_STATUS, status=status)
