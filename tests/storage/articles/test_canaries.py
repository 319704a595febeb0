"""Pinned pages: what is expected of them, and what a run says where they differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.items import FetchFailed, PageUnreadable
from storage.archive.writer import Capture
from storage.articles.canaries import pin, pinned, unpin
from storage.db.connection import transaction
from storage.messages.reasons_crawl import http_status
from storage.messages.reasons_input import InputReason
from storage.reasons import Reason
from storage.runs.repository import get_run, set_verdict
from tests.sentences import has_code

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
URL = "https://alpha.vn/bai-1.html"
OTHER = ("Chỉ còn một câu này.",)


@pytest.fixture
def pinning(watcher: Watcher, day: Day) -> Watcher:
    file = ("alpha/2025-04-07.warc.gz", 0)
    capture = Capture("alpha", URL, day(0), 200, "text/html", "0" * 64, 9, *file)
    first = replace(watcher.read(), capture=capture)
    watcher.batch(first, watcher.read(key="2", title="Đập mới ở Pa Tần"))
    with transaction(watcher.db):
        pin(watcher.db, 1, "trang mẫu", day(0))
    return watcher


def canary_stats(watcher: Watcher) -> dict[str, Any]:
    stats = get_run(watcher.db, watcher.runs[-1]).stats.to_dict()
    found: dict[str, Any] = stats.get("canaries", {"checked": 0, "failed": []})
    return found


def judge(watcher: Watcher, verdict: str) -> None:
    set_verdict(watcher.db, watcher.runs[-1], verdict, None)
    watcher.db.conn.commit()


def failed(why: Reason) -> dict[str, Any]:
    return {"checked": 1, "failed": [{"article": 1, "url": URL, "why": why.to_dict()}]}


def test_pins_are_listed_with_their_note(pinning: Watcher, day: Day) -> None:
    (canary,) = pinned(pinning.db, ["alpha"])
    assert (canary.article, canary.url, canary.note) == (1, URL, "trang mẫu")
    assert canary.title == "Suối Vàng nạo vét mương trước vụ mới"
    assert (canary.status, canary.pinned_at) == ("live", "2025-04-07T18:30:00Z")
    assert pinned(pinning.db, ["beta"]) == []
    pin(pinning.db, 1, "vì sao", day(1))
    assert [(c.note, c.pinned_at) for c in pinned(pinning.db)] == [("vì sao", canary.pinned_at)]
    unpin(pinning.db, 1)
    assert pinned(pinning.db) == []
    with pytest.raises(KeyError, check=has_code(InputReason.NOT_PINNED)):
        unpin(pinning.db, 1)


def test_unchanged_canary_passes(pinning: Watcher, day: Day) -> None:
    pinning.batch(pinning.read(at=day(1)), at=day(1))
    assert canary_stats(pinning) == {"checked": 1, "failed": []}


def test_run_without_canaries_checks_none(watcher: Watcher) -> None:
    watcher.batch(watcher.read())
    assert canary_stats(watcher) == {"checked": 0, "failed": []}


def test_canary_without_a_response_is_not_checked(pinning: Watcher, day: Day) -> None:
    pinning.batch(FetchFailed(URL, "1", http_status(500), day(1), is_stored=True), at=day(1))
    assert canary_stats(pinning) == {"checked": 0, "failed": []}


def test_missing_unreadable_and_changed_canaries_fail(pinning: Watcher, day: Day) -> None:
    pinning.batch(pinning.missed(at=day(1)), at=day(1))
    assert canary_stats(pinning) == failed(http_status(404))
    broken = PageUnreadable(URL, "1", Reason("no_title"), None, day(2), is_stored=True)
    pinning.batch(broken, at=day(2))
    assert canary_stats(pinning) == failed(Reason("no_title"))
    pinning.batch(pinning.read(body=OTHER, at=day(3)), at=day(3))
    assert canary_stats(pinning) == failed(Reason("reads_otherwise"))


def test_changed_canary_holds_the_run(pinning: Watcher, day: Day) -> None:
    (done,) = pinning.batch(pinning.read(body=OTHER, at=day(1)), at=day(1))
    assert done.verdict.status == "held"


def test_text_of_a_held_run_is_expected_after_its_release(pinning: Watcher, day: Day) -> None:
    pinning.batch(pinning.read(body=OTHER, at=day(1)), at=day(1))
    judge(pinning, "held")
    held = pinning.runs[-1]
    pinning.batch(pinning.read(body=OTHER, at=day(2)), at=day(2))
    assert canary_stats(pinning) == failed(Reason("reads_otherwise"))
    set_verdict(pinning.db, held, "released", None)
    pinning.db.conn.commit()
    pinning.batch(pinning.read(body=OTHER, at=day(3)), at=day(3))
    assert canary_stats(pinning) == {"checked": 1, "failed": []}


def test_reverted_canary_passes(pinning: Watcher, day: Day) -> None:
    pinning.batch(pinning.read(body=OTHER, at=day(1)), at=day(1))
    judge(pinning, "held")
    pinning.batch(pinning.read(at=day(2)), at=day(2))
    assert canary_stats(pinning) == {"checked": 1, "failed": []}


def test_canary_changed_by_our_rules_passes(pinning: Watcher, day: Day, text: Any) -> None:
    """The rules leave out a paragraph now; the old capture, read again, lacks it as well."""
    from pipelines.record.normalise import normalise

    again = normalise(pinning.read(body=text[:2]).page)
    pinning.batch(
        pinning.read(body=text[:2], extractor_version="2.second", at=day(1)), at=day(1),
        reparse=lambda _: ("2.second", again),
    )  # fmt: skip
    assert canary_stats(pinning) == {"checked": 1, "failed": []}
    pinning.batch(pinning.read(body=text[:1], extractor_version="2.second", at=day(2)), at=day(2))
    assert canary_stats(pinning) == failed(Reason("reads_otherwise"))
