"""From the answer to a request for an article to what it shows: read, gone, moved or unreadable."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from scrapy.http import Response

from crawlers.crawl.soft404 import (
    Shown,
    barred,
    is_barred_place,
    is_error_place,
    is_home,
    says_not_found,
)
from crawlers.extraction.html import NotFoundPage, UnreadablePage
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.detector import Boilerplate
from pipelines.items import (
    ArticleMissing,
    ArticleMoved,
    ArticleRead,
    FetchFailed,
    Observation,
    Outcome,
    PageUnreadable,
)
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import comparison
from storage.archive.writer import Capture
from storage.messages.reasons_crawl import http_status
from storage.messages.reasons_pages import PageReason, Unread, shows_block_page
from storage.models import Article
from storage.reasons import Reason

logger = logging.getLogger(__name__)

KEPT_OUT = (401, 403, 407, 511)  # statuses with which a visitor is kept out
LITTLE = 1000  # characters; what the generic reader finds on a bare template is less


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for an article. `known` is its id, or None for one that is not stored yet."""

    site: type[SiteConfig]
    url: str  # as it was asked for, before any redirect
    final_url: str  # canonical, of the page that came
    key: str
    known: int | None
    capture: Capture | None
    at: datetime
    template: Boilerplate
    generic_before: bool  # its newest revision is the generic reader's
    record_of: Callable[[int], Article]  # a known article's newest revision

    def missing(self, outcome: Outcome, reason: Reason, *, hollow: bool = False) -> Observation:
        """A takedown's sign, where it is a known article; else a page that did not come."""
        if self.known is None:
            return self.failed(reason)
        return ArticleMissing(
            self.known, self.url, outcome, reason, self.capture, self.at, hollow=hollow
        )

    def failed(self, reason: Reason, *, blocked: bool = False) -> FetchFailed:
        known = self.known is not None
        return FetchFailed(self.url, self.key, reason, self.at, known=known, blocked=blocked)

    def shows_known(self, shown: Shown) -> bool:
        """Whether the text that was read here before still stands on the page."""
        return self.known is not None and shown.holds(self.record_of(self.known))

    def unreadable(self, reason: Reason) -> PageUnreadable:
        known = self.known is not None
        return PageUnreadable(self.url, self.key, reason, self.capture, self.at, known=known)


def observe(response: Response, visit: Visit) -> Observation:
    kept_out = keeps_out(response)
    if kept_out is not None:
        return visit.failed(kept_out, blocked=True)
    if response.status in (404, 410):
        outcome = Outcome(str(response.status))
        return visit.missing(outcome, http_status(response.status))
    if response.meta.get("redirect_urls"):
        if is_error_place(response.url):
            return visit.missing(
                Outcome.SOFT_404, Reason(PageReason.REDIRECT_TO_ERROR_PAGE, url=response.url)
            )
        if visit.site.key_of(response.url) is None:
            return visit.missing(Outcome.REDIRECT, Reason(PageReason.REDIRECT, url=response.url))
    if response.status != 200:
        return visit.failed(http_status(response.status))
    if (kind := _no_page(response)) is not None:
        return visit.unreadable(Reason(Unread.NOT_A_PAGE, media_type=kind))
    return _read(response, visit)


def keeps_out(response: Response) -> Reason | None:
    """Why a response says nothing of what was asked for: a login, a block. None where it may."""
    if response.meta.get("redirect_urls") and is_barred_place(response.url):
        return Reason(PageReason.REDIRECT_TO_BLOCK_PAGE, url=response.url)
    if response.status == 200:
        return None  # only what cannot be read as an article is looked at for signs
    kind = Shown(response.body, content_type(response)).barred()
    if kind is not None:
        page = Reason(kind)
        return Reason(PageReason.STATUS_WITH_BLOCK_PAGE, status=response.status, page=page)
    return http_status(response.status) if response.status in KEPT_OUT else None


def is_ill(response: Response) -> bool:
    """Whether a response is no listing or feed, going by its status and its address."""
    return response.status != 200 or keeps_out(response) is not None


def keeps_out_of_listing(response: Response) -> Reason | None:
    """The same for a listing or feed in which no link to an article was found."""
    kind = Shown(response.body, content_type(response)).barred()
    return shows_block_page(kind) if kind else None


def _read(response: Response, visit: Visit) -> Observation:
    try:
        page = _printed(response, visit)
    except NotFoundPage as error:
        return visit.missing(Outcome.SOFT_404, error.reason)
    except UnreadablePage as error:
        return _without_article(response, visit, error.reason)
    except Exception as error:  # ours to mend; the page is kept and asked for again
        logger.exception("reading %s failed", visit.url)
        return visit.unreadable(
            Reason(Unread.EXTRACTOR_ERROR, error=f"{type(error).__name__}: {error}")
        )
    doubt = _doubt(response, visit, page)
    if doubt is not None:
        return doubt
    if visit.known is not None and page.key != visit.key:
        return ArticleMoved(visit.known, visit.url, page, visit.capture, visit.at)
    return ArticleRead(page, visit.capture, visit.at, (visit.url,))


def _without_article(response: Response, visit: Visit, reason: Reason) -> Observation:
    """A page in which no article could be read: is it another page, or did its layout change?"""
    shown = Shown(response.body, content_type(response))
    if visit.shows_known(shown):
        return visit.unreadable(reason)
    if kind := shown.barred():
        return visit.failed(shows_block_page(kind), blocked=True)
    if phrase := shown.not_found():
        return visit.missing(Outcome.SOFT_404, Reason(PageReason.NOT_FOUND_PHRASE, quote=phrase))
    # Converted texts (repair_text) are not to be found again in the page's own letters.
    empty = not (shown.titles or shown.text)
    if visit.known is None or visit.site.repair_text or empty:
        return visit.unreadable(reason)
    return visit.missing(Outcome.SOFT_404, Reason(PageReason.EMPTY_TEMPLATE), hollow=True)


def _doubt(response: Response, visit: Visit, page: RawArticle) -> Observation | None:
    """What a page is that reads as an article, where it is none."""
    title = page.title or ""
    text = " ".join([page.lead or "", *(block.text for block in page.blocks)])
    kind, phrase = barred(title, text), says_not_found(title, text)
    by_guess = page.extractor_version.endswith(".generic") and len(text) < LITTLE
    if visit.known is None and by_guess and _is_nameless(title, visit.site):
        return _without_article(response, visit, Reason(Unread.TITLE_IS_SITE_NAME))
    at_home = visit.known is not None and is_home(page.canonical)
    hollow = visit.known is not None and by_guess
    if not (kind or phrase or at_home or hollow):
        return None
    if visit.shows_known(Shown(response.body, content_type(response))):
        return None
    if kind:
        return visit.failed(shows_block_page(kind), blocked=True)
    if phrase:
        return visit.missing(Outcome.SOFT_404, Reason(PageReason.NOT_FOUND_PHRASE, quote=phrase))
    if at_home:
        return visit.missing(Outcome.SOFT_404, Reason(PageReason.HOME_PAGE))
    return visit.missing(Outcome.SOFT_404, Reason(PageReason.EMPTY_TEMPLATE), hollow=True)


def _is_nameless(title: str, site: type[SiteConfig]) -> bool:
    return comparison(title).lower() == comparison(site.title).lower()


def _printed(response: Response, visit: Visit) -> RawArticle:
    """What the page says to the site's rules; to the generic reader where they find nothing.

    An article that the rules have read before is never compared with a generic reading of it:
    the difference would be ours, and look like an edit.
    """
    # What reads pages is slow to import, and `scrapy list` reads none.
    from crawlers.extraction.article import extract_article
    from crawlers.extraction.generic.article import extract_generic_article

    taken = visit.capture.captured_at if visit.capture else visit.at
    kind = content_type(response)
    about = (response.body, visit.final_url, visit.site, taken, kind, visit.template)
    try:
        return extract_article(*about)
    except NotFoundPage:
        raise
    except UnreadablePage:
        if visit.known is not None and not visit.generic_before:
            raise
        return extract_generic_article(*about)


def _no_page(response: Response) -> str | None:
    """The media type of a response that says it is something else than text."""
    kind = (content_type(response) or "text/html").split(";")[0].strip().lower()
    readable = kind.startswith("text/") or "html" in kind or "xml" in kind or "/" not in kind
    return None if readable or kind == "application/octet-stream" else kind


def content_type(response: Response) -> str | None:
    value = response.headers.get("Content-Type")
    return value.decode("latin-1") if value else None
