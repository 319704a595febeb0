"""Counts of articles and events per day, site status, saved searches."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from storage.db.connection import transaction
from storage.events.daily_counts import (
    articles_per_day,
    newest_articles,
    newest_day,
    site_totals,
)
from storage.events.filtered_counts import event_counts, totals
from storage.events.filters import EventFilter
from storage.runs.site_status import run_volumes, site_states
from storage.search.indexer import remove_revisions

if TYPE_CHECKING:
    from tests.conftest import Watcher

SPRING = (date(2025, 4, 1), date(2025, 4, 30))
LATE = datetime(2025, 4, 9, 18, 30, tzinfo=UTC)  # the small hours of the 10th in Vietnam
LOOK = "SELECT article, site, day FROM article_days ORDER BY article"


@pytest.fixture
def three(watcher: Watcher) -> Watcher:
    watcher.batch(
        watcher.read(key="1", published="07/04/2025"),
        watcher.read(key="2", published="05/04/2025"),
    )
    watcher.add_site("beta")
    watcher.batch(watcher.read(key="3", published="05/04/2025", site="beta"), site="beta")
    return watcher


def test_articles_per_day_of_sites(three: Watcher) -> None:
    assert articles_per_day(three.db, ["alpha"], *SPRING) == {"2025-04-05": 1, "2025-04-07": 1}
    both = articles_per_day(three.db, ["alpha", "beta"], *SPRING)
    assert both == {"2025-04-05": 2, "2025-04-07": 1}
    assert articles_per_day(three.db, ["alpha"], date(2025, 4, 6), date(2025, 4, 6)) == {}
    assert newest_day(three.db, ["beta"], SPRING[1]) == date(2025, 4, 5)
    assert newest_day(three.db, ["alpha"], date(2025, 4, 6)) == date(2025, 4, 5)
    assert newest_day(three.db, ["none"], SPRING[1]) is None
    assert site_totals(three.db)["alpha"].articles == 2
    assert site_totals(three.db)["beta"].newest == "2025-04-05"


def test_day_is_that_of_the_newest_revision(three: Watcher) -> None:
    moved = three.read(key="2", published="06/04/2025", at=LATE)
    three.batch(moved, at=LATE)
    assert articles_per_day(three.db, ["alpha"], *SPRING) == {"2025-04-06": 1, "2025-04-07": 1}
    newest, older = newest_articles(three.db, ["alpha"])
    assert (newest.day, older.day) == ("2025-04-07", "2025-04-06")
    assert [a.day for a in newest_articles(three.db, ["alpha"], day=date(2025, 4, 6))] == [
        "2025-04-06"
    ]
    revisions = [r[0] for r in three.db.execute("SELECT id FROM revisions WHERE article = 2")]
    with transaction(three.db):  # the newer revision goes: the older one's day is back
        remove_revisions(three.db, revisions[-1:])
    assert articles_per_day(three.db, ["alpha"], *SPRING) == {"2025-04-05": 1, "2025-04-07": 1}


def test_reindexing_an_older_revision_does_not_change_the_day(three: Watcher) -> None:
    three.batch(three.read(key="2", published="06/04/2025", at=LATE), at=LATE)
    before = three.db.execute(LOOK).fetchall()
    old = three.db.execute("SELECT id FROM revisions WHERE article = 2 AND number = 1").fetchone()
    row = "SELECT revision, article, day, checksum FROM search_revisions WHERE revision = ?"
    kept = three.db.execute(row, old).fetchone()
    with transaction(three.db):
        three.db.execute("DELETE FROM search_revisions WHERE revision = ?", old)
        three.db.execute("INSERT INTO search_revisions VALUES (?, ?, ?, ?)", kept)
    assert three.db.execute(LOOK).fetchall() == before


def test_events_by_day_are_in_vietnam_time(three: Watcher, text: tuple[str, ...]) -> None:
    changed = (text[0].replace("nạo vét", "khơi thông"), *text[1:])
    three.batch(three.read(key="1", published="07/04/2025", body=changed, at=LATE),
                at=LATE)  # fmt: skip
    alpha = EventFilter(sites=frozenset({"alpha"}), historical=True)
    found = event_counts(three.db, alpha)
    assert found["2025-04-10"] == {"edited": 1}
    assert totals(found)["new"] == 2
    day = date(2025, 4, 9)
    assert event_counts(three.db, replace(alpha, first_day=day, last_day=day)) == {}


def test_site_status_after_runs(three: Watcher) -> None:
    later = LATE + timedelta(days=1)
    three.batch(three.read(key="4", at=later), at=later, stats={"read": 9})
    (state,) = site_states(three.db, ["alpha"])
    assert (state.verdict, state.last_success) == ("passed", "2025-04-10T18:30:00Z")
    assert [v.new for v in run_volumes(three.db, "alpha", 9)][-1] >= 0
    assert len(run_volumes(three.db, "alpha", 1)) == 1
    assert {s.site for s in site_states(three.db)} >= {"alpha", "beta"}
