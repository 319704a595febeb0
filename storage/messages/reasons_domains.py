"""Reasons of the check of retired domains: what their front pages show."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop


class DomainPage(ReasonCode):
    """What a request for a retired domain came upon."""

    LEADS_HOME = "leads_home", gettext_noop("redirects to {host}")
    TITLED_PAGE = "titled_page", gettext_noop("status {status}: {title}")
    DOMAINS_UNREACHABLE = (
        "domains_unreachable",
        gettext_noop(
            "none of {domains} domains can be reached ({reason}): nothing was stored. Is this "
            "machine on the network?"
        ),
    )
    UNTITLED_PAGE = "untitled_page", gettext_noop("status {status}: a page without a title")
