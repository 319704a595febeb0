"""The morning's report, as data and for a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.items import FetchFailed, Observation
from schedules.monitoring.report import health_findings
from schedules.publishing.publish import publish
from storage.messages import describe
from storage.messages.reasons_batch import BatchReason
from storage.messages.reasons_crawl import http_status
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.batches import finish_batch, start_batch
from tinwatch.reports.nightly_report import (
    MAX_LISTED_EVENTS,
    batch_report,
    print_report,
    run_report,
)
from tinwatch.terminal.console import local_time

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]


def printed(report: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> str:
    print_report(report)
    return capsys.readouterr().out


def note(
    watcher: Watcher, night: str, skipped: dict[str, Reason], errors: dict[str, Reason]
) -> None:
    """What a night notes beside its runs."""
    moment = datetime(2025, 4, 7, 18, 30, tzinfo=UTC)
    start_batch(watcher.db, night, moment)
    finish_batch(watcher.db, night, moment, skipped, errors)


def test_runs_of_a_batch_are_one_report(watcher: Watcher) -> None:
    for site in ("alpha", "beta"):
        recorder = watcher.begin(site, batch="đêm một")
        recorder.record(watcher.read(site=site))
        recorder.finish(
            RunStats(requests=1, responses=1, listings=1, links=1), listings_complete=True
        )
    publish(watcher.db, watcher.home, ["alpha", "beta"])
    note(watcher, "đêm một", {}, {"gamma": Reason(BatchReason.NOT_STARTED)})
    report = batch_report(watcher.db, "đêm một")
    assert [s["site"] for s in report["sites"]] == ["alpha", "beta"]
    assert sum(report["totals"].values()) == 2
    assert report["error_reasons"]["gamma"]["code"] == BatchReason.NOT_STARTED
    assert report["observed_at"] == "2025-04-07T18:30:00Z"
    alone = run_report(watcher.db, watcher.runs[0])
    assert [s["site"] for s in alone["sites"]] == ["alpha"]


def test_batch_without_events(
    watcher: Watcher, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    watcher.batch(watcher.read())
    watcher.batch(watcher.read(at=day(1)), at=day(1))
    report = run_report(watcher.db, watcher.runs[-1])
    assert report["totals"] == {}
    assert report["sites"][0]["counts"] == {"listings": 1, "read": 1, "unchanged": 1}
    text = printed(report, capsys)
    assert "Nightly batch of 09/04/2025 01:30" in text
    assert "nothing changed   (1 site, 1 page read)" in text


def test_suspect_that_answers_again_is_named(
    watcher: Watcher, capsys: pytest.CaptureFixture[str], day: Day
) -> None:
    watcher.batch(watcher.read(), watcher.read(key="8"))
    watcher.batch(watcher.missed(at=day(1)), watcher.read(key="8", at=day(1)), at=day(1))
    assert watcher.status() == "suspect"
    watcher.batch(watcher.read(at=day(2)), at=day(2))
    report = run_report(watcher.db, watcher.runs[-1])
    [url] = report["sites"][0]["answered_again"]
    assert f"suspects that answer again\n  alpha {url}" in printed(report, capsys)


def test_many_events_are_shortened(watcher: Watcher, capsys: pytest.CaptureFixture[str]) -> None:
    count = MAX_LISTED_EVENTS + 3
    watcher.batch(*(watcher.read(key=str(n), title=f"Tin số {n}") for n in range(count)))
    text = printed(run_report(watcher.db, watcher.runs[-1]), capsys)
    assert text.count("Tin số") == 2
    assert f"and {count - 2} more: tinwatch events --run {watcher.runs[-1]} --kind new" in text


def test_events_up_to_the_limit_are_all_listed(
    watcher: Watcher, capsys: pytest.CaptureFixture[str]
) -> None:
    watcher.batch(
        *(watcher.read(key=str(n), title=f"Tin số {n}") for n in range(MAX_LISTED_EVENTS))
    )
    text = printed(run_report(watcher.db, watcher.runs[-1]), capsys)
    assert text.count("Tin số") == MAX_LISTED_EVENTS
    assert "more" not in text


def test_held_run_has_reason_and_pending_events(
    watcher: Watcher, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = [
        FetchFailed(f"https://alpha.vn/{n}", str(n), http_status(500), day(0), is_stored=False)
        for n in range(MAX_LISTED_EVENTS + 2)
    ]
    read = [watcher.read(key=f"9{n}") for n in range(len(failed))]  # as many: no outage
    watcher.batch(*read, *failed, stats={"links": 0})
    report = run_report(watcher.db, watcher.runs[-1])
    (site,) = report["sites"]
    assert site["verdict"] == "failed"
    assert site["reason"] == "the listings contain no link to an article"
    assert (site["held"], site["events"], site["counts"]["failed"]) == (
        len(read),
        [],
        MAX_LISTED_EVENTS + 2,
    )
    text = printed(report, capsys)
    pending = f"{len(read)} pending events"
    assert f"alpha failed: the listings contain no link to an article; {pending}" in text
    assert text.count("answered 500") == MAX_LISTED_EVENTS
    assert "and 2 more" in text


def test_suspect_has_its_reason(
    watcher: Watcher, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    watcher.batch(watcher.read())
    other = watcher.read(key="2", body=["Bến đò cũ dừng chạy từ đầu tháng."], at=day(1))
    watcher.batch(watcher.missed(at=day(1)), other, at=day(1))
    text = printed(run_report(watcher.db, watcher.runs[-1]), capsys)
    assert "suspects, not yet counted as removed" in text
    assert "answered 404; 1 failed check since 09/04/2025 01:30" in text
    watcher.batch(watcher.read(at=day(2)), at=day(2))
    assert run_report(watcher.db, watcher.runs[-1])["suspects"] == []


def test_aborted_and_skipped_sites_are_listed(
    watcher: Watcher, capsys: pytest.CaptureFixture[str]
) -> None:
    night = "2025-04-07T18:30:00.123456+00:00"
    archive = Reason(BatchReason.ARCHIVE, note="gone")
    broken = Reason(BatchReason.EXCEPTION, type="E", message="[red]x")
    note(watcher, night, {"old": archive}, {"beta": broken})
    report = batch_report(watcher.db, night)
    assert report["observed_at"] == "2025-04-07T18:30:00Z"
    text = printed(report, capsys)
    assert "beta aborted: E: [red]x" in text
    assert f"skipped old: {describe(archive)}" in text


def test_health_findings_have_a_remedy(
    watcher: Watcher, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    def reported(number: int, *seen: Observation) -> dict[str, Any]:
        watcher.batch(*seen, at=day(number), batch=f"đêm {number}")
        return batch_report(watcher.db, f"đêm {number}")

    for number in range(7):
        assert reported(number, watcher.read(key=str(number), at=day(number)))["findings"] == []
    reports = [reported(number) for number in range(7, 12)]
    assert [report["totals"] for report in reports] == [{}, {}, {}, {"silent": 1}, {}]
    assert [len(report["findings"]) for report in reports] == [0, 0, 0, 0, 1], "the event says it"
    text = " ".join(printed(reports[-1], capsys).split())
    assert "health alpha no new article since 14/04/2025, on 5 days with a run" in text
    assert "then tinwatch verify-site alpha)" in text
    watcher.batch(watcher.read(site="beta"), site="beta", at=day(12), batch="đêm 12")
    assert batch_report(watcher.db, "đêm 12")["findings"] == [], "alpha is not of that night"


def test_finding_of_the_verdict_is_not_repeated(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read(), at=day(0))
    for number in range(1, 6):
        watcher.batch(at=day(number), stats={"links": 0}, batch=f"đêm {number}")
    found = health_findings(watcher.db, watcher.home, day(5), sites={"alpha"})
    assert ("failing", "error") in {(one.code, one.severity) for one in found}
    assert batch_report(watcher.db, "đêm 5")["findings"] == []


def test_outage_is_listed_first(
    watcher: Watcher, day: Day, capsys: pytest.CaptureFixture[str]
) -> None:
    watcher.batch(watcher.read(), stats={"failed": 50})
    text = printed(run_report(watcher.db, watcher.runs[-1]), capsys)
    assert text.index("outage") < text.index("Suối Vàng")
    assert "50 of 51 pages could not be fetched" in text


def test_times_are_vietnam_time() -> None:
    assert local_time("2024-12-31T17:00:00Z") == "01/01/2025 00:00"
