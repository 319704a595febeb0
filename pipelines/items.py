"""What a crawl observes, one thing at a time: the items that the spider yields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipelines.record.raw_article import RawArticle
from storage.archive.writer import Capture
from storage.checks.problems import Outcome
from storage.reasons import Reason

__all__ = [
    "ArticleMissing", "ArticleMoved", "ArticleRead", "FetchFailed", "MovedVia", "Observation",
    "Outcome", "PageFetched", "PageUnreadable",
]  # fmt: skip


class MovedVia(StrEnum):
    """How an article's old address leads to its new one."""

    REDIRECT = "redirect"
    CANONICAL = "canonical"  # the old page stands and names the new one as its own


@dataclass(slots=True)
class ArticleRead:
    """An article page was read. `found_at` lists the other URLs that led to it."""

    page: RawArticle
    capture: Capture | None
    observed_at: datetime
    found_at: tuple[str, ...] = ()


@dataclass(slots=True)
class ArticleMissing:
    """A known article was not at its URL.

    `hollow`: the page came with status 200 and without title and text, the template alone.
    `host`: the foreign host that the URL leads to, if it does.
    """

    article: int
    url: str
    outcome: Outcome
    reason: Reason
    capture: Capture | None
    observed_at: datetime
    hollow: bool = False
    host: str | None = None


@dataclass(slots=True)
class ArticleMoved:
    """A known article's URL leads to another article page of the site, which was read."""

    article: int
    url: str
    page: RawArticle
    capture: Capture | None
    observed_at: datetime
    via: MovedVia = MovedVia.REDIRECT


@dataclass(slots=True)
class PageUnreadable:
    """A page came and could not be read as an article."""

    url: str
    key: str | None
    reason: Reason
    capture: Capture | None
    observed_at: datetime
    known: bool


@dataclass(slots=True)
class FetchFailed:
    """No page came: a server error, a time-out, a refused redirect. `refused`: by robots.txt.

    `blocked`: what came is a login, a captcha, a firewall's or a parked domain's page.
    `host`: the foreign host that the URL leads to, if it does.
    """

    url: str
    key: str | None
    reason: Reason
    observed_at: datetime
    known: bool
    listing: bool = False
    refused: bool = False
    blocked: bool = False
    host: str | None = None


@dataclass(slots=True)
class PageFetched:
    """Any other page that was kept: a listing, a feed, robots.txt."""

    capture: Capture


Observation = (
    ArticleRead | ArticleMissing | ArticleMoved | PageUnreadable | FetchFailed | PageFetched
)
