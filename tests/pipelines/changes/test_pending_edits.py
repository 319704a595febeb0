"""Re-evaluation of pending edits after extraction rules were fixed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipelines.changes.diff import diff
from pipelines.changes.pending_edits import (
    Reparse,
    Reparsed,
    refresh_pending_edits,
    refresh_pending_titles,
)
from schedules.publishing.overrides import publish_held_run
from storage.articles.repository import article_by_id
from storage.articles.revisions import Revision, last_revision, revisions
from storage.events.pending import pending_events_of_site
from storage.home import open_home

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
HELD = {"quarantined": 50}
TITLES = {letter: f"Suối Vàng nạo vét mương, kỳ {letter}" for letter in "ABCD"}


def read_as(titles: dict[int, str]) -> Reparse:
    """A reader that reads these revisions with other titles, and the others as they are."""

    def read(revision: Revision) -> Reparsed | None:
        letter = titles.get(revision.number)
        if letter is None:
            return revision.extractor_version, revision.record
        return "2.mended", replace(revision.record, title=TITLES[letter])

    return read


def story(watcher: Watcher, day: Day, letters: str, held: str) -> None:
    """One visit a day; `held` says with h or . whether its run is held."""
    for number, (letter, mark) in enumerate(zip(letters, held, strict=True)):
        read = watcher.read(title=TITLES[letter], at=day(number))
        watcher.batch(read, at=day(number), stats=HELD if mark == "h" else None)


def edits(watcher: Watcher) -> list[tuple[int, int]]:
    return [
        (e.detail["from_revision"], e.detail["to_revision"])
        for e in pending_events_of_site(watcher.db, "alpha")
        if e.kind == "edited"
    ]


def test_equal_extraction_changes_nothing(watcher: Watcher, day: Day) -> None:
    story(watcher, day, "AB", ".h")
    before = (pending_events_of_site(watcher.db, "alpha"), revisions(watcher.db, 1))
    done = refresh_pending_edits(watcher.db, "alpha", read_as({1: "A", 2: "B"}))
    assert (done.deleted, done.updated) == (0, 0)
    assert (pending_events_of_site(watcher.db, "alpha"), revisions(watcher.db, 1)) == before
    assert edits(watcher) == [(1, 2)]


def test_edit_made_by_wrong_rules_is_deleted(watcher: Watcher, day: Day) -> None:
    story(watcher, day, "AB", ".h")
    done = refresh_pending_edits(watcher.db, "alpha", read_as({1: "A", 2: "A"}))
    assert (done.deleted, done.updated) == (1, 0)
    assert edits(watcher) == []
    kept = revisions(watcher.db, 1)
    assert [r.cause for r in kept] == ["site", "extractor", "extractor"]
    assert last_revision(watcher.db, 1).record.title == TITLES["A"]
    assert article_by_id(watcher.db, 1).revision == 3


def test_chain_keeps_real_edits(watcher: Watcher, day: Day) -> None:
    """Three held nights: only between the second and the third did the page change."""
    story(watcher, day, "ABCD", ".hhh")
    done = refresh_pending_edits(watcher.db, "alpha", read_as({1: "B", 2: "B", 3: "B", 4: "C"}))
    assert (done.deleted, done.updated) == (2, 1)
    ((start, end),) = edits(watcher)
    (waiting,) = [e for e in pending_events_of_site(watcher.db, "alpha") if e.kind == "edited"]
    kept = {r.number: r for r in revisions(watcher.db, 1)}
    (title,) = diff(kept[start].record, kept[end].record)
    assert (title.field, title.words("removed"), title.words("added")) == ("title", ["B"], ["C"])
    assert (kept[end].cause, kept[end].run) == ("site", waiting.run)
    assert "kỳ B" in waiting.summary
    assert publish_held_run(watcher.db, waiting.run) == 1


def test_unseen_revert_stays_reverted(watcher: Watcher, day: Day) -> None:
    """A, B, A: the newest revision says after the refresh what the newest page says."""
    story(watcher, day, "ABA", ".hh")
    refresh_pending_edits(watcher.db, "alpha", read_as({1: "C", 2: "D", 3: "C"}))
    assert last_revision(watcher.db, 1).record.title == TITLES["C"]
    for run in watcher.runs[1:]:
        publish_held_run(watcher.db, run)
    assert watcher.events(kind="edited") == []


@pytest.mark.parametrize(("mended", "left"), [("A", 0), ("D", 1)])
def test_pending_edit_after_a_published_one_is_updated_in_place(
    watcher: Watcher, day: Day, mended: str, left: int
) -> None:
    story(watcher, day, "ABC", ".h.")
    done = refresh_pending_edits(watcher.db, "alpha", read_as({1: "A", 2: mended}))
    assert (done.deleted, done.updated) == (1 - left, left)
    assert edits(watcher) == [(1, 2)] * left
    kept = revisions(watcher.db, 1)
    assert len(kept) == 3
    assert kept[1].record.title == TITLES["D" if left else "B"]
    assert kept[1].cause == ("site" if left else "extractor")


def test_pending_new_event_gets_the_current_title(watcher: Watcher, day: Day) -> None:
    story(watcher, day, "A", "h")
    watcher.db.execute("UPDATE pending_events SET summary = 'Báo Alpha điện tử'")
    refresh_pending_titles(watcher.db, "alpha")
    (new,) = pending_events_of_site(watcher.db, "alpha")
    assert (new.kind, new.summary) == ("new", TITLES["A"])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(nights=[("B", "B"), ("A", "A"), ("B", "B"), ("C", "B")], first="A")
@example(nights=[("B", "C"), ("A", "A"), ("B", "B")], first="C")
@given(
    nights=st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("ABC")), max_size=5),
    first=st.sampled_from("ABC"),
)
def test_published_edits_are_those_of_the_fixed_rules(
    nights: list[tuple[str, str]],
    first: str,
    day: Day,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Whatever broken rules read, the ledger ends where the mended reading ends."""
    from tests.conftest import Watcher as Home

    watcher = Home(open_home(tmp_path_factory.mktemp("home")))
    story(watcher, day, "A" + "".join(broken for broken, _ in nights), "." + "h" * len(nights))
    truth = {}
    seen = [first, *(true for _, true in nights)]
    for revision in revisions(watcher.db, 1):
        night = (datetime.fromisoformat(revision.observed_at) - day(0)).days
        truth[revision.number] = seen[night]
    refresh_pending_edits(watcher.db, "alpha", read_as(truth))
    for run in watcher.runs[1:]:
        publish_held_run(watcher.db, run)
    last = [seen[n] for n in range(len(seen))][max(_nights(watcher, day))]
    newest = last_revision(watcher.db, 1)
    edits = watcher.events(kind="edited")
    assert watcher.db["pending_events"].count == 0
    if newest.extractor_version == "2.mended":
        assert newest.record.title == TITLES[last]
    for event in edits:
        kept = {r.number: r for r in revisions(watcher.db, 1)}
        start, end = event.detail["from_revision"], event.detail["to_revision"]
        assert diff(kept[start].record, kept[end].record)
    if edits:
        kept = {r.number: r for r in revisions(watcher.db, 1)}
        assert kept[edits[-1].detail["to_revision"]].record.title == newest.record.title


def _nights(watcher: Watcher, day: Day) -> list[int]:
    """The nights on which a revision was made."""
    observed = [r.observed_at for r in revisions(watcher.db, 1)]
    return [(datetime.fromisoformat(at) - day(0)).days for at in observed]
