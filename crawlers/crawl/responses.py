"""From the response to an article request to an observation: read, missing, moved, unreadable."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from scrapy.http import Response

from crawlers.crawl.soft404 import (
    VisibleText,
    find_block_page,
    is_block_url,
    is_error_url,
    is_front_page_url,
    not_found_phrase,
)
from crawlers.crawl.state import has_html_end, lacks_html_end
from crawlers.extraction.html import NotFoundPage, UnreadablePage
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.detector import Boilerplate
from pipelines.items import (
    ArticleMissing,
    ArticleMoved,
    ArticleRead,
    FetchFailed,
    Observation,
    PageUnreadable,
)
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import comparison
from storage.archive.reader import Record
from storage.archive.writer import Capture
from storage.checks.failed_checks import CheckOutcome
from storage.messages.reasons_crawl import CrawlReason, http_status
from storage.messages.reasons_pages import PageReason, Unread, shows_block_page
from storage.models import Article
from storage.reasons import Reason

logger = logging.getLogger(__name__)

BLOCKED_STATUSES = (401, 403, 407, 511)
MIN_GENERIC_CHARS = 1000  # of text; the generic extractor finds less on a page without an article


@dataclass(frozen=True, slots=True)
class ArticleRequest:
    """A request for an article, and what evaluating its response needs.

    Attributes:
        url: the requested URL, before any redirect
        final_url: the canonical form of the URL that responded
        article_id: id of the stored article; None for a new one
        generic_before: the newest revision was read by the generic extractor
        newest_record: loads the newest record of a stored article
        newest_page: loads the capture of that record; None if it cannot be read
        must_have_html_end: whether a new article at a URL is suspect without </html>
    """

    site: type[SiteConfig]
    url: str
    final_url: str
    key: str
    article_id: int | None
    capture: Capture | None
    observed_at: datetime
    boilerplate: Boilerplate
    generic_before: bool
    newest_record: Callable[[int], Article]
    newest_page: Callable[[int], Record | None]
    must_have_html_end: Callable[[str], bool]

    @property
    def is_stored(self) -> bool:
        return self.article_id is not None

    def missing(
        self, outcome: CheckOutcome, reason: Reason, *, empty_template: bool = False
    ) -> Observation:
        """Return a sign of a takedown, or a failed fetch if the article is not stored."""
        if self.article_id is None:
            return self.failed(reason)
        return ArticleMissing(
            self.article_id,
            self.url,
            outcome,
            reason,
            self.capture,
            self.observed_at,
            empty_template=empty_template,
        )

    def failed(self, reason: Reason, *, blocked: bool = False) -> FetchFailed:
        return FetchFailed(
            self.url, self.key, reason, self.observed_at, is_stored=self.is_stored, blocked=blocked
        )

    def is_still_on(self, page: VisibleText) -> bool:
        """Whether the text of the stored article is still on the page."""
        return self.article_id is not None and page.contains(self.newest_record(self.article_id))

    def unreadable(self, reason: Reason) -> PageUnreadable:
        return PageUnreadable(
            self.url, self.key, reason, self.capture, self.observed_at, is_stored=self.is_stored
        )


def observe(response: Response, request: ArticleRequest) -> Observation:
    """Return what a response shows about the requested article."""
    blocked = block_reason(response)
    if blocked is not None:
        return request.failed(blocked, blocked=True)
    if response.status in (404, 410):
        outcome = CheckOutcome(str(response.status))
        return request.missing(outcome, http_status(response.status))
    if response.meta.get("redirect_urls"):
        if is_error_url(response.url):
            return request.missing(
                CheckOutcome.SOFT_404, Reason(PageReason.REDIRECT_TO_ERROR_PAGE, url=response.url)
            )
        if request.site.key_of(response.url) is None:
            return request.missing(
                CheckOutcome.REDIRECT, Reason(PageReason.REDIRECT, url=response.url)
            )
    if response.status != 200:
        return request.failed(http_status(response.status))
    if (kind := _other_media_type(response)) is not None:
        return request.unreadable(Reason(Unread.NOT_A_PAGE, media_type=kind))
    observation = _read(response, request)
    if _breaks_off(response, request, observation):
        return request.failed(Reason(CrawlReason.PAGE_INCOMPLETE))
    return observation


def _breaks_off(response: Response, request: ArticleRequest, observation: Observation) -> bool:
    """Whether a page seems to end early although nothing in the transfer shows it.

    A response without a length ends where the connection does, and one whose Content-Length is
    too small ends there. Such a page lacks the </html> of the stored capture and a part of the
    stored text. A site may leave </html> out; then the whole text is there. A new article lacks
    the </html> that all others of the site have.
    """
    if not _may_break_off(observation) or not lacks_html_end(response.body):
        return False
    if request.article_id is None:
        is_read = isinstance(observation, ArticleRead)
        return is_read and request.must_have_html_end(request.url)
    before = request.newest_page(request.article_id)
    if before is None or not has_html_end(before.body):
        return False
    page = VisibleText(response.body, content_type(response))
    return not page.contains_all(request.newest_record(request.article_id))


def _may_break_off(observation: Observation) -> bool:
    """Whether a page cut short can look like this: not if it has a text of its own for an error."""
    if isinstance(observation, ArticleMissing):
        return observation.empty_template
    return isinstance(observation, ArticleRead | ArticleMoved | PageUnreadable)


def block_reason(response: Response) -> Reason | None:
    """Return why a response is a login or block page, or None if it may be an article."""
    if response.meta.get("redirect_urls") and is_block_url(response.url):
        return Reason(PageReason.REDIRECT_TO_BLOCK_PAGE, url=response.url)
    if response.status == 200:
        return None  # checked only if no article can be read on it
    kind = VisibleText(response.body, content_type(response)).block_page()
    if kind is not None:
        page = Reason(kind)
        return Reason(PageReason.STATUS_WITH_BLOCK_PAGE, status=response.status, page=page)
    return http_status(response.status) if response.status in BLOCKED_STATUSES else None


def is_failed_listing(response: Response) -> bool:
    """Whether a response is no listing or feed by its status or URL."""
    return response.status != 200 or block_reason(response) is not None


def listing_block_reason(response: Response) -> Reason | None:
    """Return the block reason of a listing or feed without links to articles, or None."""
    kind = VisibleText(response.body, content_type(response)).block_page()
    return shows_block_page(kind) if kind else None


def _read(response: Response, request: ArticleRequest) -> Observation:
    try:
        page = _extract(response, request)
    except NotFoundPage as error:
        return request.missing(CheckOutcome.SOFT_404, error.reason)
    except UnreadablePage as error:
        return _without_article(response, request, error.reason)
    except Exception as error:  # our bug; the page is stored and requested again
        logger.exception("reading %s failed", request.url)
        return request.unreadable(
            Reason(Unread.EXTRACTOR_ERROR, error=f"{type(error).__name__}: {error}")
        )
    other = _not_an_article(response, request, page)
    if other is not None:
        return other
    if request.article_id is not None and page.key != request.key:
        return ArticleMoved(
            request.article_id, request.url, page, request.capture, request.observed_at
        )
    return ArticleRead(page, request.capture, request.observed_at, (request.url,))


def _without_article(response: Response, request: ArticleRequest, reason: Reason) -> Observation:
    """Tell a page of another kind from a changed layout if no article could be read."""
    page_text = VisibleText(response.body, content_type(response))
    if request.is_still_on(page_text):
        return request.unreadable(reason)
    if kind := page_text.block_page():
        return request.failed(shows_block_page(kind), blocked=True)
    if phrase := page_text.not_found():
        return request.missing(
            CheckOutcome.SOFT_404, Reason(PageReason.NOT_FOUND_PHRASE, quote=phrase)
        )
    # With repair_text the record is converted and cannot be compared with the page's letters.
    empty = not (page_text.titles or page_text.text)
    if not request.is_stored or request.site.repair_text or empty:
        return request.unreadable(reason)
    return request.missing(
        CheckOutcome.SOFT_404, Reason(PageReason.EMPTY_TEMPLATE), empty_template=True
    )


def _not_an_article(
    response: Response, request: ArticleRequest, page: RawArticle
) -> Observation | None:
    """Return what a page is that was read as an article but is none; None if it is an article."""
    title = page.title or ""
    text = " ".join([page.lead or "", *(block.text for block in page.blocks)])
    kind, phrase = find_block_page(title, text), not_found_phrase(title, text)
    by_generic = page.extractor_version.endswith(".generic") and len(text) < MIN_GENERIC_CHARS
    if not request.is_stored and by_generic and _is_site_name(title, request.site):
        return _without_article(response, request, Reason(Unread.TITLE_IS_SITE_NAME))
    is_front_page = request.is_stored and is_front_page_url(page.canonical)
    empty_template = request.is_stored and by_generic
    if not (kind or phrase or is_front_page or empty_template):
        return None
    if request.is_still_on(VisibleText(response.body, content_type(response))):
        return None
    if kind:
        return request.failed(shows_block_page(kind), blocked=True)
    if phrase:
        return request.missing(
            CheckOutcome.SOFT_404, Reason(PageReason.NOT_FOUND_PHRASE, quote=phrase)
        )
    if is_front_page:
        return request.missing(CheckOutcome.SOFT_404, Reason(PageReason.HOME_PAGE))
    return request.missing(
        CheckOutcome.SOFT_404, Reason(PageReason.EMPTY_TEMPLATE), empty_template=True
    )


def _is_site_name(title: str, site: type[SiteConfig]) -> bool:
    return comparison(title).lower() == comparison(site.title).lower()


def _extract(response: Response, request: ArticleRequest) -> RawArticle:
    """Extract with the site's rules, or with the generic extractor if they find no article.

    An article that the rules have read before is never read by the generic extractor: the
    difference between the two would look like an edit.
    """
    # The extractors are slow to import and `scrapy list` needs none.
    from crawlers.extraction.article import extract_article
    from crawlers.extraction.generic.article import extract_generic_article

    captured_at = request.capture.captured_at if request.capture else request.observed_at
    page = (
        response.body, request.final_url, request.site, captured_at, content_type(response),
        request.boilerplate,
    )  # fmt: skip
    try:
        return extract_article(*page)
    except NotFoundPage:
        raise
    except UnreadablePage:
        if request.is_stored and not request.generic_before:
            raise
        return extract_generic_article(*page)


def _other_media_type(response: Response) -> str | None:
    """Return the media type of a response that declares something else than text, or None."""
    kind = (content_type(response) or "text/html").split(";")[0].strip().lower()
    readable = kind.startswith("text/") or "html" in kind or "xml" in kind or "/" not in kind
    return None if readable or kind == "application/octet-stream" else kind


def content_type(response: Response) -> str | None:
    """Return the Content-Type header."""
    value = response.headers.get("Content-Type")
    return value.decode("latin-1") if value else None
