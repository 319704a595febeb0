"""The kept counts are those that counting gives: after nights, undone runs, and of any window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import pytest

from schedules.publishing.overrides import retract_run
from storage.events import paging
from storage.events.daily_counts import site_totals
from storage.events.paging import Window, counts

if TYPE_CHECKING:
    from tests.conftest import Watcher

ARTICLES = "SELECT site, count(*) FROM articles GROUP BY site"
HELD = {"quarantined": 50}
EVENTS = "SELECT site, kind, count(*) FROM events GROUP BY site, kind"


@pytest.fixture
def nights(watcher: Watcher, day: Callable[[float], datetime], text: tuple[str, ...]) -> Watcher:
    """New articles of two sites, an edit and a takedown."""
    watcher.batch(watcher.read(key="1"), watcher.read(key="2"))
    watcher.batch(watcher.read(key="3", site="beta"), site="beta")
    changed = (text[0].replace("nạo vét", "khơi thông"), *text[1:])
    watcher.batch(watcher.read(key="1", body=changed, at=day(1)), at=day(1))
    for number in (2, 4, 6):
        watcher.batch(watcher.missed("2", at=day(number)), at=day(number), stats={"read": 9})
    return watcher


def assert_right(watcher: Watcher) -> None:
    kept = watcher.db.execute("SELECT site, articles FROM article_counts ORDER BY site")
    assert kept.fetchall() == watcher.db.execute(f"{ARTICLES} ORDER BY site").fetchall()
    kept = watcher.db.execute("SELECT site, kind, events FROM event_counts ORDER BY site, kind")
    assert kept.fetchall() == watcher.db.execute(f"{EVENTS} ORDER BY site, kind").fetchall()


def test_counts_are_right_after_batches_and_rollbacks(
    nights: Watcher, day: Callable[[float], datetime]
) -> None:
    assert {event.kind for event in nights.events()} == {"new", "edited", "removed", "reposted"}
    assert_right(nights)
    for site in ("beta", "gamma"):  # of gamma nothing is left, when its only run is undone
        read = nights.read(key="9", title="Đập mới", site=site, at=day(7))
        (held,) = nights.batch(read, site=site, at=day(7), stats=HELD)
        assert site_totals(nights.db, [site])[site].articles == (2 if site == "beta" else 1)
        assert_right(nights)
        retract_run(nights.db, held.run)
        assert_right(nights)
    sums = site_totals(nights.db)
    assert {site: one.articles for site, one in sums.items()} == {"alpha": 2, "beta": 1}


def test_counts_of_every_window_are_right(nights: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        paging, "MAX_COUNTED_WINDOW_IDS", -1
    )  # so that every window goes by the kept counts
    published = nights.events()
    for since, upto in combinations_with_replacement(range(published[-1].id + 2), 2):
        for site in ("", "alpha", "beta"):
            inside = [
                event for event in published
                if since < event.id <= upto and site in ("", event.site)
            ]  # fmt: skip
            expected = Counter((event.site, event.kind) for event in inside)
            assert counts(nights.db, Window(since, upto, None, site)) == expected
