"""Reverts: published once, and suppressed if two texts alternate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipelines.changes.reverts import REVERT_WINDOW
from schedules.publishing.overrides import publish_held_run, retract_run
from schedules.publishing.publish import publish
from storage.articles.repository import find_article
from storage.articles.revisions import revisions
from storage.home import open_home
from storage.run_stats import RunStats
from storage.runs.repository import get_run

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]


def visit(watcher: Watcher, at: datetime, title: str, verdict: str = "passed") -> None:
    """A night on which the article has this title, with a run of this verdict."""
    recorder = watcher.begin(at=at)
    recorder.record(watcher.read(at=at, title=title))
    recorder.finish(RunStats(requests=9, responses=9, listings=1, links=9), listings_complete=True)
    if verdict == "passed":
        publish(watcher.db, watcher.home, ["alpha"])
    else:
        watcher.db.execute("UPDATE runs SET verdict = ? WHERE id = ?", [verdict, recorder.run])
        watcher.db.conn.commit()


def play(watcher: Watcher, day: Day, *steps: tuple[float, str]) -> list[dict[str, Any]]:
    """What the edits say after these (day, title), all published."""
    for moment, title in steps:
        visit(watcher, day(moment), title)
    return [event.detail for event in watcher.events(kind="edited")]


def numbers(watcher: Watcher) -> int:
    known = find_article(watcher.db, "alpha", "1")
    assert known is not None
    return len(revisions(watcher.db, known.id))


def test_reverted_published_edit_is_published_as_a_revert(watcher: Watcher, day: Day) -> None:
    first, second = play(watcher, day, (0, "Tựa A"), (1, "Tựa B"), (1.5, "Tựa A"))
    assert "reverts_to" not in first
    assert (second["reverts_to"], second["from_revision"], second["to_revision"]) == (1, 2, 3)
    assert "folded" not in second
    said = watcher.events(kind="edited")[-1].summary
    assert said == "back to what it said on 08/04/2025; title: “Tựa B” became “Tựa A”"


def test_third_text_is_no_revert(watcher: Watcher, day: Day) -> None:
    found = play(watcher, day, (0, "Tựa A"), (1, "Tựa B"), (1.5, "Tựa C"))
    assert [d.get("reverts_to") for d in found] == [None, None]


def test_revert_after_weeks_and_other_texts(watcher: Watcher, day: Day) -> None:
    found = play(watcher, day, (0, "Tựa A"), (1, "Tựa B"), (2, "Tựa C"), (40, "Tựa A"))
    assert [d.get("reverts_to") for d in found] == [None, None, 1]


def test_alternation_of_two_texts_is_suppressed_and_counted(watcher: Watcher, day: Day) -> None:
    steps = [(n, "Tựa A" if n % 2 == 0 else "Tựa B") for n in range(7)]
    assert len(play(watcher, day, *steps)) == 2
    assert numbers(watcher) == 7
    *_, last = play(watcher, day, (7, "Tựa C"))
    assert (last["folded"], last["from_revision"], last["to_revision"]) == (4, 7, 8)
    assert get_run(watcher.db, watcher.runs[-2]).stats.folded == 1


def test_alternation_after_a_week_is_published_again(watcher: Watcher, day: Day) -> None:
    found = play(watcher, day, (0, "Tựa A"), (1, "Tựa B"), (2, "Tựa A"), (9.1, "Tựa B"))
    assert [d.get("reverts_to") for d in found] == [None, 1, 2]


def test_alternation_ending_on_the_other_text_is_published(watcher: Watcher, day: Day) -> None:
    steps = [(0, "Tựa A"), (1, "Tựa B"), (2, "Tựa A"), (3, "Tựa B")]
    assert len(play(watcher, day, *steps, (8, "Tựa B"))) == 2
    *_, last = play(watcher, day, (9.1, "Tựa B"))
    assert (last["from_revision"], last["to_revision"], last["reverts_to"]) == (3, 4, 2)
    assert len(play(watcher, day, (10, "Tựa B"), (30, "Tựa B"))) == 3


def test_alternation_ending_on_the_published_text_is_not_published(
    watcher: Watcher, day: Day
) -> None:
    steps = [(0, "Tựa A"), (1, "Tựa B"), (2, "Tựa A"), (3, "Tựa B"), (4, "Tựa A")]
    assert len(play(watcher, day, *steps, (12, "Tựa A"))) == 2


@pytest.mark.parametrize("verdict", ["failed", "held"])
def test_edit_reverted_before_publication_is_no_event(
    watcher: Watcher, day: Day, verdict: str
) -> None:
    visit(watcher, day(0), "Tựa A")
    visit(watcher, day(1), "Tựa B", verdict)
    visit(watcher, day(2), "Tựa A")
    if verdict == "held":
        publish_held_run(watcher.db, watcher.runs[1])
    assert watcher.kinds() == ["new"]
    assert watcher.db["pending_events"].count == 0
    assert numbers(watcher) == 3
    visit(watcher, day(3), "Tựa C")
    assert watcher.events()[-1].summary == "title: “Tựa A” became “Tựa C”"


def test_pending_edit_that_was_not_reverted_is_published(watcher: Watcher, day: Day) -> None:
    visit(watcher, day(0), "Tựa A")
    visit(watcher, day(1), "Tựa B", "held")
    visit(watcher, day(2), "Tựa B")
    assert publish_held_run(watcher.db, watcher.runs[1]) == 1


def test_retracted_revert_leaves_the_edit_pending(watcher: Watcher, day: Day) -> None:
    visit(watcher, day(0), "Tựa A")
    visit(watcher, day(1), "Tựa B", "held")
    visit(watcher, day(2), "Tựa A", "held")
    retract_run(watcher.db, watcher.runs[2])
    assert publish_held_run(watcher.db, watcher.runs[1]) == 1
    assert watcher.events()[-1].summary == "title: “Tựa A” became “Tựa B”"


def test_only_the_loop_of_a_chain_is_deleted(watcher: Watcher, day: Day) -> None:
    visit(watcher, day(0), "Tựa A")
    for moment, title in ((1, "Tựa B"), (2, "Tựa C"), (3, "Tựa B")):
        visit(watcher, day(moment), title, "failed")
    visit(watcher, day(4), "Tựa B")
    assert [e.summary for e in watcher.events(kind="edited")] == ["title: “Tựa A” became “Tựa B”"]


plans = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(["passed", "failed", "held"]),
              st.floats(0.1, 5)),
    min_size=1, max_size=9,
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=plans)
@example(plan=[(text, "failed" if text == "A" else "passed", 1.0) for text in "CBCBAB"])
def test_ledger_ends_with_the_current_text(
    plan: list[tuple[str, str, float]],
    watcher: Watcher,
    day: Day,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Once all is released and the time for turns is over, whatever happened before."""
    watcher = type(watcher)(open_home(tmp_path_factory.mktemp("home")))
    visit(watcher, day(0), "Tựa A")
    moment = 0.0
    for text, verdict, later in plan:
        moment += later
        visit(watcher, day(moment), f"Tựa {text}", verdict)
    held = [r for r in watcher.runs if get_run(watcher.db, r).verdict == "held"]
    for run in held:
        publish_held_run(watcher.db, run)
    last = f"Tựa {plan[-1][0]}"
    for after in (REVERT_WINDOW + timedelta(days=6), REVERT_WINDOW * 3):
        visit(watcher, day(moment) + after, last)
    known = find_article(watcher.db, "alpha", "1")
    assert known is not None
    kept = revisions(watcher.db, known.id)
    last_edited = max((e.detail["to_revision"] for e in watcher.events(kind="edited")), default=1)
    assert kept[last_edited - 1].record.title == kept[-1].record.title == last
    watcher.db.close()
