"""The recorder: one outcome per observation, and atomic batches."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.changes.pending_edits import Reparse
from pipelines.items import ArticleMoved, ArticleRead, FetchFailed, PageUnreadable
from pipelines.record.normalise import normalise
from pipelines.recording import recorder as recorder_module
from storage.archive.journal import read_journal
from storage.articles import repository as articles
from storage.articles import revisions as article_revisions
from storage.articles.repository import find_article
from storage.articles.revisions import revisions
from storage.checks.retry_queue import MAX_READ_ATTEMPTS, retry_urls
from storage.messages.reasons_crawl import http_status
from storage.messages.reasons_warnings import WarningCode
from storage.models import Article
from storage.reasons import Reason
from storage.run_stats import Problem, RunStats
from storage.runs.repository import get_run

if TYPE_CHECKING:
    from pipelines.record.raw_article import RawArticle
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
Pages = Callable[..., "RawArticle"]
OTHER = (
    "Hợp tác xã Bình Minh vừa đưa vào dùng kho lạnh chứa được ba mươi tấn quả, giúp người trồng "
    "vải không phải bán vội vào đầu vụ như các năm trước.",
)


def stats(watcher: Watcher) -> RunStats:
    return get_run(watcher.db, watcher.runs[-1]).stats


def numbers(watcher: Watcher, key: str = "1", site: str = "alpha") -> list[tuple[int, str]]:
    known = find_article(watcher.db, site, key)
    assert known is not None
    return [(r.number, r.cause) for r in revisions(watcher.db, known.id)]


def test_first_read_is_a_new_event(watcher: Watcher) -> None:
    watcher.batch(watcher.read())
    (event,) = watcher.events()
    assert (event.kind, event.article) == ("new", 1)
    assert event.summary == "Suối Vàng nạo vét mương trước vụ mới"
    assert stats(watcher).new == stats(watcher).read == 1
    assert numbers(watcher) == [(1, "site")]


def test_unchanged_article_updates_only_times(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    watcher.batch(watcher.read(at=day(1), tags=["mới"], section="Khác"), at=day(1))
    known = find_article(watcher.db, "alpha", "1")
    assert known is not None
    assert (known.first_seen, known.last_seen) == ("2025-04-07T18:30:00Z", "2025-04-08T18:30:00Z")
    assert known.last_checked == known.last_seen
    assert numbers(watcher) == [(1, "site")]
    assert watcher.kinds() == ["new"]
    assert stats(watcher).unchanged == 1


@pytest.mark.slow
def test_unchanged_rechecks_do_not_grow_the_database(watcher: Watcher, day: Day) -> None:
    keys = [str(n) for n in range(1000)]
    first = [watcher.read(key=key, title=f"Tin số {key} của thôn") for key in keys]
    watcher.batch(*first)

    def size() -> int:
        pages: int = watcher.db.execute("PRAGMA page_count").fetchone()[0]
        free: int = watcher.db.execute("PRAGMA freelist_count").fetchone()[0]
        return (pages - free) * 4096

    def rows() -> list[int]:
        tables = (
            "revisions",
            "events",
            "pending_events",
            "failed_checks",
            "captures",
            "shingle_blocks",
        )
        return [watcher.db[table].count for table in tables]

    watcher.batch(*(replace(o, observed_at=day(1)) for o in first), at=day(1))
    before, kept = size(), rows()
    watcher.batch(*(replace(o, observed_at=day(2)) for o in first), at=day(2))
    assert stats(watcher).unchanged == 1000
    assert size() - before < 100 * 1000
    assert rows() == kept


def test_edit_adds_a_revision_and_an_event(watcher: Watcher, text: Any, day: Day) -> None:
    watcher.batch(watcher.read())
    edited = [text[0], text[1].replace("600", "900"), *text[2:]]
    watcher.batch(watcher.read(at=day(1), body=edited), at=day(1))
    event = watcher.events()[-1]
    assert (event.kind, event.summary) == ("edited", "body: number 600 became 900")
    assert event.detail == {
        "changed": ["body"], "class": "correction", "priority": 0.34,
        "signs": ["numbers", "body"],
        "facts": {"numbers": [{"old": "600", "new": "900"}], "names": [], "dates": []},
        "syllables_added": 1, "syllables_removed": 1, "from_revision": 1, "to_revision": 2,
    }  # fmt: skip
    assert numbers(watcher) == [(1, "site"), (2, "site")]


def test_revision_refers_to_its_capture(watcher: Watcher, day: Day, text: Any) -> None:
    for number, body in ((0, text), (1, text), (2, OTHER)):
        recorder = watcher.begin(at=day(number))
        read = watcher.read(at=day(number), body=body)
        read.capture = recorder.captures.write_response(
            read.page.url or "", day(number), 200, "OK", [], "\n".join(body).encode()
        )
        recorder.record(read)
        recorder.finish(RunStats(), listings_complete=True)
        recorder.captures.close()
    rows = watcher.db.execute("SELECT capture FROM revisions ORDER BY number").fetchall()
    assert [r[0] for r in rows] == [1, 2]
    moments = watcher.db.execute("SELECT captured_at FROM captures ORDER BY id").fetchall()
    assert [m[0][:10] for m in moments] == ["2025-04-07", "2025-04-09"]


def reread_as(record: Article | None) -> Reparse:
    return lambda revision: ("2.second", record) if record else None


def test_difference_of_the_extractor_is_no_edit(watcher: Watcher, day: Day, page: Pages) -> None:
    watcher.batch(watcher.read())
    better = page(extractor_version="2.second", byline="Bài, ảnh: Hà Thu")
    read = ArticleRead(better, None, day(1))
    watcher.batch(read, at=day(1), reparse=reread_as(normalise(better)))
    assert watcher.kinds() == ["new"]
    assert numbers(watcher) == [(1, "site"), (2, "extractor")]
    assert stats(watcher).reread == stats(watcher).unchanged == 1


def test_edit_and_extractor_difference_are_separated(
    watcher: Watcher, day: Day, page: Pages
) -> None:
    watcher.batch(watcher.read())
    before = normalise(page(extractor_version="2.second", byline="Bài, ảnh: Hà Thu"))
    now = page(
        extractor_version="2.second", byline="Bài, ảnh: Hà Thu", title="Suối Vàng khơi mương"
    )
    watcher.batch(ArticleRead(now, None, day(1)), at=day(1), reparse=reread_as(before))
    event = watcher.events()[-1]
    assert (event.kind, event.detail["changed"]) == ("edited", ["title"])
    assert (event.detail["from_revision"], event.detail["to_revision"]) == (2, 3)
    assert numbers(watcher) == [(1, "site"), (2, "extractor"), (3, "site")]


def test_difference_from_a_capture_that_cannot_be_parsed_again_is_no_edit(
    watcher: Watcher, day: Day
) -> None:
    """It is our error and has a code; the next edit is compared with what was stored then."""
    watcher.batch(watcher.read())
    new = {"extractor_version": "2.second", "title": "Khác hẳn"}
    watcher.batch(watcher.read(at=day(1), **new), at=day(1), reparse=reread_as(None))
    assert watcher.kinds() == ["new"]
    assert numbers(watcher) == [(1, "site"), (2, "extractor")]
    counts = stats(watcher)
    assert (counts.unparsable, counts.edited) == (1, 0)
    assert [p.reason for p in counts.problems] == [Reason("capture_unparsable")]
    new["title"] = "Khác nữa"
    watcher.batch(watcher.read(at=day(2), **new), at=day(2), reparse=reread_as(None))
    assert watcher.kinds() == ["new", "edited"]


def test_same_text_as_in_an_unparsable_capture_is_unchanged(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    read = watcher.read(at=day(1), extractor_version="2.second")
    watcher.batch(read, at=day(1), reparse=reread_as(None))
    assert (stats(watcher).unchanged, stats(watcher).unparsable) == (1, 0)


@pytest.mark.parametrize("url_differs_only", [True, False])
def test_same_text_at_another_url_is_a_move(
    watcher: Watcher, day: Day, page: Pages, url_differs_only: bool
) -> None:
    watcher.batch(watcher.read())
    title = {} if url_differs_only else {"title": "Cùng bài, tựa khác"}
    target = page(key="77", captured_at=day(1), **title)
    watcher.batch(ArticleMoved(1, "https://alpha.vn/bai-1.html", target, None, day(1)), at=day(1))
    assert (watcher.status("1"), watcher.status("77")) == ("moved", "live")
    (event,) = watcher.events(kind="moved")
    new = "https://alpha.vn/bai-77.html"
    assert event.summary == f"now at {new}" + ("" if url_differs_only else ", and edited")
    assert event.article == 1
    assert event.detail == {"to_article": 2, "to_url": new, "via": "redirect"}


def test_canonical_url_with_another_text_is_no_move(
    watcher: Watcher, day: Day, page: Pages
) -> None:
    watcher.batch(watcher.read())
    target = page(key="77", captured_at=day(1), title="Kho lạnh Bình Minh", body=OTHER)
    seen = ArticleMoved(1, "https://alpha.vn/bai-77.html", target, None, day(1), via="canonical")
    watcher.batch(watcher.read(at=day(1)), seen, at=day(1))
    assert (watcher.status("1"), watcher.status("77")) == ("live", "live")
    assert (watcher.kinds(), stats(watcher).missing) == (["new", "new"], 0)


def test_canonical_cycle_is_no_move(watcher: Watcher, day: Day, page: Pages) -> None:
    keys = ("1", "2", "3")
    watcher.batch(*(watcher.read(key=key) for key in keys))
    seen = [
        ArticleMoved(n, "u", page(key=new, captured_at=day(1)), None, day(1), via="canonical")
        for n, new in ((1, "2"), (2, "3"), (3, "1"))
    ]
    watcher.batch(*seen, at=day(1))
    assert [watcher.status(key) for key in keys] == ["moved", "moved", "live"]
    assert watcher.kinds().count("moved") == 2
    assert "restored" not in watcher.kinds()


def test_articles_without_text_must_be_equal_to_move(
    watcher: Watcher, day: Day, page: Pages
) -> None:
    watcher.batch(watcher.read(body=()))
    target = page(key="77", captured_at=day(1), title="Phiên chợ qua ảnh", body=())
    watcher.batch(ArticleMoved(1, "u", target, None, day(1)), at=day(1))
    assert watcher.status("1") == "suspect"


def test_redirect_to_another_text_is_a_failed_check(
    watcher: Watcher, day: Day, page: Pages
) -> None:
    watcher.batch(watcher.read())
    target = page(key="77", captured_at=day(1), title="Kho lạnh Bình Minh", body=OTHER)
    watcher.batch(ArticleMoved(1, "https://alpha.vn/bai-1.html", target, None, day(1)), at=day(1))
    assert (watcher.status("1"), watcher.status("77")) == ("suspect", "live")
    assert watcher.kinds() == ["new", "new"]
    assert stats(watcher).missing == 1


def test_restored_article_with_another_text_is_also_edited(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    for moment in (1, 2, 3):
        other = watcher.read(key="2", body=["Đập đã xong."], at=day(moment))
        watcher.batch(watcher.missed(at=day(moment)), other, at=day(moment))
    assert watcher.status() == "removed"
    watcher.batch(watcher.read(at=day(4), title="Tựa đã sửa"), at=day(4))
    assert watcher.kinds() == ["new", "new", "removed", "restored", "edited"]
    assert watcher.status() == "live"


def test_failed_new_article_is_queued_for_retry(watcher: Watcher, day: Day) -> None:
    url = "https://alpha.vn/bai-9.html"
    for night in range(MAX_READ_ATTEMPTS):
        assert retry_urls(watcher.db, "alpha") == ([url] if night else [])
        watcher.batch(
            FetchFailed(url, "9", http_status(500), day(night), is_stored=False), at=day(night)
        )
    assert retry_urls(watcher.db, "alpha") == []
    watcher.batch(watcher.read(key="9", at=day(9)), at=day(9))
    assert watcher.db["retry_queue"].count == 0


def test_unreadable_page_is_quarantined_with_its_reason(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    page = PageUnreadable(
        "https://alpha.vn/bai-1.html", "1", Reason("body_empty"), None, day(1), is_stored=True
    )
    new = PageUnreadable(
        "https://alpha.vn/bai-2.html", "2", Reason("no_title"), None, day(1), is_stored=False
    )
    watcher.batch(page, new, at=day(1))
    rows = watcher.db.execute("SELECT url, reason FROM quarantine ORDER BY id").fetchall()
    assert [Reason.from_json(r[1]).code for r in rows] == ["body_empty", "no_title"]
    assert retry_urls(watcher.db, "alpha") == ["https://alpha.vn/bai-2.html"]
    problem = Problem("https://alpha.vn/bai-1.html", Reason("body_empty"))
    assert stats(watcher).problems[0] == problem
    assert (watcher.status(), watcher.kinds()) == ("live", ["new"])


def test_article_is_found_under_every_alias(watcher: Watcher) -> None:
    read = watcher.read()
    read.other_urls = ("http://www.alpha.vn/bai-1.html?p=1", read.page.url or "")
    watcher.batch(read)
    by_alias = articles.get_article(watcher.db, "http://www.alpha.vn/bai-1.html?p=1")
    assert by_alias == articles.get_article(watcher.db, "https://alpha.vn/bai-1.html")
    assert watcher.db["aliases"].count == 1


def test_failed_batch_changes_neither_database_nor_stats(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = watcher.begin()
    recorder.record(watcher.read(key="0"))
    recorder.flush()
    before = recorder.stats.copy()
    real = article_revisions.add_revision
    calls = iter(range(100))

    def failing(*given: Any, **named: Any) -> int:
        if next(calls) == 2:
            raise OSError(28, "No space left on device")
        return real(*given, **named)

    monkeypatch.setattr(recorder_module.article_revisions, "add_revision", failing)
    for key in ("1", "2", "3"):
        recorder.record(watcher.read(key=key))
    lost, at = Reason("connection_lost"), watcher.read().observed_at
    recorder.record(FetchFailed("https://alpha.vn/4", "4", lost, at, is_stored=False))
    with pytest.raises(OSError, match="No space"):
        recorder.flush()
    assert recorder.stats == before
    assert recorder.stats.problems == []
    assert watcher.db["articles"].count == watcher.db["pending_events"].count == 1
    assert watcher.db["retry_queue"].count == 0
    recorder.flush()  # the batch is still there
    assert recorder.stats.new == 4
    assert recorder.stats.failed == 1
    assert watcher.db["articles"].count == watcher.db["pending_events"].count == 4


def test_full_batch_is_written(watcher: Watcher) -> None:
    recorder = watcher.begin()
    for key in range(recorder_module.MAX_BATCH_OBSERVATIONS - 1):
        recorder.record(watcher.read(key=str(key)))
    assert watcher.db["articles"].count == 0
    recorder.record(watcher.read(key="last"))
    assert watcher.db["articles"].count == recorder_module.MAX_BATCH_OBSERVATIONS


def test_old_batch_is_written(watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = watcher.begin()
    recorder.record(watcher.read(key="1"))
    monkeypatch.setattr(recorder_module, "MAX_BATCH_SECONDS", 0.0)
    recorder.record(watcher.read(key="2"))
    assert watcher.db["articles"].count == 2


def test_killed_run_is_finished_by_the_next(watcher: Watcher, day: Day) -> None:
    """Its batch was written, its end was not: the events come out once, with the next run."""
    killed = watcher.begin()
    killed.record(watcher.read(key="1"))
    killed.flush()
    watcher.batch(watcher.read(key="1", at=day(1)), watcher.read(key="2", at=day(1)), at=day(1))
    assert watcher.kinds() == ["new", "new"]
    assert {e.run for e in watcher.events()} == {watcher.runs[-1]}
    assert get_run(watcher.db, killed.run).state == "interrupted"


def test_first_seen_is_the_time_of_the_capture(watcher: Watcher, day: Day) -> None:
    recorder = watcher.begin(at=day(30))
    read = watcher.read(at=day(30))
    taken = day(-200)
    read.capture = recorder.captures.write_response(
        "https://alpha.vn/1", taken, 200, "OK", [], b"x"
    )
    recorder.record(read)
    recorder.finish(RunStats(), listings_complete=True)
    known = find_article(watcher.db, "alpha", "1")
    assert known is not None
    assert known.first_seen == "2024-09-19T18:30:00Z"
    assert known.last_checked == "2025-05-07T18:30:00Z"
    assert taken + timedelta(days=230) == day(30)


def test_batch_that_is_written_again_is_in_the_journal_once(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch, day: Day
) -> None:
    recorder = watcher.begin(at=day(0))
    failed = FetchFailed("https://alpha.vn/9", "9", http_status(500), day(0), is_stored=False)
    recorder.record(watcher.read(at=day(0)))
    recorder.record(failed)

    def locked(*_: Any) -> None:
        raise sqlite3.OperationalError("database is locked")

    with monkeypatch.context() as busy:
        busy.setattr(recorder_module.missing_pages, "record_failed", locked)
        with pytest.raises(sqlite3.OperationalError):
            recorder.flush()
    recorder.finish(RunStats(), listings_complete=True)
    [line] = read_journal(watcher.home.captures).run_lines()
    assert [entry["key"] for entry in line["unseen"]] == ["9"]
    assert len(recorder.new_pages) == 1


def test_disputed_fields_are_counted(watcher: Watcher) -> None:
    page = watcher.read(warnings=[Reason(WarningCode.VALUE_DISPUTED, field="title", rule="h1")])
    watcher.batch(page, watcher.read(key="2"))
    (stats,) = (RunStats.from_dict(json.loads(row["stats"])) for row in watcher.db["runs"].rows)
    assert stats.disputed_fields == {"title": 1}
