"""Many batches over a site that removes, restores and moves articles, and has outages.

The scenario is known, so the published events can be compared with it.
SIMULATED_SITES in the environment sets how many sites are simulated.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Literal

import pytest

from pipelines.items import (
    ArticleMissing,
    ArticleMoved,
    ArticleRead,
    FetchFailed,
    Observation,
)
from schedules.recheck.policy import due
from storage.articles.repository import StoredArticle, find_article, stored_articles
from storage.checks.failed_checks import CheckOutcome
from storage.db.connection import from_utc_text
from storage.events.ledger import Event
from storage.messages.reasons_crawl import http_status
from storage.messages.reasons_pages import BlockPage, shows_page
from storage.reasons import Reason

if TYPE_CHECKING:
    from tests.conftest import Watcher

SITES = int(os.environ.get("SIMULATED_SITES", "6"))
NIGHTS = 16
AT_FIRST = 12  # articles on the first night
DAY = timedelta(days=1)
PROMISE = timedelta(hours=72)
YOUNG = timedelta(days=6)  # later, an article is not checked every night any more
Outage = Literal["", "errors", "silence", "soft 404", "blocked", "home"]
OUTAGES: tuple[Outage, ...] = ("errors", "silence", "soft 404", "blocked", "home")
REMOVAL_FAULTS = ("404", "410", "soft 404", "redirect")


@dataclass
class Story:
    """One article: when it was published, and the time spans in which it was removed."""

    key: str
    since: datetime
    gone: list[tuple[datetime, datetime]] = field(default_factory=list)
    moved: datetime | None = None
    sign: str = "404"

    def is_gone(self, at: datetime) -> bool:
        return any(start <= at < end for start, end in self.gone)


@dataclass
class Truth:
    """The scenario of a site, batch by batch."""

    chance: Random
    start: datetime
    stories: list[Story] = field(default_factory=list)
    nights: list[tuple[datetime, Outage]] = field(default_factory=list)

    def plan(self) -> None:
        self.stories = [Story(str(n), self.start - DAY) for n in range(AT_FIRST)]
        outages = self._outages()
        for night in range(NIGHTS):
            late = timedelta(minutes=self.chance.randint(-14, 14))
            self.nights.append((self.start + night * DAY + late, outages.get(night, "")))
            if night:
                self.stories.append(Story(f"9{night}", self.start + night * DAY - DAY / 2))
        for story in self.stories:
            self._fate(story)

    def _outages(self) -> dict[int, Outage]:
        """Outages of up to three nights, with some days between them."""
        found: dict[int, Outage] = {}
        night = self.chance.randint(2, 5)
        while night < NIGHTS:
            kind = self.chance.choice(OUTAGES)
            for length in range(self.chance.randint(1, 3)):
                found[night + length] = kind
            night += self.chance.randint(5, 8)
        return found

    def _fate(self, story: Story) -> None:
        draw = self.chance.random()
        night = max(story.since + DAY / 2, self.start) + self.chance.randrange(NIGHTS - 4) * DAY
        when = night + timedelta(hours=self.chance.uniform(2, 22))
        story.sign = self.chance.choice(REMOVAL_FAULTS)
        if draw < 0.12:
            story.gone = [(when, self.start + 99 * DAY)]
        elif draw < 0.24:
            back = when + timedelta(hours=self.chance.uniform(5, 24 * 7))
            story.gone = [(when, back)]
        elif draw < 0.30:
            story.moved = when


def answers(truth: Truth, watcher: Watcher, at: datetime, outage: Outage) -> Iterator[Observation]:
    """The observations of one batch: new articles, then the rechecks that are due."""
    known = {k.key: k for k in stored_articles(watcher.db, "alpha")}
    stories = {s.key: s for s in truth.stories if s.since <= at}
    for key in stories.keys() - known.keys():
        if not stories[key].is_gone(at):
            yield answer(watcher, stories[key], None, at, outage)
    for one in due([k for k in known.values() if k.status != "moved"], at):
        story = stories.get(one.key)
        if story is not None:
            yield answer(watcher, story, one, at, outage)
        else:  # the new address of one that moved
            yield failing(watcher, one.key, one, at, outage) or page_of(watcher, one.key, at)


def answer(
    watcher: Watcher, story: Story, known: StoredArticle | None, at: datetime, outage: Outage
) -> Observation:
    ill = failing(watcher, story.key, known, at, outage)
    if ill is not None:
        return ill
    if known is not None and story.is_gone(at):
        return ArticleMissing(
            known.id,
            story.key,
            CheckOutcome(story.sign),
            http_status(404),
            None,
            at,
        )
    if known is not None and story.moved is not None and story.moved <= at:
        new = page_of(watcher, f"5{story.key}", at, like=story.key)
        return ArticleMoved(known.id, known.url or "", new.page, None, at)
    return page_of(watcher, story.key, at)


def page_of(watcher: Watcher, key: str, at: datetime, like: str = "") -> ArticleRead:
    like = like or (key[1:] if key.startswith("5") and len(key) > 1 else key)
    return watcher.read(
        key=key, title=f"Chuyện số {like} ở Suối Vàng", at=at,
        body=(f"Sáng nay, nhà thứ {like} trong thôn ra đồng nạo vét mương nước trước vụ mới.",
              f"Trưởng thôn kể rằng đoạn mương của nhà thứ {like} bị bồi lấp sau trận mưa."),
    )  # fmt: skip


def failing(
    watcher: Watcher, key: str, known: StoredArticle | None, at: datetime, outage: Outage
) -> Observation | None:
    if not outage:
        return None
    url, is_known = f"https://alpha.vn/bai-{key}.html", known is not None
    if outage in ("soft 404", "home") and known is not None:
        outcome = "redirect" if outage == "home" else outage
        return ArticleMissing(known.id, url, CheckOutcome(outcome), http_status(404), None, at)
    reasons = {"silence": Reason("timeout"), "blocked": shows_page(BlockPage.PAGE_CAPTCHA)}
    reason = reasons.get(outage, http_status(503))
    return FetchFailed(url, key, reason, at, is_stored=is_known, blocked=outage == "blocked")


def counted(observed: list[Observation], outage: Outage) -> dict[str, Any]:
    """The counts that the spider would have stored."""
    rechecks = sum(getattr(o, "known", True) is not False for o in observed)
    well = {"requests": 99, "responses": 99, "listings": 2, "links": 40, "rechecked": rechecks}
    if outage in ("silence", "blocked", "errors") and len(observed) % 2:
        well |= {"listings": 0, "links": 0}  # now and then the listings fail as well
    return well


@pytest.fixture(params=range(SITES))
def scenario_outcome(
    request: pytest.FixtureRequest, watcher: Watcher
) -> tuple[Truth, list[Event], set[int]]:
    """The scenario, the published events, and the batches that passed the health gate."""
    from tests.conftest import START

    truth = Truth(Random(request.param), START)
    truth.plan()
    passed = set()
    for number, (at, outage) in enumerate(truth.nights):
        observed = list(answers(truth, watcher, at, outage))
        (done,) = watcher.batch(*observed, at=at, stats=counted(observed, outage))
        if done.verdict.status == "passed":
            passed.add(number)
    return truth, watcher.events(), passed


def of(watcher: Watcher, scenario_outcome: list[Event], story: Story, kind: str) -> list[datetime]:
    known = find_article(watcher.db, "alpha", story.key)
    return [
        from_utc_text(e.observed_at)
        for e in scenario_outcome
        if known is not None and e.article == known.id and e.kind == kind
    ]


def test_published_events_equal_the_scenario(
    scenario_outcome: tuple[Truth, list[Event], set[int]], watcher: Watcher
) -> None:
    truth, events, passed = scenario_outcome
    well = {n for n, (_, outage) in enumerate(truth.nights) if not outage}
    assert well <= passed, "a night without any trouble was not believed"
    for story in truth.stories:
        removed = of(watcher, events, story, "removed")
        assert all(story.is_gone(at) for at in removed), f"{story} was never gone"
        restored = of(watcher, events, story, "restored")
        assert len(restored) <= len(removed) <= len(story.gone)
        for start, end in story.gone:
            check_takedown(truth, story, start, end, removed, restored, well)
        moves = of(watcher, events, story, "moved")
        assert len(moves) <= (story.moved is not None)
        if story.moved and any(truth.nights[n][0] >= story.moved + 3 * DAY for n in well):
            assert moves
    assert not any(e.kind == "edited" for e in events)


def check_takedown(
    truth: Truth,
    story: Story,
    start: datetime,
    end: datetime,
    removed: list[datetime],
    restored: list[datetime],
    well: set[int],
) -> None:
    """Confirmed within 72 hours unless an outage intervened; returns are published."""
    nights = [(at, n in well) for n, (at, _) in enumerate(truth.nights) if start <= at]
    in_time = [ok for at, ok in nights if at <= start + PROMISE]
    young = start + PROMISE - truth.nights[0][0] < YOUNG or story.since + YOUNG > start + DAY
    seen = any(story.since < truth.nights[n][0] < start for n in well)
    if len(in_time) >= 3 and all(in_time) and end > start + PROMISE and young and seen:
        assert removed, f"{story} is not published within 72 hours"
        assert removed[0] - start <= PROMISE
    if removed and any(ok and at >= end + DAY for at, ok in nights):
        assert restored, f"{story} is restored, which is not published"


def test_scenario_contains_all_faults() -> None:
    """The simulated sites have lasting takedowns, restored and moved articles, and each outage."""
    truths = []
    for seed in range(max(SITES, 6)):
        truths.append(Truth(Random(seed), datetime(2025, 4, 7)))
        truths[-1].plan()
    stories = [s for t in truths for s in t.stories]
    lengths = [end - start for s in stories for start, end in s.gone]
    assert sum(length > PROMISE for length in lengths) >= 10
    assert sum(length <= PROMISE for length in lengths) >= 2
    assert sum(s.moved is not None for s in stories) >= 4
    assert {outage for t in truths for _, outage in t.nights} >= {"", *OUTAGES}
