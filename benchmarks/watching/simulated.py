"""Watches a synthetic site with tinwatch's own planner, in simulated time.

The planner (schedules/recheck/cadence.py) gets what it gets in a crawl: the articles as the
database would
know them, and its own past checks as runs would have counted them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from schedules.recheck.cadence import due
from storage.articles.repository import Known
from storage.checks.history import cells, count, take
from storage.checks.rechecks import Effort
from storage.db.connection import utc_text
from watching.streams import LIFE, Story
from watching.tally import Tally

START = datetime(2025, 3, 1, 17, 0, tzinfo=UTC)  # midnight in Vietnam
HOUR = timedelta(hours=1)
NIGHT = 1.5  # nights begin at 01:30
CHECKS, SPAN = 3, 48.0  # a takedown is confirmed by so many misses over so many hours


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
        self.counts: Counter[str] = Counter()
        self.told: Counter[tuple[str, int]] = Counter()
        self.effort = Effort(budget, poll_minutes=poll)
        self.spent: list[tuple[float, int]] = []
        self.tally = Tally()

    def watch(self) -> Tally:
        step = self.poll / 60 if self.poll else 24.0
        at, end = NIGHT, self.measured[1] + LIFE
        while at < end:
            if not self.poll or at % 24 < step:
                self._learn()
            self._run(at)
            at += step
        return self.tally

    def _learn(self) -> None:
        """Once a day: what the checks up to now found."""
        for name, numbers in take(self.counts).items():
            for n, number in enumerate(numbers):
                self.told[name, n] += number
        names = sorted({name for name, _ in self.told})
        past = cells({name: [self.told[name, 0], self.told[name, 1]] for name in names})
        gone = sum(k.status == "removed" for k in self.known.values())
        self.effort = replace(self.effort, cells=past, removed=gone, articles=self.found)

    def _run(self, at: float) -> None:
        now = START + at * HOUR
        self.spent = [(moment, n) for moment, n in self.spent if moment > at - 24]
        spent = sum(n for _, n in self.spent) if self.poll else 0
        chosen = due(list(self.known.values()), now, replace(self.effort, spent=spent))
        for known in chosen:
            self._check(known, at)
        self.spent.append((at, len(chosen)))
        self._find(at)

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
        count(self.counts, known, now, len(edited))
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
