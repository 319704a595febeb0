"""A home with three nights of listings, articles and a missing page, written as a crawl writes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipelines.items import ArticleMissing, ArticleRead, PageFetched
from schedules.publishing.publish import publish
from storage.articles.repository import find_article
from storage.checks.failed_checks import CheckOutcome
from storage.messages.reasons_crawl import http_status
from storage.run_stats import RunStats

if TYPE_CHECKING:
    from tests.conftest import Watcher

HTML = [("Content-Type", "text/html; charset=utf-8")]
START = datetime.fromisoformat("2025-04-07T18:30:00+00:00")
COUNTS = {"requests": 9, "responses": 9, "listings": 1, "links": 9, "rechecked": 9}
NIGHTS = (  # titles by key; None: the page answers 404
    {"1": "Mương mới", "2": "Cầu gỗ"},
    {"1": "Mương mới khơi", "2": "Cầu gỗ"},
    {"1": "Mương mới khơi", "2": None},
)


def crawl(watcher: Watcher, at: datetime, titles: dict[str, str | None], listing: str) -> None:
    recorder = watcher.begin(at=at)
    write = recorder.captures.write_response
    kept = write("https://alpha.vn/tin/", at, 200, "OK", HTML, listing.encode())
    recorder.record(PageFetched(kept))
    for key, title in titles.items():
        url = f"https://alpha.vn/bai-{key}.html"
        if title is None:
            known = find_article(watcher.db, "alpha", key)
            assert known is not None
            kept = write(url, at, 404, "Not Found", HTML, b"khong co")
            recorder.record(
                ArticleMissing(known.id, url, CheckOutcome.NOT_FOUND, http_status(404), kept, at)
            )
            continue
        kept = write(url, at, 200, "OK", HTML, f"<h1>{title}</h1>".encode())
        read = watcher.read(key=key, title=title, at=at)
        recorder.record(ArticleRead(read.page, kept, at))
    recorder.finish(RunStats.from_dict(COUNTS), listings_complete=True)
    recorder.captures.close()
    publish(watcher.db, watcher.home, ["alpha"])


@pytest.fixture
def kept(watcher: Watcher) -> Watcher:
    """Three nights of site alpha; the listing reads the same on the first two."""
    for night, titles in enumerate(NIGHTS):
        listing = "danh sách một" if night < 2 else "danh sách hai"
        crawl(watcher, START + timedelta(days=night), titles, listing)
    return watcher
