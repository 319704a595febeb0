"""The state of a site before its crawl, loaded from the store once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from crawlers.crawl.store import CrawlStore
from pipelines.boilerplate.detector import Boilerplate
from pipelines.items import ArticleRead, Observation
from storage.archive.reader import Record
from storage.articles.repository import StoredArticle
from storage.checks.recheck_budget import RecheckBudget
from storage.models import Article

HTML_START = re.compile(rb"<html[\s>]", re.IGNORECASE)
HTML_END = re.compile(rb"</html\s*>", re.IGNORECASE)
MIN_PAGES_WITH_END = 2  # articles of the site that show how its pages end
MAX_STORED_PAGES = 3


def has_html_end(body: bytes) -> bool:
    at_end = HTML_END.search(body, max(0, body.rfind(b"</")))  # of nearly all pages
    return (at_end or HTML_END.search(body)) is not None


def lacks_html_end(body: bytes) -> bool:
    """Whether a page begins with <html> and has no </html>."""
    return HTML_START.search(body) is not None and not has_html_end(body)


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
        moved_to: loads the articles that moved to an article
        budget: how many articles may be rechecked; None for no limit, as in a replay
        listings: listing URL -> article keys of the last run
        read_without_end: of each article read in this run, whether its page lacks </html>
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
    moved_to: Callable[[int], list[StoredArticle]]
    budget: RecheckBudget | None = None
    listings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    read_without_end: list[bool] = field(default_factory=list)

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
            moved_to=store.moved_to,
            listings=store.listing_positions(),
        )

    def urls(self) -> Iterator[str]:
        """Yield the URLs that stored articles have or had; one that it has comes last."""
        yield from self.aliases
        yield from (article.url for article in self.articles.values() if article.url)

    def note(self, observation: Observation, body: bytes) -> None:
        """Note how the page of an article ends that this run read."""
        if isinstance(observation, ArticleRead):
            self.read_without_end.append(not has_html_end(body))

    def must_have_html_end(self, url: str) -> bool:
        """Whether a new article without </html> at this URL is suspect of having been cut short.

        It is if all articles read in this run, and the newest stored ones, have the </html>. The
        next run requests it again and takes it as it comes: few sites print </html> on some
        pages only.
        """
        if url in self.retry_urls or any(self.read_without_end):
            return False
        stored = list(self._stored_without_end())
        pages = len(self.read_without_end) + len(stored)
        return not any(stored) and pages >= MIN_PAGES_WITH_END

    def _stored_without_end(self) -> Iterator[bool]:
        newest = islice(reversed(self.articles.values()), MAX_STORED_PAGES)
        for page in (self.newest_page(article.id) for article in newest):
            if page is not None:
                yield not has_html_end(page.body)
