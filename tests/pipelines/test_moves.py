"""A missing article whose text is at a new URL has moved; nothing less proves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.items import ArticleMoved, ArticleRead
from schedules.gate.inputs import gate_input
from storage.archive.writer import Capture
from storage.runs.repository import get_run

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
SHORT = ["Mời bà con đúng giờ đến nhà văn hóa thôn để nghe phổ biến."]


def other(watcher: Watcher, at: datetime) -> ArticleRead:
    """Another article, which is there: without one, a run cannot tell takedown from outage."""
    return watcher.read(key="2", title="Đập mới ở Pa Tần", body=["Đập đã xong."], at=at)


def reported(watcher: Watcher) -> list[tuple[str, int | None]]:
    return [(event.kind, event.article) for event in watcher.events() if event.article != 2]


def first_night(watcher: Watcher, day: Day, **fields: Any) -> None:
    watcher.batch(watcher.read(**fields), other(watcher, day(0)))


def test_same_text_at_a_new_url_is_a_move(watcher: Watcher, day: Day) -> None:
    first_night(watcher, day)
    at = day(1)
    watcher.batch(watcher.read(key="9", at=at), watcher.missed(at=at), other(watcher, at), at=at)
    assert reported(watcher) == [("new", 1), ("moved", 1)]
    assert watcher.status() == "moved"
    assert watcher.events(kind="moved")[0].detail == {
        "to_article": 3, "to_url": "https://alpha.vn/bai-9.html", "via": "text",
    }  # fmt: skip


def test_move_of_an_article_that_a_replay_read_once(watcher: Watcher, day: Day) -> None:
    """The replay's clock is later than the captures, and the first capture dates the article."""
    first = watcher.read(at=day(0.5))
    first.capture = Capture(
        "alpha", "https://alpha.vn/bai-1.html", day(0), 200, "text/html", "0" * 64, 9, "a.warc", 0
    )
    watcher.batch(first, other(watcher, day(0.5)), at=day(0.5))
    at = day(1)
    watcher.batch(watcher.read(key="9", at=at), watcher.missed(at=at), other(watcher, at), at=at)
    assert reported(watcher) == [("new", 1), ("moved", 1)]


def test_move_whose_old_url_is_checked_a_night_later(watcher: Watcher, day: Day) -> None:
    first_night(watcher, day)
    watcher.batch(watcher.read(key="9", at=day(1)), other(watcher, day(1)), at=day(1))
    watcher.batch(watcher.missed(at=day(2)), other(watcher, day(2)), at=day(2))
    assert reported(watcher) == [("new", 1), ("new", 3), ("moved", 1)]


def test_articles_at_a_new_url_are_not_new_to_the_gate(watcher: Watcher, day: Day) -> None:
    """One that a run finds, one of which a later run shows that it moved, and a new one."""
    first_night(watcher, day)
    redirected = watcher.read(key="8", title="Đập mới ở Pa Tần", body=["Đập đã xong."], at=day(1))
    move = ArticleMoved(2, "https://alpha.vn/bai-2.html", redirected.page, None, day(1))
    new = watcher.read(key="5", title="Cầu treo mới", body=["Cầu đã thông xe."], at=day(1))
    watcher.batch(watcher.read(key="9", at=day(1)), move, new, at=day(1))
    found = gate_input(watcher.db, get_run(watcher.db, watcher.runs[-1]), watcher.home.settings)
    assert found.stats.new == 2
    watcher.batch(watcher.missed(at=day(2)), new, at=day(2))
    assert watcher.kinds() == ["new", "new", "moved", "new", "new", "moved"]
    later = gate_input(watcher.db, get_run(watcher.db, watcher.runs[-1]), watcher.home.settings)
    assert [volume.new for volume in later.volumes] == [1, 2]


def test_move_whose_new_url_is_listed_a_night_later(watcher: Watcher, day: Day) -> None:
    first_night(watcher, day)
    watcher.batch(watcher.missed(at=day(1)), other(watcher, day(1)), at=day(1))
    assert watcher.status() == "suspect"
    at = day(2)
    watcher.batch(watcher.missed(at=at), watcher.read(key="9", at=at), other(watcher, at), at=at)
    assert reported(watcher) == [("new", 1), ("moved", 1)]


def test_edit_of_the_title_on_the_way_is_still_a_move(watcher: Watcher, day: Day) -> None:
    """The text and the printed time of publication are the same."""
    first_night(watcher, day)
    at, title = day(1), "Bốn mươi hộ dân góp công khơi mương"
    moved = watcher.read(key="9", title=title, at=at)
    watcher.batch(moved, watcher.missed(at=at), other(watcher, at), at=at)
    assert watcher.status() == "moved"


def test_article_back_at_its_old_url_has_moved_again(watcher: Watcher, day: Day) -> None:
    """The new URL is missing; no takedown is confirmed there."""
    first_night(watcher, day)
    at = day(1)
    watcher.batch(watcher.read(key="9", at=at), watcher.missed(at=at), other(watcher, at), at=at)
    for night in (2, 4, 6):
        at = day(night)
        back = watcher.read(at=at)
        watcher.batch(back, watcher.missed("9", at=at), other(watcher, at), at=at)
    assert reported(watcher) == [("new", 1), ("moved", 1), ("restored", 1), ("moved", 3)]
    assert (watcher.status(), watcher.status("9")) == ("live", "moved")


def test_republished_text_that_lived_beside_the_old_one_is_no_move(
    watcher: Watcher, day: Day
) -> None:
    first_night(watcher, day)
    at = day(1)
    watcher.batch(watcher.read(at=at), watcher.read(key="9", at=at), other(watcher, at), at=at)
    for night in (2, 3, 4):
        at = day(night)
        copy = watcher.read(key="9", at=at)
        watcher.batch(copy, watcher.missed(at=at), other(watcher, at), at=at)
    assert reported(watcher) == [("new", 1), ("new", 3), ("removed", 1)]


def test_two_copies_of_the_first_night_are_no_move(watcher: Watcher, day: Day) -> None:
    first_night(watcher, day)
    watcher.batch(watcher.read(key="9"), watcher.read(key="8"))
    at = day(1)
    watcher.batch(watcher.missed("9", at=at), other(watcher, at), at=at)
    assert watcher.status("9") == "suspect"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"body": SHORT}, {"body": SHORT}),
        ({}, {"title": "Mương mới ở Suối Vàng", "published": "08/04/2025 06:00"}),
        ({}, {"body": SHORT}),
        ({"published": None}, {"published": None, "title": "Mương mới ở Suối Vàng"}),
        ({"published": "07/04/2025"}, {"published": "07/04/2025", "title": "Mương mới"}),
    ],
    ids=["short", "other title and date", "other text", "no date and another title", "only a day"],
)
def test_weaker_evidence_is_no_move(
    watcher: Watcher, day: Day, before: dict[str, Any], after: dict[str, Any]
) -> None:
    first_night(watcher, day, **before)
    at = day(1)
    found = watcher.read(key="9", at=at, **after)
    watcher.batch(found, watcher.missed(at=at), other(watcher, at), at=at)
    assert watcher.status() == "suspect"


def test_one_edited_syllable_is_no_move(watcher: Watcher, day: Day) -> None:
    page = watcher.read()
    body = [block.text for block in page.page.blocks]
    watcher.batch(page, other(watcher, day(0)))
    at = day(1)
    body[-1] = body[-1].replace("trưa", "chiều")
    found = watcher.read(key="9", body=body, at=at)
    watcher.batch(found, watcher.missed(at=at), other(watcher, at), at=at)
    assert watcher.status() == "suspect"


def test_text_of_two_new_articles_is_no_move(watcher: Watcher, day: Day) -> None:
    first_night(watcher, day)
    at = day(1)
    copies = [watcher.read(key=key, at=at) for key in ("8", "9")]
    watcher.batch(*copies, watcher.missed(at=at), other(watcher, at), at=at)
    assert watcher.status() == "suspect"


def test_held_run_moves_nothing(watcher: Watcher, day: Day) -> None:
    first_night(watcher, day)
    at = day(1)
    found = watcher.read(key="9", at=at)
    watcher.batch(found, watcher.missed(at=at), at=at, stats={"listings": 0})
    assert watcher.status() == "live"
