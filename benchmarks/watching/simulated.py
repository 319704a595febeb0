"""Watches a synthetic site with tinwatch's recheck policy, in simulated time.

The policy (schedules/recheck/policy.py) and the comparison of listings (crawlers/crawl/listings.py)
get what they get in a crawl. Assumptions about the listing: the site has one, it shows the
LISTING_LENGTH newest articles that are there, newest first, without blocks of highlights, and a
run reads its first page. New articles push the oldest off its end; a takedown removes an article
at once, and the next older one moves up. So at 20 articles a day an article stands there for about
a day; a takedown after that is left to the age tiers.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawlers.crawl.listings import ListingComparison
from schedules.recheck.policy import due
from storage.articles.repository import Known
from storage.checks.recheck_budget import RecheckBudget
from storage.db.connection import utc_text
from watching.streams import LIFE, Story
from watching.tally import Tally

START = datetime(2025, 3, 1, 17, 0, tzinfo=UTC)  # midnight in Vietnam
HOUR = timedelta(hours=1)
NIGHT = 1.5  # nights begin at 01:30
CHECKS, SPAN = 3, 48.0  # a takedown is confirmed by so many misses over so many hours
LISTING, LISTING_LENGTH = "listing", 20


Span = tuple[float, float]  # hours since the start


def is_measured(story: Story, span: Span) -> bool:
    return span[0] <= story.published < span[1]


class Watched:
    """A site that is watched. budget: fetches of known articles a day; poll: minutes, 0 at night.

    Only the articles that `measured` tells are counted, so that neither a site's first days nor
    its last ones distort the cost of an article.
    """

    def __init__(self, stories: list[Story], budget: int, poll: int, measured: Span) -> None:
        self.stories, self.measured = stories, measured
        self.budget, self.poll = budget, poll
        self.found = 0  # stories that were found, of those in order
        self.known: dict[int, Known] = {}
        self.misses: dict[int, list[float]] = {}
        self.shown: dict[str, list[str]] = {}
        self.spent: list[tuple[float, int]] = []
        self.tally = Tally()

    def watch(self) -> Tally:
        step = self.poll / 60 if self.poll else 24.0
        at, end = NIGHT, self.measured[1] + LIFE
        while at < end:
            self._run(at)
            at += step
        return self.tally

    def _run(self, at: float) -> None:
        self.spent = [(moment, n) for moment, n in self.spent if moment > at - 24]
        spent = sum(n for _, n in self.spent) if self.poll else 0
        budget = RecheckBudget(self.budget, spent, self.poll)
        chosen = due(list(self.known.values()), START + at * HOUR, budget)
        chosen += self._vanished(at, {known.id for known in chosen})
        for known in chosen:
            self._check(known, at)
        self.spent.append((at, len(chosen)))
        self._find(at)

    def _vanished(self, at: float, chosen: set[int]) -> list[Known]:
        """Live articles that vanished from the listing since the run before, and their control."""
        listings = ListingComparison(self.shown)
        gone = map(int, listings.to_check(LISTING, self._listed(at)))
        self.shown = listings.shown
        found = [self.known[number] for number in gone if number in self.known]
        return [k for k in found if k.status == "live" and k.id not in chosen]

    def _listed(self, at: float) -> list[str]:
        """The newest articles that are there, newest first."""
        newest = bisect_right(self.stories, at, key=lambda story: story.published) - 1
        keys: list[str] = []
        while newest >= 0 and len(keys) < LISTING_LENGTH:
            story = self.stories[newest]
            if story.gone is None or story.published + story.gone > at:
                keys.append(str(newest))
            newest -= 1
        return keys

    def _find(self, at: float) -> None:
        moment = utc_text(START + at * HOUR)
        while self.found < len(self.stories) and self.stories[self.found].published <= at:
            story, number = self.stories[self.found], self.found
            self.found += 1
            if story.gone is not None and story.published + story.gone <= at:
                continue
            self.known[number] = Known(
                number, "s", str(number), "u", "live", moment, moment, moment, 1
            )
            if is_measured(story, self.measured):
                self.tally.articles += 1
                self.tally.fetches += 1
                self.tally.edits += len(story.edits)
                self.tally.first += story.edits_between(0, at - story.published) > 0
                self.tally.gone += story.gone is not None

    def _check(self, known: Known, at: float) -> None:
        story, now = self.stories[known.id], START + at * HOUR
        age = at - story.published
        counted = is_measured(story, self.measured) and age <= LIFE
        self.tally.fetches += counted
        if story.gone is not None and age >= story.gone:
            self._missed(known, at, age - story.gone, counted=counted)
            return
        last = (datetime.fromisoformat(known.last_seen) - START) / HOUR - story.published
        edited = [e for e in story.edits if last < e <= age]
        if edited and counted:
            self.tally.seen += 1
            self.tally.late.append(age - edited[-1])
        moment = utc_text(now)
        self.known[known.id] = replace(
            known, last_seen=moment, last_checked=moment, revision=known.revision + bool(edited)
        )

    def _missed(self, known: Known, at: float, late: float, *, counted: bool) -> None:
        misses = self.misses.setdefault(known.id, [])
        if not misses and counted:
            self.tally.gone_late.append(late)
        misses.append(at)
        decided = len(misses) >= CHECKS and at - misses[0] >= SPAN - 1
        status = "removed" if decided else "suspect"
        moment = utc_text(START + at * HOUR)
        self.known[known.id] = replace(known, status=status, last_checked=moment)
