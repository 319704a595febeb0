"""Reasons of an inspection of a site: what to fix in its module, and what to look at."""

from __future__ import annotations

from storage.reasons import ReasonCode, gettext_noop, ngettext_noop


class RobotsState(ReasonCode):
    """What robots.txt says of the addresses that a crawl would request."""

    ROBOTS_NOT_AT_HAND = "robots_not_at_hand", gettext_noop("robots.txt not available")
    ROBOTS_MISSING = "robots_missing", gettext_noop("no robots.txt: answered {status}")
    ROBOTS_FORBIDS_SOME = "robots_forbids_some", gettext_noop("forbids some URLs")
    ROBOTS_ALLOWS_ALL = "robots_allows_all", gettext_noop("allows the requested URLs")


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
        gettext_noop("{url} contains no link that matches article_url"),
    )
    LISTING_WITH_OTHER_LINKS = (
        "listing_with_other_links",
        gettext_noop(
            "{url} contains no link that matches article_url; it has links like {links:list}"
        ),
    )
    ROBOTS_FORBIDS_URLS = (
        "robots_forbids_urls",
        gettext_noop(
            "robots.txt forbids {urls:list}: remove these sections, or ask the "
            "publisher for permission"
        ),
    )
    ARTICLES_MISSING_FROM_LISTINGS = (
        "articles_missing_from_listings",
        ngettext_noop(
            "{number} article of the listings could not be fetched: {cause} ({url})",
            "{number} articles of the listings could not be fetched: {cause} ({url})",
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
        gettext_noop("{rule} matches an element without text"),
    )
    GENERIC_FINDS_NOTHING = (
        "generic_finds_nothing",
        gettext_noop("the generic extractor does not find it"),
    )
    RULES_FIND_NOTHING = "rules_find_nothing", gettext_noop("none of {rules:list} matches")
    NO_RULE = "no_rule", gettext_noop("select has no {field!r}")
    FOUND_ELSEWHERE = "found_elsewhere", gettext_noop(", {origin} ({rule}) finds {text!r}")
    FIELD_ALWAYS_SAME = (
        "field_always_same",
        gettext_noop(
            "{field} is the same on all {total} pages: {rule} matches text of the "
            "site, not of the article"
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
            "tinwatch explain {url}; otherwise add it to absent"
        ),
    )
    ABSENT_FIELD_FOUND = (
        "absent_field_found",
        gettext_noop("absent contains {field}, but on every page{where}"),
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
        gettext_noop("the pages match the platform {guess}; the module uses {platform}"),
    )
    NOTHING_WRONG = (
        "nothing_wrong",
        gettext_noop(
            "nothing is wrong on {number} of {total} pages: when a person has "
            'compared them with the site, set verified = "{month}"'
        ),
    )


class ExclusionReason(ReasonCode):
    """Why a text of a page is not part of the article's body."""

    MATCHES_RULE = "matches_rule", gettext_noop("matches {rule}")
    SITE_RULE_OR_AUTHOR_BOX = (
        "site_rule_or_author_box",
        gettext_noop("excluded by the site module, or an author box"),
    )
    BOILERPLATE_ELEMENT = (
        "boilerplate_element",
        gettext_noop("hidden, or a boilerplate element by its class: {element}"),
    )
    SKIPPED_TAG = "skipped_tag", gettext_noop("<{tag}> is never text")
    LINK_TO_OTHER_PAGE = (
        "link_to_other_page",
        gettext_noop("the whole line is a link to another page: {url}"),
    )
    BUTTON_OR_RELATED_HEADING = (
        "button_or_related_heading",
        gettext_noop("a button, or the heading of a related list"),
    )
    REPEATS_TITLE = "repeats_title", gettext_noop("repeats the title")
    REPEATS_LEAD = "repeats_lead", gettext_noop("is the lead, or repeats it")
    OUTSIDE_TEXT = (
        "outside_text",
        gettext_noop("above the text, or in a list of other articles after it"),
    )
    NO_WORDS = "no_words", gettext_noop("a file name, or without letters")
    BOILERPLATE_LINE = "boilerplate_line", gettext_noop("on many pages of the site")
    TRAILING_BYLINE = "trailing_byline", gettext_noop("a byline at the end of the text")
    TRAILING_SOURCE = "trailing_source", gettext_noop("a source at the end of the text")
    CAPTION_ELEMENT = "caption_element", gettext_noop("in a caption element")
    CAPTION_WORDS = "caption_words", gettext_noop("the words of a caption")
    CAPTION_STYLE = "caption_style", gettext_noop("under a picture, or in the style of a caption")


class FrameLine(ReasonCode):
    """What a line is that frames an article (crawlers/extraction/line_catalogue.py)."""

    MASTHEAD = "frame_masthead", gettext_noop("the masthead, or a line above the title")
    CLOCK = "frame_clock", gettext_noop("the clock of the page, or another article's date")
    DATE = "frame_date", gettext_noop("the date line")
    BREADCRUMB = "frame_breadcrumb", gettext_noop("a breadcrumb")
    SECTION = "frame_section", gettext_noop("the name of a section")
    COUNTER = "frame_counter", gettext_noop("a counter")
    TOOLBAR = "frame_toolbar", gettext_noop("a toolbar")
    LEAK = "frame_leak", gettext_noop("text that the CMS left on the page")
    LIST_HEADING = "frame_list_heading", gettext_noop("the heading of a list of other articles")
    LIST_ITEM = "frame_list_item", gettext_noop("a link to another article")
    COMMENTS = "frame_comments", gettext_noop("the comment box or the rating")
    POLL = "frame_poll", gettext_noop("a poll")
    SERVICES = "frame_services", gettext_noop("weather, exchange rates or the like")
    STATISTICS = "frame_statistics", gettext_noop("visitor statistics")
    MENU = "frame_menu", gettext_noop("a menu")
    IMPRINT = "frame_imprint", gettext_noop("the imprint")
    PAGER = "frame_pager", gettext_noop("page numbers")
    TAGS = "frame_tags", gettext_noop("the tags")
    POSTER = "frame_poster", gettext_noop("the account that posted the page")
    TITLE = "frame_title", gettext_noop("repeats the title")
    BYLINE = "frame_byline", gettext_noop("the byline")
    SOURCE = "frame_source", gettext_noop("the source")
    CAPTION = "frame_caption", gettext_noop("the caption above the text")
    AFTER_END = "frame_after_end", gettext_noop("after the end of the article")
