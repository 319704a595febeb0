"""After a change of article_url, stored articles have the keys of their URLs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from pipelines.recording.identity import update_keys
from storage.articles.repository import stored_articles
from storage.events.pending import pending_events_of_run
from storage.messages.reasons_crawl import CrawlReason
from storage.reasons import Reason
from storage.run_stats import RunStats

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
TWO = ("Một bài khác hẳn, kể chuyện cây cầu gỗ đầu làng vừa được thay bằng cầu bê tông.",) * 3


def path_of(url: str) -> str | None:
    return url.split(".vn", 1)[1]


def id_of(url: str) -> str | None:
    match = re.search(r"-(\d+)\.html", url)
    return match[1] if match else None


def update(watcher: Watcher, key_of: Callable[[str], str | None], at: datetime) -> list[Reason]:
    recorder = watcher.begin(at=at)
    problems = update_keys(recorder.past, key_of, at)
    recorder.finish(RunStats(), listings_complete=True)
    return [problem.reason for problem in problems]


def test_stored_article_gets_its_new_key_and_is_not_new(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    assert update(watcher, path_of, day(1)) == []
    assert [a.key for a in stored_articles(watcher.db, "alpha")] == ["/bai-1.html"]
    watcher.batch(watcher.read(key="/bai-1.html", url="https://alpha.vn/bai-1.html"), at=day(2))
    assert watcher.kinds() == ["new"]
    assert update(watcher, path_of, day(3)) == []


def test_one_article_that_was_stored_twice_is_merged_and_explained(
    watcher: Watcher, day: Day
) -> None:
    urls = ["https://alpha.vn/a/bai-1.html", "https://alpha.vn/b/bai-1.html"]
    watcher.batch(*(watcher.read(key=url, url=url) for url in urls))
    assert update(watcher, id_of, day(1)) == []
    first, second = stored_articles(watcher.db, "alpha")
    assert (first.key, first.status, second.status) == ("1", "live", "moved")
    [event] = pending_events_of_run(watcher.db, watcher.runs[-1])
    assert (event.kind, event.article) == ("moved", second.id)
    assert (event.detail["to_article"], event.detail["via"]) == (first.id, "article_url")


def test_two_articles_with_one_key_are_named(watcher: Watcher, day: Day) -> None:
    urls = ["https://alpha.vn/a/bai-1.html", "https://alpha.vn/b/khac-1.html"]
    watcher.batch(
        watcher.read(key=urls[0], url=urls[0]), watcher.read(key=urls[1], url=urls[1], body=TWO)
    )
    [reason] = update(watcher, id_of, day(1))
    assert reason == Reason(CrawlReason.KEY_COLLISION, key="1", other=urls[0])
    assert [a.status for a in stored_articles(watcher.db, "alpha")] == ["live", "live"]


@pytest.mark.parametrize("key_of", [lambda url: None, id_of])
def test_url_that_matches_no_more_and_unchanged_key_stay(
    watcher: Watcher, day: Day, key_of: Callable[[str], str | None]
) -> None:
    watcher.batch(watcher.read())
    assert update(watcher, key_of, day(1)) == []
    assert [a.key for a in stored_articles(watcher.db, "alpha")] == ["1"]
