"""What a run may spend on known articles, and what listings showed in the last run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from storage.checks.listing_positions import listing_positions, save_listing_positions
from storage.checks.recheck_budget import recheck_budget

if TYPE_CHECKING:
    from tests.conftest import Watcher


def left(watcher: Watcher, now: datetime, fetches: int, poll: int) -> int:
    return recheck_budget(watcher.db, "alpha", now, fetches_a_day=fetches, poll_minutes=poll).left


def test_polled_site_spends_its_budget_in_a_day(watcher: Watcher) -> None:
    now = datetime.now(UTC)
    watcher.batch(watcher.read(), kind="crawl", stats={"rechecked": 30}, at=now)
    assert left(watcher, now, 100, 30) == 70
    assert left(watcher, now, 20, 30) == 0
    assert left(watcher, now, 100, 0) == 100
    assert left(watcher, now + timedelta(days=2), 100, 30) == 100


def test_listing_has_the_positions_of_the_last_run(watcher: Watcher) -> None:
    watcher.batch(watcher.read())
    save_listing_positions(watcher.db, "alpha", {"one": ["9", "1", "5"], "two": ["4"]})
    save_listing_positions(watcher.db, "alpha", {"one": ["10", "9"]})
    assert listing_positions(watcher.db, "alpha") == {"one": ["10", "9"], "two": ["4"]}
    assert listing_positions(watcher.db, "beta") == {}
