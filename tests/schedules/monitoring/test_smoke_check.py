"""The smoke check runs once, after a site's first run, and cannot fail a batch."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawlers.crawl.replay import open_replay
from crawlers.registry import get_site
from schedules.monitoring import smoke_check
from schedules.monitoring.smoke_check import check_first_runs
from storage.archive.captures import save_newest_capture
from storage.archive.writer import CaptureWriter
from storage.db.connection import transaction
from storage.run_stats import RunStats
from storage.runs.history import first_runs
from storage.runs.repository import finish_run, get_run, list_runs, set_verdict, start_run
from tinwatch.demo import sample_sites
from tinwatch.reports.nightly_report import print_report, run_report

if TYPE_CHECKING:
    from tests.conftest import Watcher

NOW = datetime(2025, 3, 9, 18, 30, tzinfo=UTC)
SITE = "gialai"


def finish(watcher: Watcher, site: str = SITE, kind: str = "crawl") -> int:
    watcher.add_site(site)
    run = start_run(watcher.db, site, kind, NOW, NOW)
    finish_run(watcher.db, run, NOW, RunStats(read=7), listings_complete=True)
    return run


def keep_sample(watcher: Watcher, folder: Path) -> None:
    """Store the first batch of the sample site as a crawl does."""
    replay = open_replay((str(sample_sites.pack(1, folder)),), None)
    writer = CaptureWriter(watcher.home.captures, SITE)
    for url in replay.urls():
        record = replay.find(url)
        if record is not None and get_site(SITE).root() in url and record.status == 200:
            taken = record.captured_at
            kept = writer.write_response(url, taken, 200, "OK", record.headers, record.body)
            with transaction(watcher.db):
                save_newest_capture(watcher.db, kept)
    writer.close()


def test_first_finished_run_is_the_first_run(watcher: Watcher) -> None:
    watcher.add_site(SITE)
    assert first_runs(watcher.db, [SITE]) == {}
    start_run(watcher.db, SITE, "crawl", NOW, NOW)  # never ends
    finish(watcher, kind="import")
    first = finish(watcher)
    assert first_runs(watcher.db, [SITE, "laocai"]) == {SITE: first}
    set_verdict(watcher.db, first, "passed", None)
    assert first_runs(watcher.db, [SITE]) == {}
    finish(watcher)
    assert first_runs(watcher.db, [SITE]) == {}


def test_smoke_check_is_stored_in_run_statistics(watcher: Watcher, tmp_path: Path) -> None:
    keep_sample(watcher, tmp_path)
    run = finish(watcher)
    check_first_runs(watcher.db, watcher.home, [get_site(SITE)])
    stats = get_run(watcher.db, run).stats
    assert stats.first_look is not None
    assert stats.read == 7
    assert stats.first_look["pages"] == 5
    assert stats.first_look["coverage"]["title"] == 5
    assert stats.first_look["mend"] == []


def test_report_names_what_to_fix(
    watcher: Watcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    keep_sample(watcher, tmp_path)
    run = finish(watcher)
    site = get_site(SITE)
    monkeypatch.setattr(site, "select", site.select | {"body": [".khac"]})
    check_first_runs(watcher.db, watcher.home, [site])
    print_report(run_report(watcher.db, run))
    printed = capsys.readouterr().out
    assert (
        f"smoke check of {SITE} fix: 5 of 5 pages: the rules of the site cannot extract it"
        in printed
    )


def test_site_without_pages_has_an_empty_smoke_check(watcher: Watcher) -> None:
    run = finish(watcher)
    check_first_runs(watcher.db, watcher.home, [get_site(SITE)])
    assert get_run(watcher.db, run).stats.first_look["pages"] == 0


def test_failing_smoke_check_stops_nothing(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("cannot look")

    monkeypatch.setattr(smoke_check, "inspect_site", fail)
    finish(watcher)
    check_first_runs(watcher.db, watcher.home, [get_site(SITE)])
    assert list_runs(watcher.db, [SITE], most=1)[0].stats.first_look is None
