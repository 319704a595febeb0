"""The page of an article shows own and archive captures apart, and gaps as gaps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi.testclient import TestClient

from pipelines.items import ArticleRead, PastMiss
from storage.archive.writer import Capture
from storage.checks.capture_times import CaptureOrigin, capture_gaps, capture_times
from storage.checks.failed_checks import CheckOutcome
from storage.messages.reasons_crawl import http_status
from tinwatch.reports.article_history import history_as_json
from tinwatch.web.components.capture_strip import capture_strip

ADDRESS = "https://web.archive.org/web/20120301000000id_/http://alpha.vn/bai-1.html"


def archived(watcher: Any, at: datetime, source_url: str | None) -> ArticleRead:
    page = watcher.read(at=at).page
    capture = Capture("alpha", page.url, at, 200, "text/html", "0" * 64, 9, "alpha/x.warc.gz", 0,
                      source_url=source_url)  # fmt: skip
    return ArticleRead(page, capture, at)


def years(watcher: Any) -> None:
    past = [datetime(2012, month, 1, tzinfo=UTC) for month in (3, 4, 6)]
    reads = [archived(watcher, at, ADDRESS) for at in past]
    miss = PastMiss("1", CheckOutcome.NOT_FOUND, http_status(404), None,
                    datetime(2015, 1, 1, tzinfo=UTC))  # fmt: skip
    watcher.batch(*reads, miss, at=None, kind="import", stats={"read": 1})
    watcher.batch(watcher.read())


def test_sources_and_gaps_are_told_apart(watcher: Any, client: TestClient) -> None:
    years(watcher)
    times = capture_times(watcher.db, 1)
    assert [each.archive for each in times] == ["Internet Archive"] * 3 + [None, None]
    assert [each.origin for each in times[3:]] == [CaptureOrigin.IMPORTED, CaptureOrigin.OWN]
    assert [gap.begin[:4] for gap in capture_gaps(times)] == ["2012", "2015"]
    strip = capture_strip(times)
    assert strip is not None
    assert [span.is_gap for span in strip.spans] == [False, False, True, True]
    assert [row.number for row in strip.rows] == [1, 1, 3]
    page = client.get("/articles/1?lang=en").text
    assert page.count('class="gap"') == 2
    assert f'<a href="{ADDRESS}"' in page
    cited = client.get("/articles/1?revision=1&lang=en").text
    assert f"version 1, archived on 01/03/2012 by Internet Archive, {ADDRESS}." in cited
    assert "Internet Archive: 3 captures" in page.replace("<bdi>", "").replace("</bdi>", "")


def test_history_names_the_archive_and_the_gaps(watcher: Any) -> None:
    years(watcher)
    history = history_as_json(watcher.db, 1)
    assert [entry["what"] for entry in history if entry["what"] in ("gap", "missed")] == [
        "gap", "missed", "gap",
    ]  # fmt: skip
    (first,) = [entry for entry in history if entry["what"] == "revision 1"]
    assert (first["source_url"], ADDRESS in first["detail"]) == (ADDRESS, True)


def test_address_of_an_archive_is_escaped(watcher: Any, client: TestClient) -> None:
    hostile = "javascript:alert(1)//<script>alert(2)</script>"
    watcher.batch(archived(watcher, datetime(2012, 3, 1, tzinfo=UTC), hostile), at=None,
                  kind="import", stats={"read": 1})  # fmt: skip
    page = client.get("/articles/1").text
    assert "<script>alert(2)" not in page
    assert 'href="javascript' not in page


def test_last_edit_and_comparison_are_those_in_time(watcher: Any, client: TestClient) -> None:
    """The oldest capture is imported last: its edit has the highest number."""
    for year, title in ((2014, "Kỳ hai"), (2016, "Kỳ ba"), (2012, "Kỳ một")):
        at = datetime(year, 3, 1, tzinfo=UTC)
        page = watcher.read(at=at, title=title).page
        watcher.batch(ArticleRead(page, None, at), at=None, kind="import", stats={"read": 1})
    page = client.get("/articles/1?lang=en").text
    assert "Edited 2 times, last on 01/03/2016" in page
    assert "/diff?from=1&amp;to=2" in page
    oldest = client.get("/articles/1/diff?to=1&lang=en").text
    assert "một" in oldest
    assert "ba</" not in oldest
