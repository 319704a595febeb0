"""Observations of a crawl: the items that the spider yields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipelines.record.raw_article import RawArticle
from storage.archive.writer import Capture
from storage.checks.failed_checks import CheckOutcome
from storage.reasons import Reason

__all__ = [
    "ArticleMissing", "ArticleMoved", "ArticleRead", "FetchFailed", "MovedVia", "Observation",
    "PageFetched", "PageUnreadable", "PastMiss",
]  # fmt: skip


class MovedVia(StrEnum):
    """How an article's old URL refers to its new one."""

    REDIRECT = "redirect"  # by status, meta refresh or script
    LISTING = "listing"  # it is missing at the old URL, and where listings or its neighbours show
    TEXT = "text"  # the old URL is missing, and its text is that of an article found later
    CANONICAL = "canonical"  # the old page exists and states the new URL as its canonical URL


@dataclass(slots=True)
class ArticleRead:
    """An article page was read.

    Attributes:
        other_urls: other URLs that led to the page
        moved_via: set if the article was found at another URL than the stored one
        problem: what must be fixed although the page was read
        lacks_end: of a capture of the past: the page has no </html>, it may have been cut short
        is_stored: whether the article was stored already when the page was requested
    """

    page: RawArticle
    capture: Capture | None
    observed_at: datetime
    other_urls: tuple[str, ...] = ()
    moved_via: MovedVia | None = None
    problem: Reason | None = None
    lacks_end: bool = False
    is_stored: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether the text is doubtful beside that of another capture of the article."""
        return self.lacks_end or self.page.extractor_version.endswith(".generic")


@dataclass(slots=True)
class ArticleMissing:
    """A stored article is not at its URL.

    Attributes:
        redirect_host: host of another site that the URL redirects to, if any
        with_section: whether the site deleted its whole section
    """

    article: int
    url: str
    outcome: CheckOutcome
    reason: Reason
    capture: Capture | None
    observed_at: datetime
    redirect_host: str | None = None
    with_section: bool = False


@dataclass(slots=True)
class PastMiss:
    """A capture of the past shows that an article was not at its URL.

    The article may not have been read yet: captures arrive in any order.
    """

    key: str
    outcome: CheckOutcome
    reason: Reason
    capture: Capture | None
    observed_at: datetime


@dataclass(slots=True)
class ArticleMoved:
    """A stored article's URL leads to another article page of the site, which was read."""

    article: int
    url: str
    page: RawArticle
    capture: Capture | None
    observed_at: datetime
    via: MovedVia = MovedVia.REDIRECT


@dataclass(slots=True)
class PageUnreadable:
    """A response could not be parsed as an article.

    Attributes:
        key: key of the article, if the URL contains one
        is_stored: whether the article is stored already
        shows_text: False if nothing of the stored article is on the page
    """

    url: str
    key: str | None
    reason: Reason
    capture: Capture | None
    observed_at: datetime
    is_stored: bool
    shows_text: bool = True


@dataclass(slots=True)
class FetchFailed:
    """A fetch failed: a server error, a time-out, a rejected redirect.

    Attributes:
        key: key of the article, if the URL contains one
        is_stored: whether the article is stored already
        is_listing: whether the URL is a listing or a feed
        disallowed: by robots.txt
        blocked: the response is a login form, a captcha, or a page of a firewall or parked domain
        redirect_host: host of another site that the URL redirects to, if any
    """

    url: str
    key: str | None
    reason: Reason
    observed_at: datetime
    is_stored: bool
    is_listing: bool = False
    disallowed: bool = False
    blocked: bool = False
    redirect_host: str | None = None


@dataclass(slots=True)
class PageFetched:
    """Another page was fetched: a listing, a feed, robots.txt."""

    capture: Capture


Observation = (
    ArticleRead
    | ArticleMissing
    | ArticleMoved
    | PastMiss
    | PageUnreadable
    | FetchFailed
    | PageFetched
)
