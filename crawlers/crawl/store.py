"""What a crawl knows of its site: the questions that the spider puts to the store.

The crawlers import no database. Who starts a crawl gives the spider a store; the one of a home is
pipelines/site_store.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pipelines.boilerplate.detector import Boilerplate
from storage.archive.writer import Record
from storage.articles.repository import Known
from storage.checks.recheck_budget import RecheckBudget
from storage.models import Article


class CrawlStore(Protocol):
    """The store of one site, as the crawl of that site sees it."""

    def known_articles(self) -> list[Known]:
        """Every article of the site, in order of id."""

    def listed_keys(self) -> set[str]:
        """Keys of articles below which a listing has nothing new: found by a complete run."""

    def retry_urls(self) -> list[str]:
        """The retry queue: addresses that could not be read in earlier runs, oldest first."""

    def alias_urls(self) -> set[str]:
        """Addresses that lead to a known article of another key."""

    def generic_articles(self) -> set[int]:
        """Ids of the articles whose newest revision was read by the generic extractor."""

    def canaries(self) -> set[int]:
        """Ids of the articles that a person pinned."""

    def template(self) -> Boilerplate:
        """The boilerplate that earlier runs learned."""

    def newest_record(self, article: int) -> Article:
        """The record of the article's newest revision."""

    def recheck_budget(
        self, now: datetime, *, fetches_a_day: int, poll_minutes: int
    ) -> RecheckBudget:
        """How many known articles a run that begins at `now` may fetch."""

    def listing_positions(self) -> Mapping[str, Sequence[str]]:
        """Listing -> the keys of the articles that it showed in the last run, in order."""

    def capture(self, capture: int) -> Record:
        """The bytes of a stored capture. Raises CaptureError if they cannot be read."""
