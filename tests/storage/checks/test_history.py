"""Checks of known articles are counted by age, and only those of believed runs are used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.articles.repository import Known
from storage.checks.history import HOUR, cells, count, history, take
from storage.checks.rechecks import effort
from storage.db.connection import utc_text
from storage.runs.repository import judge_run

if TYPE_CHECKING:
    from tests.conftest import Watcher

FOUND = datetime(2025, 3, 1, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def known(checked: float, *, revision: int = 1, status: str = "live") -> Known:
    """An article last checked `checked` hours after it was found."""
    last = utc_text(FOUND + timedelta(hours=checked))
    return Known(1, "alpha", "1", None, status, utc_text(FOUND), last, last, revision)


@given(st.floats(0, 2000), st.floats(0.01, 2000), st.integers(1, 9), st.booleans())
def test_a_cell_keeps_the_ages_nearly(
    before: float, span: float, revision: int, edited: bool
) -> None:
    counts: Counter[str] = Counter()
    article = known(before, revision=revision)
    at = FOUND + timedelta(hours=before + span, seconds=2)
    count(counts, article, at, int(edited))
    (cell,) = cells(take(counts))
    assert (cell.checks, cell.changed) == (1, int(edited))
    assert cell.edits == min(revision - 1, 4)
    after = (at - FOUND).total_seconds() / HOUR
    assert cell.before < cell.after
    assert cell.before == pytest.approx(before, rel=0.15, abs=0.15)
    assert cell.after == pytest.approx(after, rel=0.35, abs=0.15)
    assert not counts


def test_what_was_not_live_or_not_later_is_not_counted() -> None:
    counts: Counter[str] = Counter()
    count(counts, known(5, status="suspect"), FOUND + timedelta(hours=9), 0)
    count(counts, known(5), FOUND + timedelta(hours=5), 1)
    assert not counts


def test_runs_keep_their_checks_and_believed_ones_are_used(
    watcher: Watcher, day: Callable[[float], datetime]
) -> None:
    watcher.night(watcher.read(key="1", at=day(0)), at=day(0))
    watcher.night(watcher.read(key="1", at=day(1)), at=day(1))
    edited = watcher.read(key="1", title="Một nhan đề đã đổi khác hẳn", at=day(2))
    watcher.night(edited, at=day(2))
    found = history(watcher.db, "alpha", LONG_AGO)
    assert [(c.edits, c.checks, c.changed) for c in found] == [(0, 1, 0), (0, 1, 1)]
    assert found[0].after == pytest.approx(24, rel=0.15)
    assert history(watcher.db, "alpha", day(2)) == found[1:]
    judge_run(watcher.db, watcher.runs[-1], "discarded", None)
    assert history(watcher.db, "alpha", LONG_AGO) == found[:1]
    assert history(watcher.db, "beta", LONG_AGO) == ()


def test_what_was_spent_in_a_day_is_no_longer_there(watcher: Watcher) -> None:
    now = datetime.now(UTC)
    watcher.night(watcher.read(), kind="crawl", stats={"rechecked": 30}, at=now)
    polled = effort(watcher.db, "alpha", now, budget=100, poll_minutes=30)
    assert (polled.spent, polled.left) == (30, 70)
    assert effort(watcher.db, "alpha", now, budget=20, poll_minutes=30).left == 0
    assert effort(watcher.db, "alpha", now, budget=100, poll_minutes=0).left == 100
    later = effort(watcher.db, "alpha", now + timedelta(days=2), budget=100, poll_minutes=30)
    assert later.left == 100
