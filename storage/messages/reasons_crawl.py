"""Reasons of the crawl: why a page did not come, or could not be read."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop


class CrawlReason(ReasonCode):
    LEGACY_TEXT = "legacy_text", "{text}"
    HTTP_STATUS = "http_status", gettext_noop("answered {status}")
    TIMEOUT = "timeout", gettext_noop("no answer in time")
