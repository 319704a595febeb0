"""CrawlStore: what the spider reads from the storage of its site.

The crawlers package imports no database. The caller that starts a crawl passes a store to the
spider; pipelines/site_store.py implements it for a home.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pipelines.boilerplate.detector import Boilerplate
from storage.archive.reader import Record
from storage.articles.repository import StoredArticle
from storage.checks.recheck_budget import RecheckBudget
from storage.models import Article


class CrawlStore(Protocol):
    """The stored state of one site, read only."""

    def stored_articles(self) -> list[StoredArticle]:
        """Return every article of the site, in order of id."""

    def moved_to(self, article: int) -> list[StoredArticle]:
        """Return the articles that moved to this one and are not back at their own URL."""

    def frontier_keys(self) -> set[str]:
        """Return the known frontier: keys of articles below which a listing shows nothing new."""

    def retry_urls(self) -> list[str]:
        """Return the retry queue: URLs that could not be read in earlier runs, oldest first."""

    def alias_urls(self) -> set[str]:
        """Return the URLs that lead to a stored article of another key."""

    def generic_articles(self) -> set[int]:
        """Return the ids of articles whose newest revision the generic extractor read."""

    def canaries(self) -> set[int]:
        """Return the ids of articles that a person pinned."""

    def boilerplate(self) -> Boilerplate:
        """Return the boilerplate that earlier runs learned."""

    def newest_record(self, article: int) -> Article:
        """Return the record of the article's newest revision."""

    def newest_page(self, article: int) -> Record | None:
        """Return the capture of the article's newest revision; None if it cannot be read."""

    def recheck_budget(
        self, now: datetime, *, fetches_a_day: int, poll_minutes: int
    ) -> RecheckBudget:
        """Return how many stored articles a run that begins at `now` may fetch."""

    def listing_positions(self) -> Mapping[str, Sequence[str]]:
        """Return listing URL -> the article keys it listed in the last run, in their order."""

    def capture(self, capture: int) -> Record:
        """Return the record of a stored capture. Raise CaptureError if it cannot be read."""
