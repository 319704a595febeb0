"""What the database already knows of a site, loaded once when its crawl begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from crawlers.crawl.store import CrawlStore
from pipelines.boilerplate.detector import Boilerplate
from storage.articles.repository import (
    Known,
)
from storage.checks.recheck_budget import RecheckBudget
from storage.models import Article


@dataclass(frozen=True, slots=True)
class Memory:
    known: dict[str, Known]  # by key
    ground: set[str]  # keys below which a listing holds nothing new
    wanted: list[str]  # URLs that could not be read on an earlier night
    aliases: set[str]  # URLs that lead to a known article of another key
    generic: set[int]  # articles whose newest revision is the generic reader's
    template: Boilerplate  # what was learned of the site's template on earlier nights
    canaries: set[int]  # articles that a person pinned
    record_of: Callable[[int], Article]  # an article's newest revision, read when it is needed
    budget: RecheckBudget | None = None  # None: no limit, as in a replay
    listings: Mapping[str, Sequence[str]] = field(default_factory=dict)  # of the last run

    @classmethod
    def load(cls, store: CrawlStore, *, deep: bool = False) -> Memory:
        """deep: no ground is known, so that the listings are read to their last page."""
        return cls(
            known={article.key: article for article in store.known_articles()},
            ground=set() if deep else store.listed_keys(),
            wanted=store.retry_urls(),
            aliases=store.alias_urls(),
            generic=store.generic_articles(),
            template=store.template(),
            canaries=store.canaries(),
            record_of=store.newest_record,
            listings=store.listing_positions(),
        )
