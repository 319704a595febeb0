"""Captures of the past in any order: one history, the same events, the same status."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.items import ArticleRead, Observation, PastMiss
from storage.articles.repository import find_article
from storage.articles.revisions import revision_steps
from storage.checks.failed_checks import CheckOutcome
from storage.checks.suspects import suspects
from storage.events.ledger import standing_events
from storage.home import open_home
from storage.messages.reasons_crawl import http_status
from storage.messages.reasons_pages import PageReason
from storage.reasons import Reason

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
PAST = timedelta(days=-3000)  # so that every capture is of the past
GONE = "404"


def observation(watcher: Watcher, day: Day, when: float, what: str) -> Observation:
    at = day(when) + PAST
    if what == GONE:
        return PastMiss("1", CheckOutcome.NOT_FOUND, http_status(404), None, at)
    page = watcher.read(at=at, title=f"Suối Vàng nạo vét mương, kỳ {what}")
    return ArticleRead(page.page, None, at)


def take_in(watcher: Watcher, day: Day, *captures: tuple[float, str]) -> None:
    """Each capture in a run of its own, in this order."""
    for when, what in captures:
        watcher.batch(
            observation(watcher, day, when, what), at=None, kind="import", stats={"read": 1}
        )


def history(watcher: Watcher, day: Day) -> dict[str, Any]:
    """What readers are shown of the article: texts by day, standing events, status, dates."""
    article = find_article(watcher.db, "alpha", "1")
    if article is None:
        return {}
    steps = revision_steps(watcher.db, article.id)
    texts = {step.number: step.fingerprint for step in steps}
    events = sorted(
        (event.observed_at, event.kind, texts.get(event.detail.get("from_revision", 0)),
         texts.get(event.detail.get("to_revision", 0)))
        for event in standing_events(watcher.db, article.id)
    )  # fmt: skip
    return {
        "texts": [(step.observed, step.fingerprint) for step in steps],
        "events": [tuple(map(str, event)) for event in events],
        "status": article.status,
        "dates": (article.first_seen, article.last_seen),
        "current": texts[article.revision],
    }


def kinds(watcher: Watcher) -> list[str]:
    article = find_article(watcher.db, "alpha", "1")
    assert article is not None
    found = standing_events(watcher.db, article.id)
    return [event.kind for event in sorted(found, key=lambda event: event.observed_at)]


captures = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(["A", "B", "C", GONE])),
    min_size=1, max_size=8, unique_by=lambda capture: capture[0],
).flatmap(lambda made: st.tuples(st.just(sorted(made)), st.permutations(made)))  # fmt: skip


@given(captures)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_ends_in_the_same_history(
    tmp_path_factory: pytest.TempPathFactory,
    day: Day,
    orders: tuple[list[tuple[int, str]], list[tuple[int, str]]],
) -> None:
    from tests.conftest import Watcher

    ended = []
    for order in orders:
        watcher = Watcher(open_home(tmp_path_factory.mktemp("home") / "home"))
        take_in(watcher, day, *order)
        ended.append(history(watcher, day))
        watcher.db.close()
    assert ended[0] == ended[1]


def test_capture_before_the_first_one(watcher: Watcher, day: Day) -> None:
    take_in(watcher, day, (10, "A"), (2, "A"))
    assert kinds(watcher) == ["new"]
    ((first, _),) = history(watcher, day)["texts"]
    assert first == day(2) + PAST
    corrected = watcher.events(kind="corrected")
    assert [watcher.events()[0].id] == [event.detail["corrects"] for event in corrected]


def test_capture_between_two_equal_ones_confirms_them(watcher: Watcher, day: Day) -> None:
    take_in(watcher, day, (2, "A"), (10, "A"), (5, "A"))
    assert watcher.kinds() == ["new"]
    assert len(history(watcher, day)["texts"]) == 1


def test_other_text_between_two_equal_ones(watcher: Watcher, day: Day) -> None:
    take_in(watcher, day, (2, "A"), (10, "A"), (5, "B"))
    assert kinds(watcher) == ["new", "edited", "edited"]
    assert len(history(watcher, day)["texts"]) == 3
    assert [e.detail.get("historical") for e in watcher.events(kind="edited")] == [True, True]


def test_third_text_between_two_different_ones(watcher: Watcher, day: Day) -> None:
    take_in(watcher, day, (2, "A"), (10, "B"), (5, "C"))
    assert kinds(watcher) == ["new", "edited", "edited"]
    assert watcher.kinds() == ["new", "edited", "corrected", "edited", "edited"]


def test_edit_was_seen_earlier(watcher: Watcher, day: Day) -> None:
    take_in(watcher, day, (2, "A"), (10, "B"), (5, "B"))
    assert [observed for observed, _ in history(watcher, day)["texts"]] == [
        day(2) + PAST, day(5) + PAST,
    ]  # fmt: skip
    assert kinds(watcher) == ["new", "edited"]


def test_capture_after_a_removal_restores_the_article(watcher: Watcher, day: Day) -> None:
    take_in(watcher, day, (2, "A"), (5, GONE), (7, GONE), (9, GONE), (20, "A"))
    assert kinds(watcher) == ["new", "removed", "restored"]
    assert watcher.status() == "live"


def test_capture_during_a_removal_corrects_it(watcher: Watcher, day: Day) -> None:
    take_in(watcher, day, (2, "A"), (5, GONE), (7, GONE), (9, GONE), (8, "A"))
    assert kinds(watcher) == ["new"]
    assert watcher.status() == "suspect"
    assert [e.detail["corrected_kind"] for e in watcher.events(kind="corrected")] == ["removed"]


def test_captures_of_an_absence_between(watcher: Watcher, day: Day) -> None:
    take_in(watcher, day, (2, "A"), (20, "A"), (5, GONE), (7, GONE), (9, GONE))
    assert kinds(watcher) == ["new", "removed", "restored"]


def test_one_capture_of_an_absence_is_no_removal(watcher: Watcher, day: Day) -> None:
    take_in(watcher, day, (2, "A"), (20, "A"), (5, GONE))
    assert kinds(watcher) == ["new"]


def test_absence_that_only_archives_show_is_not_in_the_report(watcher: Watcher, day: Day) -> None:
    """Nobody checks the article of an archive again: it would be in the report of every batch."""
    take_in(watcher, day, (2, "A"), (5, GONE))
    article = find_article(watcher.db, "alpha", "1")
    assert article is not None
    assert article.status == "suspect"
    assert suspects(watcher.db, ["alpha"]) == []


def test_late_capture_of_an_article_that_a_crawl_watches(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read(at=day(0), title="Suối Vàng nạo vét mương, kỳ B"), at=day(0))
    take_in(watcher, day, (0, "A"))
    (new, *later) = watcher.events()
    assert [event.kind for event in later] == ["corrected", "new", "edited"]
    assert later[0].detail["corrects"] == new.id
    assert [bool(event.detail.get("historical")) for event in later[1:]] == [True, True]
    watcher.batch(watcher.read(at=day(1), title="Suối Vàng nạo vét mương, kỳ C"), at=day(1))
    newest = watcher.events()[-1]
    assert (newest.kind, newest.detail["to_revision"]) == ("edited", 3)


def redirect(day: Day, when: float, to: str | None) -> PastMiss:
    """A capture of a redirect to another article, or to the front page."""
    code = PageReason.REDIRECT_TO_ARTICLE if to else PageReason.REDIRECT
    reason = Reason(code, url=to or "https://alpha.vn/")
    return PastMiss("1", CheckOutcome.REDIRECT, reason, None, day(when) + PAST)


def test_redirects_to_the_front_page_between_are_a_removal(watcher: Watcher, day: Day) -> None:
    take_in(watcher, day, (2, "A"), (20, "A"))
    for when in (5, 7, 9):
        watcher.batch(redirect(day, when, None), at=None, kind="import", stats={"read": 1})
    assert kinds(watcher) == ["new", "removed", "restored"]


def test_redirect_to_the_same_text_between_is_a_move(watcher: Watcher, day: Day) -> None:
    take_in(watcher, day, (2, "A"), (20, "A"))
    watcher.batch(redirect(day, 5, "https://alpha.vn/bai-2.html"), at=None, kind="import",
                  stats={"read": 1})  # fmt: skip
    assert kinds(watcher) == ["new"]  # nobody knows yet what is there
    at = day(6) + PAST
    page = watcher.read(key="2", at=at, title="Suối Vàng nạo vét mương, kỳ A").page
    watcher.batch(ArticleRead(page, None, at), at=None, kind="import", stats={"read": 1})
    assert kinds(watcher) == ["new", "moved", "restored"]
    assert all(event.detail["historical"] for event in watcher.events())
