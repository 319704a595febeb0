"""What a crawl observes, one thing at a time: the items that the spider yields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipelines.record.raw_article import PrintedArticle
from storage.archive.writer import Capture


@dataclass(slots=True)
class ArticleRead:
    """An article page was read. `found_at` lists the other URLs that led to it."""

    page: PrintedArticle
    capture: Capture | None
    observed_at: datetime
    found_at: tuple[str, ...] = ()


@dataclass(slots=True)
class ArticleMissing:
    """A known article was not at its URL. `outcome`: 404, 410, redirect, soft 404.

    `hollow`: the page came with status 200 and without title and text, the template alone.
    `host`: the foreign host that the URL leads to, if it does.
    """

    article: int
    url: str
    outcome: str
    detail: str
    capture: Capture | None
    observed_at: datetime
    hollow: bool = False
    host: str | None = None


@dataclass(slots=True)
class ArticleMoved:
    """A known article's URL leads to another article page of the site, which was read.

    `via`: redirect, or canonical where the old page stands and names the new one as its own.
    """

    article: int
    url: str
    page: PrintedArticle
    capture: Capture | None
    observed_at: datetime
    via: str = "redirect"


@dataclass(slots=True)
class PageUnreadable:
    """A page came and could not be read as an article."""

    url: str
    key: str | None
    reason: str
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
    reason: str
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
