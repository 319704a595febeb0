"""What the database already knows of a site, loaded once when its crawl begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.boilerplate.detector import Boilerplate
from pipelines.boilerplate.store import current_boilerplate
from storage.articles.canaries import pinned
from storage.articles.repository import (
    Known,
    alias_urls,
    generic_articles,
    known_articles,
    known_ground,
    last_revision,
)
from storage.checks.listing_positions import listing_positions
from storage.checks.problems import wanted_urls
from storage.checks.recheck_budget import RecheckBudget
from storage.db.connection import Database
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
    def load(cls, db: Database, site: str, *, deep: bool = False) -> Memory:
        """deep: no ground is known, so that the listings are read to their last page."""
        return cls(
            known={article.key: article for article in known_articles(db, site)},
            ground=set() if deep else known_ground(db, site),
            wanted=wanted_urls(db, site),
            aliases=alias_urls(db, site),
            generic=generic_articles(db, site),
            template=current_boilerplate(db, site),
            canaries={canary.article for canary in pinned(db, site)},
            record_of=lambda article: last_revision(db, article).record,
            listings=listing_positions(db, site),
        )
