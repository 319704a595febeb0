"""Reasons of pages: what a page is if it is no article, and why none can be read off it."""

from __future__ import annotations

from storage.reasons import Reason, ReasonCode, gettext_noop


class BlockPage(ReasonCode):
    """What keeps a visitor out: the kind of a login, block or parking page."""

    PAGE_SUSPENDED = "page_suspended", gettext_noop("a page of a suspended hosting account")
    PAGE_PARKED = "page_parked", gettext_noop("a page of a parked or expired domain")
    PAGE_CAPTCHA = "page_captcha", gettext_noop("a captcha")
    PAGE_BROWSER_CHECK = "page_browser_check", gettext_noop("a browser check")
    PAGE_BLOCKED = "page_blocked", gettext_noop("a block page")
    PAGE_MAINTENANCE = "page_maintenance", gettext_noop("a maintenance page")
    PAGE_LOGIN = "page_login", gettext_noop("a login page")
    PAGE_PASSWORD = "page_password", gettext_noop("a form that asks for a password")


class ErrorPage(ReasonCode):
    """A failure of the site that it reports on a page with status 200."""

    PAGE_SERVER_ERROR = "page_server_error", gettext_noop("a server error")
    PAGE_DATABASE_ERROR = "page_database_error", gettext_noop("a database error")
    PAGE_OVERLOADED = "page_overloaded", gettext_noop("that the server is overloaded")


# Of a domain or a hosting account that was given up.
PARKED_PAGES = (BlockPage.PAGE_PARKED, BlockPage.PAGE_SUSPENDED)


class PageReason(ReasonCode):
    """A page that a URL shows instead of the expected one."""

    SHOWS_BLOCK_PAGE = "shows_block_page", gettext_noop("shows {page}")
    CAPTURE_UNPARSABLE = (
        "capture_unparsable",
        gettext_noop("an older capture could not be parsed again by the current rules"),
    )
    SHOWS_ERROR_PAGE = "shows_error_page", gettext_noop("shows {page}")
    STATUS_WITH_BLOCK_PAGE = "status_with_block_page", gettext_noop("answered {status} with {page}")
    REDIRECT_TO_BLOCK_PAGE = (
        "redirect_to_block_page",
        gettext_noop("redirects to a login or block page, {url}"),
    )
    REDIRECT_TO_ERROR_PAGE = (
        "redirect_to_error_page",
        gettext_noop("redirects to an error page, {url}"),
    )
    REDIRECT = "redirect", gettext_noop("redirects to {url}")
    REDIRECT_TO_ARTICLE = "redirect_to_article", gettext_noop("redirect to another article: {url}")
    REDIRECT_NOT_ARTICLE = (
        "redirect_not_article",
        gettext_noop("the redirect target does not match article_url"),
    )
    UNKNOWN_URL_FORM = (
        "unknown_url_form",
        gettext_noop("an article is at {url}, which article_url does not match: extend it"),
    )
    NOT_FOUND_PHRASE = "not_found_phrase", gettext_noop("says “{quote}”")
    NOT_FOUND_PAGE = "not_found_page", gettext_noop("shows a soft 404 page: {title!r}")
    HOME_PAGE = "home_page", gettext_noop("shows the site's front page")
    EMPTY_TEMPLATE = "empty_template", gettext_noop("the page has neither title nor text")
    NOW_AT = "now_at", gettext_noop("now at {url}")
    SAME_KEY_NOW = (
        "same_key_now",
        gettext_noop("the same article as {url} by the corrected article_url of the site module"),
    )
    NOW_AT_AND_EDITED = "now_at_and_edited", gettext_noop("now at {url}, and edited")
    READS_OTHERWISE = "reads_otherwise", gettext_noop("differs")


class Unread(ReasonCode):
    """Why no article could be read off a page."""

    NO_TITLE_BY_RULES = (
        "no_title_by_rules",
        gettext_noop("no title: none of {rules:list} is on the page"),
    )
    NO_BODY_BY_RULES = (
        "no_body_by_rules",
        gettext_noop("no body: none of {rules:list} is on the page"),
    )
    NO_TITLE = "no_title", gettext_noop("no title: neither printed nor in the metadata")
    OTHER_KIND = "other_kind", gettext_noop("not an article: {rule} is on the page")
    TITLE_IS_SITE_NAME = (
        "title_is_site_name",
        gettext_noop("not an article: the title is the name of the site"),
    )
    NO_ARTICLE_TEXT = "no_article_text", gettext_noop("no body: no text of an article was found")
    SPLIT_INTO_PAGES = (
        "split_into_pages",
        gettext_noop("the article is split into several pages, and this is the first of them"),
    )
    TRAFILATURA_FOUND_NOTHING = (
        "trafilatura_found_nothing",
        gettext_noop("no body: trafilatura found no text of an article"),
    )
    TRAFILATURA_FAILED = "trafilatura_failed", gettext_noop("no body: trafilatura failed: {error}")
    BODY_EMPTY = "body_empty", gettext_noop("the body is empty")
    BODY_ENCODED = (
        "body_encoded",
        gettext_noop("the body is encoded; a script of the page makes it readable"),
    )
    PAGE_EMPTY = "page_empty", gettext_noop("empty body")
    PAGE_TOO_LARGE = "page_too_large", gettext_noop("page of {size} bytes, more than {limit}")
    TOO_MANY_ATTRIBUTES = (
        "too_many_attributes",
        gettext_noop("a tag with more than {limit} attributes"),
    )
    LINKS_TOO_DEEP = (
        "links_too_deep",
        gettext_noop("no body: its links are nested too deeply to look for the article"),
    )
    TOO_MANY_TAGS = "too_many_tags", gettext_noop("more than {limit} tags")
    NO_HTML = "no_html", gettext_noop("no HTML in it")
    HTML_ERROR = "html_error", gettext_noop("no HTML in it: {error}")
    NOT_A_PAGE = "not_a_page", gettext_noop("is {media_type}, not a page")
    NO_ARTICLE_LINE = "no_article_line", gettext_noop("it has no line of an article")
    NO_TEXT_UNDER_TITLE = "no_text_under_title", gettext_noop("no body under the title {title!r}")
    EXTRACTOR_ERROR = "extractor_error", gettext_noop("the extractor failed: {error}")
    FILE_WITHOUT_ARTICLES = (
        "file_without_articles",
        gettext_noop("contains no article page of {site}"),
    )
    WRONG_CLOCK = (
        "wrong_clock",
        gettext_noop("states the capture time {when}: before 1990 or in the future"),
    )
    FILE_TOO_LARGE = (
        "file_too_large",
        gettext_noop("is larger than {limit} bytes, the limit for a page"),
    )
    WACZ_TOO_LARGE = (
        "wacz_too_large",
        gettext_noop(
            "its WARC files unpack to more than {limit} bytes: unpack and import them, if you "
            "trust the file"
        ),
    )
    FILE_WITHOUT_URL = "file_without_url", gettext_noop("has no URL: use --url")
    SITE_RULES_FAILED = (
        "site_rules_failed",
        gettext_noop("the rules of the site cannot extract it: {reason}"),
    )
    ALL_EXTRACTORS_FAILED = (
        "all_extractors_failed",
        gettext_noop("{reason}; the generic extractor fails, too: {generic}"),
    )


def shows_page(kind: BlockPage | ErrorPage) -> Reason:
    is_block = isinstance(kind, BlockPage)
    code = PageReason.SHOWS_BLOCK_PAGE if is_block else PageReason.SHOWS_ERROR_PAGE
    return Reason(code, page=Reason(kind))
