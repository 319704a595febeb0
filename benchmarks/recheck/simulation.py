"""Simulate tinwatch's recheck policy on a synthetic site.

The policy (schedules/recheck/policy.py) and the comparison of listings (crawlers/crawl/listings.py)
get the same input as in a crawl. Assumptions about the listing: the site has one; it shows the
LISTING_LENGTH newest live articles, newest first, without highlight blocks; a run reads its first
page. A new article pushes the oldest off the end. A takedown removes an article at once, and the
next older one moves up. At 20 articles a day an article is listed for about a day; a later takedown
is found by the age tiers only.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawlers.crawl.listings import ListingComparison
from recheck.synthetic_sites import FOLLOWED_HOURS, SyntheticArticle
from recheck.tally import Tally
from schedules.recheck.policy import due
from storage.articles.repository import StoredArticle
from storage.checks.recheck_budget import RecheckBudget
from storage.db.connection import utc_text
from storage.models import ArticleStatus

START = datetime(2025, 3, 1, 17, 0, tzinfo=UTC)  # midnight in Vietnam
HOUR = timedelta(hours=1)
BATCH_HOUR = 1.5  # nightly batches start at 01:30
REMOVAL_CHECKS, REMOVAL_HOURS = 3, 48.0  # misses, and their time span, that confirm a takedown
LISTING, LISTING_LENGTH = "listing", 20

Span = tuple[float, float]  # hours since START


def is_measured(article: SyntheticArticle, span: Span) -> bool:
    return span[0] <= article.published < span[1]


class Simulation:
    """One site, crawled and rechecked for some days.

    articles: in the order of their publication
    budget: rechecks per day
    poll_minutes: interval between runs; 0 for one nightly batch a day
    measured: only articles published in this span are counted, so that the site's first and last
        days do not distort the cost of an article
    """

    def __init__(
        self, articles: list[SyntheticArticle], budget: int, poll_minutes: int, measured: Span
    ) -> None:
        self.articles, self.measured = articles, measured
        self.budget, self.poll_minutes = budget, poll_minutes
        self.next_article = 0  # index of the first article that no run has found yet
        self.stored: dict[int, StoredArticle] = {}
        self.misses: dict[int, list[float]] = {}
        self.listings: dict[str, list[str]] = {}
        self.rechecks: list[tuple[float, int]] = []  # (hour of a run, rechecks in it)
        self.tally = Tally()

    def run(self) -> Tally:
        interval = self.poll_minutes / 60 if self.poll_minutes else 24.0
        hour, end = BATCH_HOUR, self.measured[1] + FOLLOWED_HOURS
        while hour < end:
            self._crawl(hour)
            hour += interval
        return self.tally

    def _crawl(self, hour: float) -> None:
        self.rechecks = [(past, count) for past, count in self.rechecks if past > hour - 24]
        spent = sum(count for _, count in self.rechecks) if self.poll_minutes else 0
        budget = RecheckBudget(self.budget, spent, self.poll_minutes)
        chosen = due(list(self.stored.values()), START + hour * HOUR, budget)
        chosen += self._vanished(hour, {stored.id for stored in chosen})
        for stored in chosen:
            self._recheck(stored, hour)
        self.rechecks.append((hour, len(chosen)))
        self._find_new(hour)

    def _vanished(self, hour: float, chosen: set[int]) -> list[StoredArticle]:
        """Live articles that vanished from the listing since the last run, and their control."""
        comparison = ListingComparison(self.listings)
        numbers = map(int, comparison.to_check(LISTING, self._listed(hour)))
        self.listings = comparison.current
        vanished = [self.stored[number] for number in numbers if number in self.stored]
        return [s for s in vanished if s.status == "live" and s.id not in chosen]

    def _listed(self, hour: float) -> list[str]:
        """Keys of the newest live articles, newest first."""
        newest = bisect_right(self.articles, hour, key=lambda article: article.published) - 1
        keys: list[str] = []
        while newest >= 0 and len(keys) < LISTING_LENGTH:
            article = self.articles[newest]
            if article.removed is None or article.published + article.removed > hour:
                keys.append(str(newest))
            newest -= 1
        return keys

    def _find_new(self, hour: float) -> None:
        moment = utc_text(START + hour * HOUR)
        while (
            self.next_article < len(self.articles)
            and self.articles[self.next_article].published <= hour
        ):
            article, number = self.articles[self.next_article], self.next_article
            self.next_article += 1
            if article.removed is not None and article.published + article.removed <= hour:
                continue
            self.stored[number] = StoredArticle(
                number, "s", str(number), "u", ArticleStatus.LIVE, moment, moment, moment, 1
            )
            if is_measured(article, self.measured):
                self.tally.add_found(article, hour)

    def _recheck(self, stored: StoredArticle, hour: float) -> None:
        article, now = self.articles[stored.id], START + hour * HOUR
        age = hour - article.published
        counted = is_measured(article, self.measured) and age <= FOLLOWED_HOURS
        self.tally.fetches += counted
        if article.removed is not None and age >= article.removed:
            self._miss(stored, hour, age - article.removed, counted=counted)
            return
        last = (datetime.fromisoformat(stored.last_seen) - START) / HOUR - article.published
        edits = [edit for edit in article.edits if last < edit <= age]
        if edits and counted:
            self.tally.seen += 1
            self.tally.edit_delays.append(age - edits[-1])
        moment = utc_text(now)
        self.stored[stored.id] = replace(
            stored, last_seen=moment, last_checked=moment, revision=stored.revision + bool(edits)
        )

    def _miss(self, stored: StoredArticle, hour: float, delay: float, *, counted: bool) -> None:
        misses = self.misses.setdefault(stored.id, [])
        if not misses and counted:
            self.tally.takedown_delays.append(delay)
        misses.append(hour)
        confirmed = len(misses) >= REMOVAL_CHECKS and hour - misses[0] >= REMOVAL_HOURS - 1
        status = ArticleStatus.REMOVED if confirmed else ArticleStatus.SUSPECT
        moment = utc_text(START + hour * HOUR)
        self.stored[stored.id] = replace(stored, status=status, last_checked=moment)
