"""From the answer to a request for an article to what it shows: read, gone, moved or unreadable."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scrapy.http import Response

from crawlers.generic import read_generic
from crawlers.markup import NotFoundPage, Unreadable
from crawlers.page import read_page
from crawlers.rules import SiteRules
from pipelines.observations import (
    ArticleMissing,
    ArticleMoved,
    ArticleRead,
    FetchFailed,
    Observation,
    PageUnreadable,
)
from pipelines.printed import PrintedArticle
from pipelines.template import Template
from storage.captures import Capture

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for an article. `known` is its id, or None for one that is not stored yet."""

    site: type[SiteRules]
    url: str  # as it was asked for, before any redirect
    final_url: str  # canonical, of the page that came
    key: str
    known: int | None
    capture: Capture | None
    at: datetime
    template: Template
    generic_before: bool  # its newest revision is the generic reader's

    def missing(self, known: int, outcome: str, detail: str) -> ArticleMissing:
        return ArticleMissing(known, self.url, outcome, detail, self.capture, self.at)

    def failed(self, reason: str) -> FetchFailed:
        return FetchFailed(self.url, self.key, reason, self.at, known=self.known is not None)

    def unreadable(self, reason: str) -> PageUnreadable:
        known = self.known is not None
        return PageUnreadable(self.url, self.key, reason, self.capture, self.at, known=known)


def observe(response: Response, visit: Visit) -> Iterator[Observation]:
    gone = _gone(response, visit)
    if gone is not None:
        outcome, detail = gone
        if visit.known is not None:
            yield visit.missing(visit.known, outcome, detail)
        else:
            yield visit.failed(detail)
    elif response.status != 200:
        yield visit.failed(f"answered {response.status}")
    elif (kind := _no_page(response)) is not None:
        yield visit.unreadable(f"is {kind}, not a page")
    else:
        yield _read(response, visit)


def _gone(response: Response, visit: Visit) -> tuple[str, str] | None:
    if response.status in (404, 410):
        return str(response.status), f"answered {response.status}"
    if response.meta.get("redirect_urls") and visit.site.key_of(response.url) is None:
        return "redirect", f"redirects to {response.url}"
    return None


def _read(response: Response, visit: Visit) -> Observation:
    try:
        page = _printed(response, visit)
    except NotFoundPage as error:
        if visit.known is not None:
            return visit.missing(visit.known, "soft 404", str(error))
        return visit.failed(str(error))
    except Unreadable as error:
        return visit.unreadable(str(error))
    except Exception as error:  # ours to mend; the page is kept and asked for again
        logger.exception("reading %s failed", visit.url)
        return visit.unreadable(f"our reader broke: {type(error).__name__}: {error}")
    if visit.known is not None and page.key != visit.key:
        return ArticleMoved(visit.known, visit.url, page, visit.capture, visit.at)
    return ArticleRead(page, visit.capture, visit.at, (visit.url,))


def _printed(response: Response, visit: Visit) -> PrintedArticle:
    """What the page says to the site's rules; to the generic reader where they find nothing.

    An article that the rules have read before is never compared with a generic reading of it:
    the difference would be ours, and look like an edit.
    """
    taken = visit.capture.captured_at if visit.capture else visit.at
    kind = content_type(response)
    about = (response.body, visit.final_url, visit.site, taken, kind, visit.template)
    try:
        return read_page(*about)
    except NotFoundPage:
        raise
    except Unreadable:
        if visit.known is not None and not visit.generic_before:
            raise
        return read_generic(*about)


def _no_page(response: Response) -> str | None:
    """The media type of a response that says it is something else than text."""
    kind = (content_type(response) or "text/html").split(";")[0].strip().lower()
    readable = kind.startswith("text/") or "html" in kind or "xml" in kind or "/" not in kind
    return None if readable or kind == "application/octet-stream" else kind


def content_type(response: Response) -> str | None:
    value = response.headers.get("Content-Type")
    return value.decode("latin-1") if value else None
