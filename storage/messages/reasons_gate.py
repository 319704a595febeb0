"""Reasons of the gate: why a run is held, an outage or failed, and what it says of its site."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop, ngettext_noop


class GateReason(ReasonCode):
    """See storage.reasons.ReasonCode for the form of a member.

    Parameters: `number` of `total` things; `reason`: the Reason behind it; shares from 0 to 1.
    """

    # The crawl
    ENDED_EARLY = "ended_early", gettext_noop("stopped early: {reason}")
    NO_REQUESTS = "no_requests", gettext_noop("no request was made")
    NO_RESPONSES = "no_responses", gettext_noop("no response from the site")
    NO_LISTING_READ = "no_listing_read", gettext_noop("no listing could be read")
    NO_ARTICLE_LINKS = (
        "no_article_links",
        gettext_noop("the listings contain no link to an article"),
    )
    OLD_COPIES = (
        "old_copies",
        gettext_noop(
            "{number} of {total} edited articles have an earlier text again, as in old copies of a "
            "cache"
        ),
    )
    REQUESTS_REDIRECTED = (
        "requests_redirected",
        gettext_noop("{number} of {total} requests redirect to {host}"),
    )
    BLOCK_PAGES = "block_pages", gettext_noop("{number} of {total} pages are login or block pages")
    ARTICLES_MISSING = (
        "articles_missing",
        gettext_noop("{number} of {total} stored articles are missing or failed"),
    )
    NOTHING_READ = "nothing_read", gettext_noop("no article could be read")
    PAGES_NOT_FETCHED = (
        "pages_not_fetched",
        gettext_noop("{number} of {total} pages could not be fetched"),
    )
    OTHER_PAGES = (
        "other_pages",
        gettext_noop("{number} of {total} pages show nothing of their article"),
    )
    # What the pages hold
    CANARIES_CHANGED = (
        "canaries_changed",
        ngettext_noop(
            "{number} of {total} pinned articles differs: {pages:list}",
            "{number} of {total} pinned articles differ: {pages:list}",
        ),
    )
    MORE_CANARIES_CHANGED = (
        "more_canaries_changed",
        gettext_noop("{number} of {total} pinned articles differ: {pages:list} and {more} more"),
    )
    CANARY = "canary", "{url} ({reason})"
    EMPTY_PAGES = (
        "empty_pages",
        gettext_noop("{number} of {total} pages no longer have a title and a text"),
    )
    PAGES_UNREADABLE = (
        "pages_unreadable",
        gettext_noop("{number} of {total} pages could not be extracted"),
    )
    SELECTORS_FOUND_NOTHING = (
        "selectors_found_nothing",
        gettext_noop("the rules of the site match nothing on {number} of {total} pages"),
    )
    FIELDS_GONE = "fields_gone", gettext_noop("fields are gone: {fields:sentences}")
    FIELDS_RARE = "fields_rare", gettext_noop("fields are missing: {fields:sentences}")
    FIELD_SHARE = (
        "field_share",
        gettext_noop("{field:field} on {after:percent} of the pages, {before:percent} before"),
    )
    FIELD_BROKEN = (
        "field_broken",
        gettext_noop("{field:field} is broken on {number} of {total} pages"),
    )
    TEXT_ADDED = (
        "text_added",
        gettext_noop("the same text was added to {number} articles: “{quote}”"),
    )
    TEXT_REMOVED = (
        "text_removed",
        gettext_noop("the same text was removed from {number} articles: “{quote}”"),
    )
    FIELD_APPEARED = (
        "field_appeared",
        gettext_noop("{field:field} appeared on {number} of {total} rechecked articles at once"),
    )
    FIELD_VANISHED = (
        "field_vanished",
        gettext_noop("{field:field} vanished from {number} of {total} rechecked articles at once"),
    )
    ENDS_LOST = (
        "ends_lost",
        gettext_noop(
            "{number} of {total} rechecked articles lost their end, as if a block inserted into "
            "the pages was not closed"
        ),
    )
    MASS_EDIT = (
        "mass_edit",
        gettext_noop(
            "{number} of {total} rechecked articles differ; the usual share is {usual:percent}"
        ),
    )
    # How much is new
    TOO_FEW_NEW = (
        "too_few_new",
        gettext_noop("too few new articles: {number}; {usual:decimal} are usual on such a day"),
    )
    TOO_MANY_NEW = (
        "too_many_new",
        gettext_noop("too many new articles: {number}; {usual:decimal} are usual on such a day"),
    )
    NOTHING_NEW = (
        "nothing_new",
        gettext_noop("no new article on {days} days with a run; at most {usual_days} are usual"),
    )
    NOTHING_NEW_SINCE = (
        "nothing_new_since",
        gettext_noop(
            "no new article since {since:day}, on {days} days with a run; at most "
            "{usual_days} are usual"
        ),
    )
    NO_RUN_PASSED = (
        "no_run_passed",
        gettext_noop("no run passed on {days} days in a row; the last one: {reason}"),
    )
    # The site as a whole
    SITE_DOWN = "site_down", gettext_noop("the site does not respond")
    SITE_RECOVERED = "site_recovered", gettext_noop("the site responds again")
