"""Reasons of the check of retired domains: what their front pages show."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop


class DomainPage(ReasonCode):
    """What a request for a retired domain came upon."""

    LEADS_HOME = "leads_home", gettext_noop("redirects to {host}")
    TITLED_PAGE = "titled_page", gettext_noop("status {status}: {title}")
    UNTITLED_PAGE = "untitled_page", gettext_noop("status {status}: a page without a title")
