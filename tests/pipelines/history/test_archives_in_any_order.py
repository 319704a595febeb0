"""Captures of several sites in any order: digests, redirects, removals, two in one second.

Every order ends in the same outputs and stories, apart from ids and what was corrected.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipelines.items import ArticleRead, Observation, PastMiss
from storage.checks.failed_checks import CheckOutcome
from storage.home import open_home
from storage.messages.reasons_crawl import http_status
from storage.messages.reasons_pages import PageReason
from storage.reasons import Reason
from storage.verify import verify
from tests.archive_outputs import outputs

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
PAST = timedelta(days=-3000)
ORDERS = int(os.environ.get("TINWATCH_ORDERS", "12"))
WORDS = (
    "bản làng nương rẫy suối đường trường lớp trạm xá cầu treo mùa vụ thóc ngô chè quế hồi bò dê "
    "lợn gà vịt ong mật măng nấm rừng đồi núi sông hồ bể nước điện sáng xóm thôn chợ phiên hội"
)


def prose(seed: int) -> list[str]:
    chance = Random(seed)
    return [" ".join(chance.choices(WORDS.split(), k=25)).capitalize() + "." for _ in range(6)]


ONE, TWO, THREE = prose(1), prose(2), prose(3)
TEXTS = {
    "one": ONE,
    "two": TWO,
    "three": THREE,
    "digest": [*ONE[:3], *TWO[:3]],
    "other digest": [*TWO[2:5], *THREE[:4]],
    "part": ONE[:2],
    "end": ONE[3:],
    "edited": [ONE[0] + " Hôm sau trời mưa to nên bà con nghỉ chợ.", *ONE[1:]],
}
MISSES = {
    "404": (CheckOutcome.NOT_FOUND, http_status(404)),
    "410": (CheckOutcome.GONE, http_status(410)),
    "front page": (CheckOutcome.REDIRECT, Reason(PageReason.REDIRECT, url="https://{site}.vn/")),
    "moved": (
        CheckOutcome.REDIRECT,
        Reason(PageReason.REDIRECT_TO_ARTICLE, url="https://{site}.vn/bai-2.html"),
    ),
}
DATES = {"alpha": "01/01/2017", "beta": "03/01/2017", "gamma": None}
Capture = tuple[str, str, int, str]  # site, key, day, what

captured = st.tuples(
    st.sampled_from(tuple(DATES)), st.sampled_from(("1", "2")), st.integers(0, 5),
    st.sampled_from((*TEXTS, *MISSES)),
)  # fmt: skip
orders = st.lists(captured, min_size=2, max_size=9, unique=True).flatmap(
    lambda made: st.tuples(st.just(sorted(made)), st.permutations(made))
)


def observation(watcher: Watcher, day: Day, capture: Capture) -> Observation:
    site, key, when, what = capture
    at = day(when) + PAST
    if what in MISSES:
        outcome, reason = MISSES[what]
        params = {name: str(text).format(site=site) for name, text in reason.params.items()}
        stated = Reason(reason.code, **params) if reason.params.get("url") else reason
        return PastMiss(key, outcome, stated, None, at)
    page = watcher.read(
        at=at, site=site, key=key, published=DATES[site], body=TEXTS[what], lead=None
    )
    return ArticleRead(page.page, None, at)


def taken_in(folder: Any, day: Day, order: list[Capture]) -> dict[str, Any]:
    """Return the outputs of a home that takes in each capture in a run of its own."""
    from tests.conftest import Watcher

    watcher = Watcher(open_home(folder / "home"))
    for capture in order:
        watcher.batch(
            observation(watcher, day, capture), site=capture[0], at=None, kind="import",
            stats={"read": 1},
        )  # fmt: skip
    members = watcher.db.execute(
        "SELECT group_concat(name) FROM (SELECT story, site || ' ' || key AS name "
        "FROM story_members JOIN articles ON articles.id = article ORDER BY name) "
        "GROUP BY story ORDER BY 1"
    ).fetchall()
    found = outputs(watcher.home, pages=False) | {"stories": members}
    found["problems"] = verify(watcher.home.captures, watcher.db).problems
    watcher.db.close()
    return found


DIGEST_FIRST = [("gamma", "1", 4, "digest"), ("alpha", "1", 1, "one"), ("beta", "1", 2, "two")]
ONE_SECOND = [("alpha", "1", 1, "two"), ("alpha", "1", 1, "one"), ("alpha", "1", 1, "404")]


@given(orders)
@example((sorted(DIGEST_FIRST), DIGEST_FIRST))
@example((sorted(ONE_SECOND), ONE_SECOND))
@settings(
    max_examples=ORDERS,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_order_ends_in_the_same_outputs(
    tmp_path_factory: pytest.TempPathFactory, day: Day, orders: tuple[list[Capture], list[Capture]]
) -> None:
    first, second = (taken_in(tmp_path_factory.mktemp("home"), day, order) for order in orders)
    assert first["problems"] == []
    for name, found in first.items():
        assert second[name] == found, name
