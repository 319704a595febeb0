"""Reviews: append-only, and restored from the journal."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

import pytest

from storage.archive.journal import read_journal
from storage.events.filters import EventFilter
from storage.events.review_queue import review_counts, review_queue
from storage.events.reviews import (
    add_review,
    article_reviews,
    newest_reviews,
    restore_review,
)
from storage.messages.reasons_input import InputReason
from tests.sentences import has_code

OTHER = (
    "Phiên chợ Bắc Hà họp lại sau hai tuần nghỉ vì mưa lớn, bà con các xã vùng cao gùi mận, mật "
    "ong và vải lanh xuống bán từ lúc trời còn mờ sương.",
    "Ban quản lý chợ cho biết lượng khách đã về gần bằng trước mưa.",
)
WHEN = datetime.fromisoformat("2025-04-10T08:00:00+07:00")


@pytest.fixture
def edited(watcher: Any, day: Any, text: Any) -> Any:
    """Article 1 had one word changed, article 2 a whole paragraph removed."""
    watcher.batch(watcher.read(), watcher.read(key="2", body=OTHER))
    changed = (text[0].replace("thứ hai", "thứ ba"), *text[1:])
    watcher.batch(
        watcher.read(at=day(1), body=changed),
        watcher.read(at=day(1), key="2", body=OTHER[1:]),
        at=day(1),
    )
    assert watcher.kinds()[-2:] == ["edited", "edited"]
    return watcher


def event_of(watcher: Any, article: int) -> int:
    return next(int(e.id) for e in watcher.events(kind="edited") if e.article == article)


def say(watcher: Any, event: int, mark: str = "noise", note: str = "", name: str = "Lan") -> int:
    return add_review(watcher.db, watcher.home.captures, event, mark, note, name, WHEN)


def queued(watcher: Any, mark: str = "", *, site: str = "alpha", limit: int = 9) -> list[int]:
    chosen = EventFilter(sites=frozenset({site}), historical=True)
    return [each.event for each in review_queue(watcher.db, mark, chosen, limit=limit)]


def test_queue_is_ordered_by_priority(edited: Any) -> None:
    assert queued(edited) == [event_of(edited, 2), event_of(edited, 1)]
    every = EventFilter(historical=True)
    (first,) = review_queue(edited.db, "", every, limit=1)
    (second,) = review_queue(edited.db, "", every, limit=9, after=first)
    assert second.event == event_of(edited, 1)
    assert queued(edited, site="beta") == []


def test_newest_mark_counts(edited: Any) -> None:
    event = event_of(edited, 2)
    say(edited, event, "noise")
    say(edited, event, "important", "Bỏ cả đoạn", "  Minh ")
    assert queued(edited) == [event_of(edited, 1)]
    assert queued(edited, "important") == [event]
    assert queued(edited, "noise") == []
    newest = newest_reviews(edited.db, [event, 1])
    assert (newest[event].mark, newest[event].name) == ("important", "Minh")
    assert newest[event].marked_at == "2025-04-10T01:00:00Z"
    assert [each.mark for each in article_reviews(edited.db, 2)] == ["noise", "important"]


def test_withdrawn_review_makes_the_event_unreviewed(edited: Any) -> None:
    event = event_of(edited, 2)
    say(edited, event, "important")
    every = EventFilter(historical=True)
    assert review_counts(edited.db, every) == {"": 1, "important": 1, "noise": 0, "checked": 0}
    say(edited, event, "withdrawn")
    assert queued(edited) == [event, event_of(edited, 1)]
    assert queued(edited, "important") == []
    assert newest_reviews(edited.db, [event]) == {}
    assert review_counts(edited.db, every)[""] == 2
    small = EventFilter(classes=frozenset({"correction"}), historical=True)
    assert review_counts(edited.db, small)[""] == 1


def test_takedowns_come_before_edits(edited: Any, day: Any) -> None:
    edited.add_site("alpha")
    for number in (2, 4, 6):
        edited.batch(edited.missed("1", at=day(number)), at=day(number), stats={"read": 9})
    assert edited.kinds()[-1] == "removed"
    first = queued(edited, limit=1)[0]
    assert edited.events()[-1].id == first


def test_reviews_are_append_only(edited: Any) -> None:
    say(edited, event_of(edited, 1))
    for statement in ("UPDATE reviews SET mark = 'checked'", "DELETE FROM reviews"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            edited.db.execute(statement)


@pytest.mark.parametrize(
    ("stated", "code"),
    [({"mark": "gut"}, InputReason.NO_MARK), ({"name": "  "}, InputReason.REVIEW_WITHOUT_NAME),
     ({"name": "x" * 81}, InputReason.REVIEW_WITHOUT_NAME),
     ({"note": "x" * 2001}, InputReason.NOTE_TOO_LONG),
     ({"note": "\ud800"}, InputReason.REVIEW_IS_NO_TEXT)],
)  # fmt: skip
def test_invalid_review_is_an_error(edited: Any, stated: dict[str, str], code: InputReason) -> None:
    with pytest.raises(ValueError, check=has_code(code)):
        say(edited, event_of(edited, 1), **stated)
    assert not edited.db["reviews"].count


def test_only_published_edits_and_takedowns_are_reviewable(edited: Any) -> None:
    with pytest.raises(ValueError, check=has_code(InputReason.KIND_NOT_REVIEWED)):
        say(edited, edited.events(kind="new")[0].id)
    with pytest.raises(KeyError, check=has_code(InputReason.NO_EVENT)):
        say(edited, 999)


def test_review_is_restored_from_the_journal(edited: Any) -> None:
    event = event_of(edited, 1)
    say(edited, event, "checked", "Đã hỏi toà soạn")
    line = next(x for x in read_journal(edited.home.captures).lines if x["line"] == "reviewed")
    restore_review(edited.db, line | {"event": 999})  # another number in a new database
    first, second = article_reviews(edited.db, 1)
    assert (second.event, second.note, second.name) == (first.event, first.note, first.name)
    with pytest.raises(ValueError, match="no event edited of article 77"):
        restore_review(edited.db, line | {"article": 77})
