"""The state of a site before its crawl, loaded from the store once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from crawlers.crawl.store import CrawlStore
from pipelines.boilerplate.detector import Boilerplate
from storage.archive.reader import Record
from storage.articles.repository import StoredArticle
from storage.checks.recheck_budget import RecheckBudget
from storage.models import Article


@dataclass(frozen=True, slots=True)
class CrawlState:
    """What the store holds of one site.

    Attributes:
        articles: article key -> stored article
        frontier: keys below which a listing shows nothing new
        retry_urls: the retry queue
        aliases: URLs that lead to a stored article of another key
        generic_articles: ids of articles whose newest revision the generic extractor read
        boilerplate: what earlier runs learned of the site's boilerplate
        canaries: ids of articles that a person pinned
        newest_record: loads the record of an article's newest revision by its id
        newest_page: loads the capture of that revision; None if it cannot be read
        budget: how many articles may be rechecked; None for no limit, as in a replay
        listings: listing URL -> article keys of the last run
    """

    articles: dict[str, StoredArticle]
    frontier: set[str]
    retry_urls: list[str]
    aliases: set[str]
    generic_articles: set[int]
    boilerplate: Boilerplate
    canaries: set[int]
    newest_record: Callable[[int], Article]
    newest_page: Callable[[int], Record | None]
    budget: RecheckBudget | None = None
    listings: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def load(cls, store: CrawlStore, *, full: bool = False) -> CrawlState:
        """Load the state. A full crawl has no frontier: it reads listings to their last page."""
        return cls(
            articles={article.key: article for article in store.stored_articles()},
            frontier=set() if full else store.frontier_keys(),
            retry_urls=store.retry_urls(),
            aliases=store.alias_urls(),
            generic_articles=store.generic_articles(),
            boilerplate=store.boilerplate(),
            canaries=store.canaries(),
            newest_record=store.newest_record,
            newest_page=store.newest_page,
            listings=store.listing_positions(),
        )
