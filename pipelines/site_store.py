"""Read access to one site of a home; implements CrawlStore (crawlers/crawl/store.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipelines.boilerplate.detector import Boilerplate
from pipelines.boilerplate.store import current_boilerplate
from storage.archive.captures import get_capture, read_capture
from storage.archive.errors import CaptureError
from storage.archive.reader import Record
from storage.articles import repository as articles
from storage.articles import revisions as article_revisions
from storage.articles.canaries import pinned
from storage.articles.repository import StoredArticle
from storage.checks import listing_positions, recheck_budget
from storage.checks.recheck_budget import RecheckBudget
from storage.checks.retry_queue import retry_urls
from storage.db.connection import Database
from storage.home import Home
from storage.models import Article, ArticleStatus


@dataclass(frozen=True, slots=True)
class SiteStore:
    """Reads the database at every call, without a cache."""

    home: Home
    db: Database
    site: str

    def stored_articles(self) -> list[StoredArticle]:
        return articles.stored_articles(self.db, self.site)

    def moved_to(self, article: int) -> list[StoredArticle]:
        target = articles.article_by_id(self.db, article)
        former = articles.articles_moved_to(self.db, target)
        return [one for one in former if one.status == ArticleStatus.MOVED]

    def frontier_keys(self) -> set[str]:
        return articles.known_frontier(self.db, self.site)

    def retry_urls(self) -> list[str]:
        return retry_urls(self.db, self.site)

    def alias_urls(self) -> set[str]:
        return articles.alias_urls(self.db, self.site)

    def generic_articles(self) -> set[int]:
        return articles.generic_articles(self.db, self.site)

    def canaries(self) -> set[int]:
        return {canary.article for canary in pinned(self.db, [self.site])}

    def boilerplate(self) -> Boilerplate:
        return current_boilerplate(self.db, self.site)

    def newest_record(self, article: int) -> Article:
        return article_revisions.last_revision(self.db, article).record

    def newest_page(self, article: int) -> Record | None:
        capture = article_revisions.last_revision(self.db, article).capture
        try:
            return self.capture(capture) if capture is not None else None
        except CaptureError:
            return None

    def recheck_budget(
        self, now: datetime, *, fetches_a_day: int, poll_minutes: int
    ) -> RecheckBudget:
        return recheck_budget.recheck_budget(
            self.db, self.site, now, fetches_a_day=fetches_a_day, poll_minutes=poll_minutes
        )

    def listing_positions(self) -> Mapping[str, Sequence[str]]:
        return listing_positions.listing_positions(self.db, self.site)

    def capture(self, capture: int) -> Record:
        return read_capture(self.home.captures, get_capture(self.db, capture))
