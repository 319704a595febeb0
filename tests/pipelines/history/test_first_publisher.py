"""Captures of the past that show another first publisher of a story correct what was said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.items import ArticleRead
from storage.events.ledger import standing_events
from storage.home import open_home

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
PAST = timedelta(days=-3000)
SITES = ("alpha", "beta", "gamma")
DATES = {"alpha": "01/01/2017", "beta": "03/01/2017", "gamma": None}  # gamma prints none
Capture = tuple[str, int]  # site, day


def take_in(watcher: Watcher, day: Day, capture: Capture) -> None:
    site, when = capture
    at = day(when) + PAST
    page = watcher.read(at=at, site=site, published=DATES[site])
    watcher.night(ArticleRead(page.page, None, at), site=site, at=None, kind="import",
                  stats={"read": 1})  # fmt: skip


def statements(watcher: Watcher) -> dict[str, list[Any]]:
    """What readers are told of each article: kind, time, and the first publisher."""
    articles = dict(watcher.db.execute("SELECT site, id FROM articles").fetchall())
    return {
        site: sorted(
            (event.kind, event.observed_at, str(event.detail.get("original_site")))
            for event in standing_events(watcher.db, article)
        )
        for site, article in sorted(articles.items())
    }


orders = (
    st.lists(
        st.tuples(st.sampled_from(SITES), st.integers(0, 9)), min_size=2, max_size=6, unique=True
    )
    .flatmap(lambda made: st.tuples(st.just(sorted(made)), st.permutations(made)))
)  # fmt: skip


@given(orders)
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_order_names_the_same_first_publisher(
    tmp_path_factory: pytest.TempPathFactory, day: Day, orders: tuple[list[Capture], list[Capture]]
) -> None:
    from tests.conftest import Watcher

    ended = []
    for order in orders:
        watcher = Watcher(open_home(tmp_path_factory.mktemp("home") / "home"))
        for capture in order:
            take_in(watcher, day, capture)
        ended.append(statements(watcher))
        watcher.db.close()
    assert ended[0] == ended[1]


def test_earlier_publisher_corrects_new_and_reposted(watcher: Watcher, day: Day) -> None:
    take_in(watcher, day, ("beta", 5))
    take_in(watcher, day, ("gamma", 900))
    assert watcher.kinds() == ["new", "reposted"]
    take_in(watcher, day, ("alpha", 7))
    found = statements(watcher)
    assert [site[0][::2] for site in found.values()] == [
        ("new", "None"), ("reposted", "alpha"), ("reposted", "alpha"),
    ]  # fmt: skip
    corrected = watcher.events(kind="corrected")
    assert {event.detail["corrected_kind"] for event in corrected} == {"new", "reposted"}
    assert all(event.detail["historical"] for event in watcher.events())


def test_earlier_capture_makes_a_reprint_the_first(watcher: Watcher, day: Day) -> None:
    """gamma prints no date: its first capture decides."""
    for capture in (("beta", 5), ("gamma", 900), ("gamma", -500)):
        take_in(watcher, day, capture)
    found = statements(watcher)
    assert [found["beta"][0][2], found["gamma"][0][0]] == ["gamma", "new"]


def test_a_live_reprint_of_a_late_original_stays_as_it_was_told(watcher: Watcher, day: Day) -> None:
    """The original is crawled a night later: no capture of the past."""
    watcher.night(watcher.read(site="beta", published="03/01/2017"), site="beta", at=day(0))
    watcher.night(
        watcher.read(site="alpha", at=day(1), published="01/01/2017"), site="alpha", at=day(1)
    )
    assert sorted(watcher.kinds()) == ["new", "new", "reposted"]
    assert watcher.events(kind="reposted")[0].detail["told_late"]
