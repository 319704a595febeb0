"""Captures of the past that show another first publisher of a story correct what was said."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.items import ArticleRead
from storage.events.ledger import STORY_KINDS, standing_events
from storage.home import open_home

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
PAST = timedelta(days=-3000)
ORDERS = int(os.environ.get("TINWATCH_ORDERS", "8"))
SITES = ("alpha", "beta", "gamma")
DATES = {"alpha": "01/01/2017", "beta": "03/01/2017", "gamma": None}  # gamma prints none
Capture = tuple[str, int] | tuple[str, int, str]  # site, day, text
OTHER = (
    "Chợ nổi trên kênh Xà No họp lại từ tờ mờ sáng, ghe chở khóm và bưởi đậu kín hai bên bờ.",
    "Người bán cho biết giá khóm tăng gấp rưỡi so với cùng kỳ, vì nắng hạn làm trái nhỏ hẳn đi.",
    "Ban quản lý chợ đã cắm thêm phao tiêu và bố trí thuyền trực, phòng khi nước lên bất ngờ.",
)


def take_in(watcher: Watcher, day: Day, capture: Capture) -> None:
    site, when = capture[:2]
    at = day(when) + PAST
    texts = {"first": None, "second": OTHER}
    body = texts[capture[2]] if len(capture) > 2 else None
    more = {"body": body, "lead": None} if body else {}
    page = watcher.read(at=at, site=site, published=DATES[site], **more)
    watcher.batch(ArticleRead(page.page, None, at), site=site, at=None, kind="import",
                  stats={"read": 1})  # fmt: skip


def story_members(watcher: Watcher) -> list[str]:
    query = (
        "SELECT group_concat(site) FROM (SELECT story, site FROM story_members "
        "JOIN articles ON articles.id = article ORDER BY site) GROUP BY story ORDER BY 1"
    )
    return [row[0] for row in watcher.db.execute(query)]


def statements(watcher: Watcher) -> dict[str, list[Any]]:
    """What readers are told of each article: kind, time, and the first publisher.

    Not that stories were merged or split: these say how the numbers of stories have changed that
    readers were told, as a correction does.
    """
    articles = dict(watcher.db.execute("SELECT site, id FROM articles").fetchall())
    return {
        site: sorted(
            (event.kind, event.observed_at, str(event.detail.get("original_site")))
            for event in standing_events(watcher.db, article)
            if event.kind not in STORY_KINDS
        )
        for site, article in sorted(articles.items())
    }


orders = (
    st.lists(
        st.tuples(
            st.sampled_from(SITES), st.integers(0, 9), st.sampled_from(["first", "second"])
        ),
        min_size=2, max_size=7, unique_by=lambda capture: capture[:2],
    )
    .flatmap(lambda made: st.tuples(st.just(sorted(made)), st.permutations(made)))
)  # fmt: skip


@given(orders)
@settings(
    max_examples=int(os.environ.get("TINWATCH_ORDERS", "8")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
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
        ended.append((statements(watcher), story_members(watcher)))
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
    watcher.batch(watcher.read(site="beta", published="03/01/2017"), site="beta", at=day(0))
    watcher.batch(
        watcher.read(site="alpha", at=day(1), published="01/01/2017"), site="alpha", at=day(1)
    )
    assert sorted(watcher.kinds()) == ["new", "new", "reposted"]
    assert watcher.events(kind="reposted")[0].detail["told_late"]
