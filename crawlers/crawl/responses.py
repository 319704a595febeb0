"""From the response to an article request to an observation: read, missing, moved, unreadable."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from scrapy.http import Response

from crawlers.crawl.soft404 import (
    MAX_PHRASE_CHARS,
    MIN_PARAGRAPH_CHARS,
    PageSign,
    VisibleText,
    access_sign,
    article_sign,
    is_block_url,
    is_error_url,
    is_front_page_url,
    is_not_found_url,
)
from crawlers.crawl.state import has_html_end, lacks_html_end
from crawlers.extraction.html import NotFoundPage, OtherKindPage, UnreadablePage, links_of
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.detector import Boilerplate
from pipelines.items import (
    ArticleMissing,
    ArticleMoved,
    ArticleRead,
    FetchFailed,
    MovedVia,
    Observation,
    PageFetched,
    PageUnreadable,
)
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import comparison
from storage.archive.reader import Record
from storage.archive.writer import Capture
from storage.checks.failed_checks import CheckOutcome
from storage.messages.reasons_crawl import CrawlReason, http_status
from storage.messages.reasons_pages import PageReason, Unread
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

    def missing(self, outcome: CheckOutcome, reason: Reason) -> Observation:
        """Return a sign of a takedown, or a failed fetch if the article is not stored."""
        if self.article_id is None:
            return self.failed(reason)
        return ArticleMissing(
            self.article_id, self.url, outcome, reason, self.capture, self.observed_at
        )

    def failed(self, reason: Reason, *, blocked: bool = False) -> FetchFailed:
        return FetchFailed(
            self.url, self.key, reason, self.observed_at, is_stored=self.is_stored, blocked=blocked
        )

    def unreadable(self, reason: Reason, *, shows_text: bool = True) -> PageUnreadable:
        return PageUnreadable(
            self.url, self.key, reason, self.capture, self.observed_at, is_stored=self.is_stored,
            shows_text=shows_text,
        )  # fmt: skip

    def without_article(self, sign: PageSign) -> Observation:
        """Return the observation of a page that states that it is no article."""
        if sign.not_found:
            return self.missing(CheckOutcome.SOFT_404, sign.reason())
        return self.failed(sign.reason(), blocked=sign.blocked)

    def stored_record(self) -> Article | None:
        return None if self.article_id is None else self.newest_record(self.article_id)

    def template_lines(self) -> frozenset[str]:
        """Return the lines of the stored capture, which show nothing new on a later page."""
        before = None if self.article_id is None else self.newest_page(self.article_id)
        if before is None:
            return frozenset()
        return frozenset(VisibleText(before.body, before.header("Content-Type")).lines)


def observe(response: Response, request: ArticleRequest) -> Observation:
    """Return what a response shows about the requested article."""
    if _is_withdrawn(response, request):
        return request.missing(CheckOutcome.SOFT_404, http_status(response.status))
    blocked = block_reason(response)
    if blocked is not None:
        return request.failed(blocked, blocked=True)
    if response.status in (404, 410) and not _still_has_text(response, request):
        outcome = CheckOutcome(str(response.status))
        return request.missing(outcome, http_status(response.status))
    if response.status not in (200, 404, 410):
        return request.failed(http_status(response.status))
    if (kind := _other_media_type(response)) is not None:
        return request.unreadable(Reason(Unread.NOT_A_PAGE, media_type=kind))
    if response.meta.get("redirect_urls") and not _is_article_url(response.url, request.site):
        return _redirected(response, request)
    observation = _read(response, request)
    if _breaks_off(response, request, observation):
        return request.failed(Reason(CrawlReason.PAGE_INCOMPLETE))
    return observation


def _is_withdrawn(response: Response, request: ArticleRequest) -> bool:
    """Whether the CMS itself, and no firewall before it, refuses an article that it once showed."""
    return (
        response.status == request.site.unpublished_status
        and request.is_stored
        and request.site.is_named_in(response.body)
        and not _still_has_text(response, request)
    )


def _is_article_url(url: str, site: type[SiteConfig]) -> bool:
    return site.key_of(url) is not None and not (is_error_url(url) or is_not_found_url(url))


def _still_has_text(response: Response, request: ArticleRequest) -> bool:
    """Whether a page holds most of the stored article's text, whatever its status or URL."""
    page = VisibleText(response.body, content_type(response))
    record = request.stored_record() if page.text else None
    return record is not None and page.contains_most(record)


def _redirected(response: Response, request: ArticleRequest) -> Observation:
    """Return what a redirect to a URL shows that `article_url` does not match."""
    page = VisibleText(response.body, content_type(response))
    record = request.stored_record()
    if record is not None and page.contains_most(record):
        return _read(response, request)
    if record is not None and page.contains(record):
        return request.unreadable(Reason(PageReason.REDIRECT_NOT_ARTICLE))
    sign = page.sign()
    if sign is not None and not sign.not_found:
        return request.without_article(sign)
    if is_not_found_url(response.url) or sign is not None:
        reason = Reason(PageReason.REDIRECT_TO_ERROR_PAGE, url=response.url)
        return request.missing(CheckOutcome.SOFT_404, reason)
    if is_error_url(response.url):  # whether of a missing page or of the server, it does not say
        return request.failed(Reason(PageReason.REDIRECT_TO_ERROR_PAGE, url=response.url))
    return request.missing(CheckOutcome.REDIRECT, Reason(PageReason.REDIRECT, url=response.url))


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
    return isinstance(observation, ArticleRead | ArticleMoved | PageUnreadable)


def block_reason(response: Response) -> Reason | None:
    """Return why a response is a login or block page, or None if it may be an article."""
    if response.meta.get("redirect_urls") and is_block_url(response.url):
        return Reason(PageReason.REDIRECT_TO_BLOCK_PAGE, url=response.url)
    if response.status == 200:
        return None  # checked only if no article can be read on it
    sign = VisibleText(response.body, content_type(response)).sign()
    if sign is not None and sign.blocked:
        page = Reason(sign.kind or "")
        return Reason(PageReason.STATUS_WITH_BLOCK_PAGE, status=response.status, page=page)
    return http_status(response.status) if response.status in BLOCKED_STATUSES else None


def is_gone(response: Response) -> bool:
    """Whether the server says that there is no such page; not that a replay lacks its capture."""
    return response.status in (404, 410) and not response.meta.get("not_in_replay")


def is_failed_listing(response: Response) -> bool:
    """Whether a response is no listing or feed by its status or URL."""
    return response.status != 200 or block_reason(response) is not None


def listing_sign(response: Response) -> PageSign | None:
    """Return what a listing or feed without links to articles is instead, or None."""
    sign = VisibleText(response.body, content_type(response)).sign()
    return None if sign is None or sign.not_found else sign


def _read(response: Response, request: ArticleRequest) -> Observation:
    try:
        page = _extract(response, request)
    except OtherKindPage as error:
        if request.capture is None:
            return request.unreadable(error.reason)
        return PageFetched(request.capture)
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
    is_redirected = request.is_stored and bool(response.meta.get("redirect_urls"))
    moved_via = MovedVia.REDIRECT if is_redirected else None
    read = ArticleRead(
        page, request.capture, request.observed_at, (request.url,), moved_via,
        is_stored=request.is_stored,
    )  # fmt: skip
    if request.is_stored and request.site.key_of(request.final_url) is None:
        read.problem = Reason(PageReason.UNKNOWN_URL_FORM, url=request.final_url)
    return read


def _without_article(response: Response, request: ArticleRequest, reason: Reason) -> Observation:
    """Tell a page of another kind from a changed layout if no article could be read.

    Nothing but a positive sign makes an article missing. If the stored text, or with "not found"
    its title, is still on the page, the sign does not count.
    """
    page = VisibleText(response.body, content_type(response))
    sign = page.sign(request.template_lines())
    if sign is None or _overrules(request, page, sign):
        record = request.stored_record()
        return request.unreadable(reason, shows_text=record is None or page.contains(record))
    return request.without_article(sign)


def _overrules(request: ArticleRequest, page: VisibleText, sign: PageSign) -> bool:
    """Whether a page shows the stored article so that a sign on it does not count."""
    record = request.stored_record()
    if record is None:
        return False
    if sign.not_found or not any(len(b.text) >= MIN_PARAGRAPH_CHARS for b in record.body):
        return page.contains(record)
    return page.contains_text(record)


def _not_an_article(
    response: Response, request: ArticleRequest, page: RawArticle
) -> Observation | None:
    """Return what a page is that was read as an article but is none; None if it is an article."""
    sign = article_sign(response.body, page)
    if sign is not None and sign.certain:
        return request.without_article(sign)
    lines = [page.lead or "", *(block.text for block in page.blocks)]
    by_generic = page.extractor_version.endswith(".generic")
    is_short = by_generic and sum(map(len, lines)) < MIN_GENERIC_CHARS
    is_front_page = request.is_stored and is_front_page_url(page.canonical)
    record = request.stored_record()
    if record is not None and (lost := _lost_chars(record, page)):
        hidden = _hides_text(response, request, record, lost)
        if hidden is not None:
            return request.without_article(hidden)
        if _is_first_part(response, request):
            return request.unreadable(Reason(Unread.SPLIT_INTO_PAGES))
    if not (sign or is_short or is_front_page or _is_replaced(request, page, lines)):
        return None
    visible = VisibleText(response.body, content_type(response))
    sign = sign or (visible.sign(request.template_lines()) if is_short else None)
    if sign is not None and not _overrules(request, visible, sign):
        return request.without_article(sign)
    if record is None:
        is_site = is_short and _is_site_name(page.title or "", request.site)
        return request.unreadable(Reason(Unread.TITLE_IS_SITE_NAME)) if is_site else None
    if visible.contains(record):
        return None
    if is_front_page:
        return request.missing(CheckOutcome.SOFT_404, Reason(PageReason.HOME_PAGE))
    return request.unreadable(Reason(Unread.NO_ARTICLE_TEXT))


def _hides_text(
    response: Response, request: ArticleRequest, record: Article, lost: int
) -> PageSign | None:
    """Return the request to log in that stands in place of at least half of a stored text."""
    if 2 * lost < sum(len(block.text) for block in record.body):
        return None
    template = request.template_lines()
    lines = VisibleText(response.body, content_type(response)).lines
    return access_sign(line for line in lines if line not in template)


def _is_first_part(response: Response, request: ArticleRequest) -> bool:
    """Whether a page links to the second part of its article, as below WordPress's page break."""
    first = _path_and_query(request.final_url)
    ends = ("&page=2",) if "?" in first else ("/2", "/page/2", "/page-2", "?page=2", "?p=2")
    second = {f"{first}{end}" for end in ends}
    links = links_of(response.body, response.url, content_type(response))
    return any(_path_and_query(link) in second for link in links)


def _path_and_query(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://[broken" and the like
        return ""
    return parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")


def _lost_chars(record: Article, page: RawArticle) -> int:
    """Return how many characters of a stored body are in paragraphs that a page does not have."""
    left = {comparison(block.text) for block in page.blocks}
    return sum(len(block.text) for block in record.body if comparison(block.text) not in left)


def _is_replaced(request: ArticleRequest, page: RawArticle, lines: list[str]) -> bool:
    """Whether a few undated words stand where a dated article stood: a notice, not an edit."""
    if sum(map(len, lines)) >= MAX_PHRASE_CHARS or page.published:
        return False
    record = request.stored_record()
    if record is None or record.published is None or record.title == page.title:
        return False
    return sum(len(block.text) for block in record.body) >= MAX_PHRASE_CHARS


def _is_site_name(title: str, site: type[SiteConfig]) -> bool:
    return comparison(title).lower() == comparison(site.title).lower()


def _extract(response: Response, request: ArticleRequest) -> RawArticle:
    """Extract the article.

    The body of an article that the rules have read before is never read by the generic extractor:
    the difference between the two would look like an edit.
    """
    # The extractors are slow to import and `scrapy list` needs none.
    from crawlers.extraction.article import extract_article

    captured_at = request.capture.captured_at if request.capture else request.observed_at
    article = extract_article(
        response.body,
        request.final_url,
        request.site,
        captured_at,
        content_type(response),
        request.boilerplate,
        rules_only=request.is_stored and not request.generic_before,
        is_stored=request.is_stored,
    )
    if article.key == request.final_url:  # a URL without a key: the listings had another one
        article.key = request.key
    return article


def _other_media_type(response: Response) -> str | None:
    """Return the media type of a response that declares something else than text, or None."""
    kind = (content_type(response) or "text/html").split(";")[0].strip().lower()
    readable = kind.startswith("text/") or "html" in kind or "xml" in kind or "/" not in kind
    return None if readable or kind == "application/octet-stream" else kind


def content_type(response: Response) -> str | None:
    """Return the Content-Type header."""
    value = response.headers.get("Content-Type")
    return value.decode("latin-1") if value else None
