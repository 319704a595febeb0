"""Reasons of an inspection of a site: what to fix in its module, and what to look at."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop, ngettext_noop


class RobotsState(ReasonCode):
    """What robots.txt says of the addresses that a crawl would request."""

    ROBOTS_NOT_AT_HAND = "robots_not_at_hand", gettext_noop("no robots.txt at hand")
    ROBOTS_MISSING = "robots_missing", gettext_noop("no robots.txt: it answered {status}")
    ROBOTS_FORBIDS_SOME = "robots_forbids_some", gettext_noop("forbids some of it")
    ROBOTS_ALLOWS_ALL = "robots_allows_all", gettext_noop("allows what we ask for")


class DiagnosisCode(ReasonCode):
    """One finding. `where` is Reason("found_elsewhere") or an empty text."""

    LISTING_FAILED = (
        "listing_failed",
        gettext_noop("{url} could not be read ({cause}): fix sections, listing_url or feeds"),
    )
    LISTING_STATUS = (
        "listing_status",
        gettext_noop("{url} answered {status}: fix sections, listing_url or feeds"),
    )
    LISTING_WITHOUT_ARTICLES = (
        "listing_without_articles",
        gettext_noop("{url} holds no link that article_url fits"),
    )
    LISTING_WITH_OTHER_LINKS = (
        "listing_with_other_links",
        gettext_noop("{url} holds no link that article_url fits; its links look like {links:list}"),
    )
    ROBOTS_FORBIDS_URLS = (
        "robots_forbids_urls",
        gettext_noop(
            "robots.txt forbids {urls:list}: it is obeyed, so leave these sections "
            "out, or ask the publisher for leave"
        ),
    )
    ARTICLES_MISSING_FROM_LISTINGS = (
        "articles_missing_from_listings",
        ngettext_noop(
            "{number} article of the listings could not be had: {cause} ({url})",
            "{number} articles of the listings could not be had: {cause} ({url})",
        ),
    )
    PAGES_UNREAD = "pages_unread", gettext_noop("{number} of {total} pages: {cause} ({url})")
    PAGES_UNREAD_BY_SELECTORS = (
        "pages_unread_by_selectors",
        gettext_noop("{number} of {total} pages: {cause} ({url}); fix select"),
    )
    FIELD_MISSING = (
        "field_missing",
        gettext_noop("{field} is missing on {number} of {total} pages: {tried}{where} ({url})"),
    )
    RULE_FINDS_NO_TEXT = (
        "rule_finds_no_text",
        gettext_noop("nothing that can be read is in what {rule} finds"),
    )
    GENERIC_FINDS_NOTHING = (
        "generic_finds_nothing",
        gettext_noop("the generic extractor does not find it"),
    )
    RULES_FIND_NOTHING = "rules_find_nothing", gettext_noop("none of {rules:list} finds it")
    NO_RULE = "no_rule", gettext_noop("select has no {field!r}")
    FOUND_ELSEWHERE = "found_elsewhere", gettext_noop(", {origin} ({rule}) finds {text!r}")
    FIELD_ALWAYS_SAME = (
        "field_always_same",
        gettext_noop(
            "{field} is the same on all {total} pages: {rule} finds what is the "
            "site's, not the article's"
        ),
    )
    OLD_ENCODING = (
        "old_encoding",
        gettext_noop("an old encoding on {number} of {total} pages: set repair_text = True"),
    )
    FIELD_NEVER_FOUND = (
        "field_never_found",
        gettext_noop(
            "{field} is on none of {total} pages{where}: if the site prints it, see "
            "tinwatch explain {url}; if not, add it to absent"
        ),
    )
    ABSENT_FIELD_FOUND = (
        "absent_field_found",
        gettext_noop("absent names {field}, and on every page{where}"),
    )
    BODY_SHORT = (
        "body_short",
        gettext_noop(
            "the body has {size} characters, the generic extractor finds "
            "{generic_size}: compare with tinwatch explain {url}"
        ),
    )
    METADATA_DISAGREES = (
        "metadata_disagrees",
        gettext_noop(
            "{field} disagrees with the page's metadata on {number} of {total} pages: {warning}"
        ),
    )
    OTHER_PLATFORM = (
        "other_platform",
        gettext_noop("the pages look like the platform {guess}; the module is built on {platform}"),
    )
    NOTHING_WRONG = (
        "nothing_wrong",
        gettext_noop(
            "nothing is wrong on {number} of {total} pages: when a person has "
            'compared them with the site, set verified = "{month}"'
        ),
    )
