"""What a record of a WARC file shows about an article at the time of its capture.

The rules are those of a crawl (crawlers/crawl/responses.py). But the history of the article is not
known: captures arrive in any order. So a page that shows no article is a miss of its moment, even
if the article has not been read (pipelines/history/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from scrapy.http import Headers, Request, Response

from crawlers.crawl.responses import ArticleRequest, observe
from crawlers.crawl.soft404 import is_block_url, is_error_url
from crawlers.crawl.state import CrawlState
from crawlers.spider import SiteSpider
from pipelines.items import ArticleRead, FetchFailed, Observation, PageUnreadable, PastMiss
from storage.archive.reader import Record
from storage.archive.writer import Capture
from storage.checks.failed_checks import CheckOutcome
from storage.messages.reasons_pages import PageReason
from storage.reasons import Reason

REDIRECTS = (301, 302, 303, 307, 308)
ABSENT = (404, 410)
HTTP_OK = 200


@dataclass(frozen=True, slots=True)
class PastRequest(ArticleRequest):
    """A request whose response was captured at any time: a miss needs no stored article."""

    def missing(
        self, outcome: CheckOutcome, reason: Reason, *, empty_template: bool = False
    ) -> Observation:
        return PastMiss(self.key, outcome, reason, self.capture, self.observed_at)


def is_relevant(record: Record, site: type[SiteSpider]) -> bool:
    """Whether a record shows that an article was there, was not, or had another address."""
    key = site.key_of(record.url)
    if key is None:
        return False
    if record.status in REDIRECTS:
        return _redirect(record, site, key) is not None
    return record.status in (HTTP_OK, *ABSENT)


def observe_record(
    record: Record, capture: Capture, site: type[SiteSpider], state: CrawlState
) -> Observation:
    """Return what a relevant record shows."""
    key = site.key_of(record.url)
    assert key is not None, "is_relevant() was not asked"
    redirect = _redirect(record, site, key) if record.status in REDIRECTS else None
    if redirect is not None:
        return PastMiss(key, CheckOutcome.REDIRECT, redirect, capture, record.captured_at)
    stored = state.articles.get(key)
    request = PastRequest(
        site=site,
        url=record.url,
        final_url=site.canonical(record.url),
        key=key,
        article_id=stored.id if stored else None,
        capture=capture,
        observed_at=record.captured_at,
        boilerplate=state.boilerplate,
        generic_before=stored is None or stored.id in state.generic_articles,
        newest_record=state.newest_record,
        newest_page=state.newest_page,
        must_have_html_end=state.must_have_html_end,
    )
    observation = observe(response_of(record), request)
    match observation:
        case ArticleRead():
            return replace(observation, other_urls=(record.url,))
        case PageUnreadable() | FetchFailed():  # nothing of the past is queued for a retry
            return replace(observation, is_stored=True)
    return observation


def _redirect(record: Record, site: type[SiteSpider], key: str) -> Reason | None:
    """Return where an article's URL led, if that is a sign of its absence or of a move.

    Another form of the same address, another host, and a login or error page say nothing.
    """
    location = record.header("Location")
    if not location:
        return None
    url = urljoin(record.url, location)
    if urlsplit(url).hostname not in site.all_hosts or is_block_url(url) or is_error_url(url):
        return None
    target = site.key_of(url)
    if target is None:
        return Reason(PageReason.REDIRECT, url=url)
    if target == key:
        return None
    return Reason(PageReason.REDIRECT_TO_ARTICLE, url=site.canonical(url))


def response_of(record: Record, redirected_from: Sequence[str] = ()) -> Response:
    """Return a record as the response that a spider gets. `redirected_from`: URLs before it."""
    headers = Headers()
    for name, value in record.headers:
        headers.appendlist(name, value)
    meta = {"redirect_urls": list(redirected_from)} if redirected_from else {}
    request = Request(record.url, meta=meta)
    return Response(record.url, record.status, headers, record.body, request=request)
