"""Reasons why a command or form cannot do what the user asked for."""

from __future__ import annotations

from storage.messages.describing import ReasonError
from storage.reasons import ReasonCode, gettext_noop


class InputReason(ReasonCode):
    """What is wrong with the input, and the remedy."""

    NO_REVISION = (
        "no_revision",
        gettext_noop("no revision {number}; the highest number is {newest}"),
    )
    NOT_PINNED = (
        "not_pinned",
        gettext_noop("article {article} is not pinned (tinwatch pins lists those that are)"),
    )
    EMPTY_TEI = (
        "empty_tei",
        gettext_noop("no article was chosen, and TEI has no empty corpus: choose otherwise"),
    )
    NO_SAVED_SEARCH = "no_saved_search", gettext_noop("no saved search {name}")
    NO_EVENT = "no_event", gettext_noop("no event {event}: tinwatch events lists them")
    KIND_NOT_REVIEWED = (
        "kind_not_reviewed",
        gettext_noop("an event {kind!r} is not reviewed, only {kinds:either}"),
    )
    NO_MARK = "no_mark", gettext_noop("{mark!r} is no mark; marks are {marks:list}")
    REVIEW_WITHOUT_NAME = (
        "review_without_name",
        gettext_noop("a review needs a name, of {limit} characters at most"),
    )
    NOTE_TOO_LONG = "note_too_long", gettext_noop("a note has {limit} characters at most")
    REVIEW_IS_NO_TEXT = "review_is_no_text", gettext_noop("note or name hold what is no text")
    NO_BATCH = "no_batch", gettext_noop("no batch {batch!r}")
    SITE_NOT_CRAWLED = (
        "site_not_crawled",
        gettext_noop("no site {site} in this home: it was never crawled"),
    )
    BACKUP_INSIDE_CAPTURES = (
        "backup_inside_captures",
        gettext_noop("{file} lies inside the captures: keep backups on another disk"),
    )
    FILE_EXISTS = (
        "file_exists",
        gettext_noop("there is {file} already: name another file, or remove it first"),
    )
    NO_FOLDER = (
        "no_folder",
        gettext_noop("there is no folder {folder}: make it first, or write elsewhere"),
    )
    NO_CAPTURE = "no_capture", gettext_noop("no capture {capture}")
    STORY_WITHOUT_MEMBERS = (
        "story_without_members",
        gettext_noop("story {story} has no members any more: its articles were edited apart"),
    )
    NO_WEB_ADDRESS = (
        "no_web_address",
        gettext_noop("{url!r} is no web address: give it whole, with https://"),
    )
    NO_FILE = "no_file", gettext_noop("{file}: there is no such file")
    NO_PAGES_BELOW = (
        "no_pages_below",
        gettext_noop("{folder}: there is no HTML, text, WARC or WACZ file in this folder"),
    )
    PAGE_FILE_TOO_LARGE = (
        "page_file_too_large",
        gettext_noop("{file} is larger than {limit} bytes, no article page is"),
    )
    INVALID_SITE_NAME = (
        "invalid_site_name",
        gettext_noop("the name {name!r} is none: small letters, digits and _, a letter first"),
    )
    INVALID_SITE_KIND = (
        "invalid_site_kind",
        gettext_noop("the kind {kind!r} is none of {kinds:list}"),
    )
    EMPTY_TITLE = (
        "empty_title",
        gettext_noop("the title is empty: say how the publisher calls itself"),
    )
    NO_PAGE_OF_HOST = "no_page_of_host", gettext_noop("no page of {host} is in {files:list}")
    URL_OF_SEVERAL_PAGES = (
        "url_of_several_pages",
        gettext_noop("--url belongs to a single --page: the others must name their own address"),
    )
    SITE_PAGE_TOO_LARGE = (
        "site_page_too_large",
        gettext_noop("{file} is larger than {limit} bytes, no page of a site is"),
    )
    UNREADABLE_FILE = "unreadable_file", gettext_noop("{file}: {reason}")
    PAGE_WITHOUT_ADDRESS = (
        "page_without_address",
        gettext_noop("{file} does not say which address it was saved from: give it with --url"),
    )
    NO_PAGE_ADDRESS = (
        "no_page_address",
        gettext_noop("{url!r} is no address of a page: it begins with https://"),
    )
    NOT_FETCHED = "not_fetched", gettext_noop("{url} could not be fetched")
    ADDRESS_ANSWERED = "address_answered", gettext_noop("{url} answered {status}")
    NO_HTML_PAGE = "no_html_page", gettext_noop("{url} is no page but {content_type}")
    PAGES_FAILED = "pages_failed", gettext_noop("{problems:sentences}")
    SEVERAL_HOSTS = (
        "several_hosts",
        gettext_noop("pages of several hosts ({hosts:list}): add one site at a time"),
    )
    NO_ARTICLE_SHAPE = (
        "no_article_shape",
        gettext_noop(
            "no page and no link of {host} looks like an article: give the address of one, or "
            "saved pages of three"
        ),
    )
    NO_READABLE_ARTICLE = (
        "no_readable_article",
        gettext_noop(
            "none of {number} pages of {host} is an article that can be read: {problems:sentences}"
        ),
    )
    GIVE_AN_ADDRESS = "give_an_address", gettext_noop("give the address of one")
    NO_URL_PATTERN = (
        "no_url_pattern",
        gettext_noop("no expression tells the addresses of articles from those of sections"),
    )
    NO_CHECKOUT = (
        "no_checkout",
        gettext_noop(
            "{folder} is no checkout of tinwatch (it has no folder crawlers/sites): name one with "
            "--into"
        ),
    )
    SITE_EXISTS = (
        "site_exists",
        gettext_noop("{files:list} are there already: choose another --name, or give --force"),
    )
    FIXTURE_READS_DIFFERENTLY = (
        "fixture_reads_differently",
        gettext_noop("{folder} does not read as it was written: {field}"),
    )
    MODULE_WITHOUT_SITE = (
        "module_without_site",
        gettext_noop("the module of {site} declares no site"),
    )
    MODULE_DIFFERS = (
        "module_differs",
        gettext_noop("the module of {site} does not say what was proposed"),
    )
    PATTERN_MISSES_PAGE = "pattern_misses_page", gettext_noop("article_url does not fit {url}")
    CLASS_TOO_LONG = (
        "class_too_long",
        gettext_noop("the class has {lines} lines, the module of a site has {limit} at most"),
    )
    RUN_IS_BASIS = (
        "run_is_basis",
        gettext_noop(
            "run {run} cannot be retracted: run {dependent} of {site} is based on its revisions, "
            "and is published. If the extraction rules are at fault, fix them, then tinwatch "
            "reparse {site} and tinwatch publish-run {run}: edits that only the broken rules "
            "found are deleted"
        ),
    )
    NO_SUBSCRIPTION = (
        "no_subscription",
        gettext_noop("no subscription {name!r}; there are: {names:list}"),
    )
    NO_SUBSCRIPTIONS = (
        "no_subscriptions",
        gettext_noop("no subscription {name!r}; there is none yet: write {file}"),
    )
    NOT_AN_ARTICLE = (
        "not_an_article",
        gettext_noop("{url} is no article of {site}: article_url does not fit it"),
    )
    ARCHIVE_NOT_ASKED = (
        "archive_not_asked",
        gettext_noop(
            "{site} is an archive ({note}): its host is not asked; give --replay FILE or a saved "
            "page"
        ),
    )
    INVALID_TIME = (
        "invalid_time",
        gettext_noop("{text!r} is no time; write 2025-03-31 or 2025-03-31T08:30"),
    )
    NO_EVENT_KIND = "no_event_kind", gettext_noop("no event kind {kind}; use: {kinds:list}")
    NO_EDIT_CLASS = "no_edit_class", gettext_noop("no class of edits {name}; use: {classes:list}")
    TOO_MANY_ROWS = (
        "too_many_rows",
        gettext_noop("a sheet holds {limit} rows at most: choose fewer articles, or use csv"),
    )
    NO_PRIORITY = "no_priority", gettext_noop("the priority {number} is not from 0 to 1")
    PERIOD_REVERSED = (
        "period_reversed",
        gettext_noop("the period ends on {last}, before it begins on {first}"),
    )


class InputError(ReasonError, ValueError):
    """The user asked for what cannot be done. Commands exit with 2 and the reason."""
