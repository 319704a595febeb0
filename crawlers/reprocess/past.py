"""What a record of a WARC file shows about an article at the time of its capture.

The rules are those of a crawl for an article that is not stored (crawlers/crawl/responses.py), so
that the order in which captures arrive makes no difference. A page that shows no article is a miss
of its moment, even if the article has not been read (pipelines/history/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NoReturn
from urllib.parse import urljoin, urlsplit

from scrapy.http import Headers, Request, Response

from crawlers.crawl.responses import ArticleRequest, observe
from crawlers.crawl.soft404 import is_block_url, is_error_url
from crawlers.crawl.state import lacks_html_end
from crawlers.registry import get_site
from crawlers.spider import SiteSpider
from pipelines.boilerplate.detector import Boilerplate
from pipelines.items import ArticleRead, FetchFailed, Observation, PageUnreadable, PastMiss
from pipelines.recording.prepared import PreparedArticle, normalised
from storage.archive.reader import Record
from storage.archive.writer import Capture
from storage.checks.failed_checks import CheckOutcome
from storage.messages.reasons_pages import PageReason
from storage.reasons import Reason

REDIRECTS = (301, 302, 303, 307, 308)
ABSENT = (404, 410)
HTTP_OK = 200
NO_BOILERPLATE = Boilerplate()
# Only its `meta` is read; to create one takes as long as to create the response.
_NOT_REDIRECTED = Request("https://archive.invalid/")


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


@dataclass(frozen=True, slots=True)
class PastReader:
    """Reads captures of a site in a run. `boilerplate`: what crawls of the site have learned."""

    site: str
    boilerplate: Boilerplate

    def observe(self, record: Record, capture: Capture) -> Observation:
        site = get_site(self.site)
        return observe_record(record, capture, site, self.boilerplate)

    def observe_chunk(self, chunk: list[Captured]) -> list[Observed]:
        """Return what records show, with the articles that were read, normalised."""
        observed: list[Observed] = []
        for record, capture in chunk:
            observation = self.observe(record, capture)
            prepared = None
            if isinstance(observation, ArticleRead):
                prepared = normalised(observation.page)
            observed.append((observation, prepared))
        return observed


def observe_record(
    record: Record,
    capture: Capture,
    site: type[SiteSpider],
    boilerplate: Boilerplate = NO_BOILERPLATE,
) -> Observation:
    """Return what a relevant record shows; see PastReader."""
    key = site.key_of(record.url)
    assert key is not None, "is_relevant() was not asked"
    redirect = _redirect(record, site, key) if record.status in REDIRECTS else None
    if redirect is not None:
        return PastMiss(key, CheckOutcome.REDIRECT, redirect, capture, record.captured_at)
    request = PastRequest(
        site=site,
        url=record.url,
        final_url=site.canonical(record.url),
        key=key,
        article_id=None,
        capture=capture,
        observed_at=record.captured_at,
        boilerplate=boilerplate,
        generic_before=True,
        newest_record=_not_stored,
        newest_page=_not_stored,
        must_have_html_end=lambda _: False,  # it would depend on what is stored
    )
    observation = observe(response_of(record), request)
    match observation:
        case ArticleRead():
            return replace(
                observation, other_urls=(record.url,), lacks_end=lacks_html_end(record.body)
            )
        case PageUnreadable() | FetchFailed():  # nothing of the past is queued for a retry
            return replace(observation, is_stored=True)
    return observation


Captured = tuple[Record, Capture]
Observed = tuple[Observation, PreparedArticle | None]


def _not_stored(article: int) -> NoReturn:
    raise AssertionError("asked only of stored articles")


def _redirect(record: Record, site: type[SiteSpider], key: str) -> Reason | None:
    """Return where an article's URL led, if that is a sign of its absence or of a move.

    Another form of the same address, another host, and a login or error page say nothing.
    """
    location = record.header("Location")
    if not location:
        return None
    try:
        url = urljoin(record.url, location)
        host = urlsplit(url).hostname
    except ValueError:  # "http://[broken" and the like
        return None
    if host not in site.all_hosts or is_block_url(url) or is_error_url(url):
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
    request = _NOT_REDIRECTED
    if redirected_from:
        request = Request(record.url, meta={"redirect_urls": list(redirected_from)})
    return Response(record.url, record.status, headers, record.body, request=request)
