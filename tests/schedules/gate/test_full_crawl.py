"""A full crawl reads listings past the known frontier; its volume is compared with no other run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from crawlers.crawl.state import CrawlState
from pipelines.site_store import SiteStore
from schedules.gate.inputs import gate_input
from storage.runs.history import volumes
from storage.runs.repository import get_run

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
USUAL_ARTICLES, MANY_ARTICLES = 6, 60


def crawl_new(watcher: Watcher, day: Day, number: int, count: int, **stats: int) -> str:
    """Run a batch with so many new articles; return the verdict."""
    keys = [str(1000 * number + n) for n in range(count)]
    news = [watcher.read(key=key, title=f"Tin {key}", at=day(number)) for key in keys]
    (done,) = watcher.batch(*news, at=day(number), stats=stats)
    return done.verdict.status


def test_full_crawl_may_find_many_articles(watcher: Watcher, day: Day) -> None:
    for number in range(4):
        assert crawl_new(watcher, day, number, USUAL_ARTICLES) == "passed"
    assert crawl_new(watcher, day, 4, MANY_ARTICLES, deep=1) == "passed"
    assert crawl_new(watcher, day, 5, USUAL_ARTICLES) == "passed"
    assert crawl_new(watcher, day, 6, MANY_ARTICLES) == "held"


def test_full_crawl_is_not_compared_with_other_runs(watcher: Watcher, day: Day) -> None:
    crawl_new(watcher, day, 0, USUAL_ARTICLES)
    crawl_new(watcher, day, 1, MANY_ARTICLES, deep=1)
    crawl_new(watcher, day, 2, USUAL_ARTICLES)
    full, last = (get_run(watcher.db, run) for run in watcher.runs[1:])
    assert not gate_input(watcher.db, full, watcher.home.settings).listings_complete
    assert [v.run for v in volumes(watcher.db, last, "2000-01-01T00:00:00Z")] == watcher.runs[:1]


def test_full_crawl_has_no_known_frontier(watcher: Watcher) -> None:
    watcher.batch(watcher.read())
    store = SiteStore(watcher.home, watcher.db, "alpha")
    assert CrawlState.load(store).frontier == {"1"}
    state = CrawlState.load(store, full=True)
    assert state.frontier == set()
    assert set(state.articles) == {"1"}
