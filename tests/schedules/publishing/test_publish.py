"""Publishing of runs: passed and held runs, overrides, and site events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from schedules.publishing.overrides import publish_held_run, retract_run, runs_published_with
from schedules.publishing.publish import publish
from storage.articles.repository import articles_as_json
from storage.checks.retry_queue import retry_urls
from storage.events.ledger import pending_count
from storage.messages.reasons_crawl import CrawlReason
from storage.messages.reasons_gate import GateReason
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.repository import get_run

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
FAILED: dict[str, Any] = {"listings": 0}
HELD: dict[str, Any] = {"quarantined": 50}
OUTAGE: dict[str, Any] = {"failed": 50}


def test_passed_run_is_published_once(watcher: Watcher) -> None:
    (done,) = watcher.batch(watcher.read())
    assert (done.site, done.verdict.status, done.events) == ("alpha", "passed", 1)
    assert publish(watcher.db, watcher.home, ["alpha"]) == []
    assert watcher.kinds() == ["new"]
    assert get_run(watcher.db, done.run).verdict == "passed"


@pytest.mark.parametrize(("ill", "name"), [(FAILED, "failed"), (HELD, "held")])
def test_suspicious_run_is_held_with_its_reason(
    watcher: Watcher, ill: dict[str, Any], name: str
) -> None:
    (done,) = watcher.batch(watcher.read(), stats=ill)
    assert (done.verdict.status, done.events) == (name, 0)
    assert pending_count(watcher.db, done.run) == 1
    assert watcher.events() == []
    assert get_run(watcher.db, done.run).reason == done.verdict.reason
    assert done.verdict.reason


def test_published_held_run_follows_earlier_events(watcher: Watcher, day: Day) -> None:
    (held,) = watcher.batch(watcher.read(), stats=HELD)
    watcher.batch(watcher.read(key="2", title="Đập mới ở Pa Tần", at=day(1)), at=day(1))
    assert publish_held_run(watcher.db, held.run) == 1
    assert [event.run for event in watcher.events()][-1] == held.run
    assert get_run(watcher.db, held.run).verdict == "released"
    with pytest.raises(ValueError, match="has the verdict released"):
        publish_held_run(watcher.db, held.run)


def test_retracted_run_leaves_no_trace(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    before = list(articles_as_json(watcher.db))
    wrong = watcher.read(body=("Chỉ còn khung trang, chẳng thấy bài đâu.",), at=day(1))
    other = watcher.read(key="2", title="Đập mới ở Pa Tần", at=day(1))
    (held,) = watcher.batch(wrong, other, at=day(1), stats=HELD)
    assert retract_run(watcher.db, held.run) == 2
    (left,) = articles_as_json(watcher.db)
    assert (left["body"], left["revisions"]) == (before[0]["body"], 1)
    watcher.batch(watcher.read(key="2", title="Đập mới ở Pa Tần", at=day(2)), at=day(2))
    assert watcher.kinds() == ["new", "redesign", "new"]


def test_retracting_a_run_before_a_passed_one_loses_nothing(watcher: Watcher, day: Day) -> None:
    """The passed run saw no change of the article: it is fetched, read and published again."""
    (held,) = watcher.batch(watcher.read(), stats=HELD)
    watcher.batch(watcher.read(at=day(1)), at=day(1))
    assert retract_run(watcher.db, held.run, watcher.home) == 1
    assert retry_urls(watcher.db, "alpha") == ["https://alpha.vn/bai-1.html"]
    (error,) = watcher.db.execute("SELECT error FROM retry_queue").fetchone()
    assert Reason.from_json(error) == Reason(CrawlReason.RUN_RETRACTED)
    watcher.batch(watcher.read(at=day(2)), at=day(2))
    assert watcher.kinds() == ["new"]
    assert retry_urls(watcher.db, "alpha") == []


def test_run_with_a_dependent_published_run_is_not_retracted(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    (held,) = watcher.batch(watcher.read(title="Tựa hai", at=day(1)), at=day(1), stats=HELD)
    watcher.batch(watcher.read(title="Tựa ba", at=day(2)), at=day(2))
    with pytest.raises(ValueError, match=r"run 3 of alpha is based on .* tinwatch reparse alpha"):
        retract_run(watcher.db, held.run)
    assert get_run(watcher.db, held.run).verdict == "held"
    assert publish_held_run(watcher.db, held.run) == 1
    assert [e.detail["to_revision"] for e in watcher.events(kind="edited")] == [3, 2]


TITLES = ["Tựa một", "Tựa hai", "Tựa ba", "Tựa bốn", "Tựa năm", "Tựa sáu"]


def five_held_nights(watcher: Watcher, day: Day) -> list[int]:
    """A passed run and five held ones, each with an edited title and a new article."""
    watcher.batch(watcher.read(title=TITLES[0]))
    held = []
    for number in range(1, 6):
        (done,) = watcher.batch(
            watcher.read(title=TITLES[number], at=day(number)),
            watcher.read(key=f"n{number}", at=day(number)),
            at=day(number),
            stats=HELD,
        )
        held.append(done.run)
    return held


def test_publishing_publishes_all_earlier_held_runs(watcher: Watcher, day: Day) -> None:
    held = five_held_nights(watcher, day)
    assert watcher.kinds() == ["new", "redesign"]
    assert runs_published_with(watcher.db, held[3]) == held[:4]
    assert publish_held_run(watcher.db, held[3], watcher.home) == 8
    assert [get_run(watcher.db, run).verdict for run in held] == ["released"] * 4 + ["held"]
    from_revisions = [e.detail["from_revision"] for e in watcher.events(kind="edited")]
    assert from_revisions == [1, 2, 3, 4]
    assert publish_held_run(watcher.db, held[4], watcher.home) == 2


def test_retracting_retracts_all_later_held_runs(watcher: Watcher, day: Day) -> None:
    held = five_held_nights(watcher, day)
    assert retract_run(watcher.db, held[1], watcher.home) == 8
    assert [get_run(watcher.db, run).verdict for run in held] == ["held"] + ["discarded"] * 4
    first, second = articles_as_json(watcher.db)
    assert (first["title"], first["revisions"], second["key"]) == ("Tựa hai", 2, "n1")
    watcher.batch(watcher.read(title=TITLES[5], at=day(6)), at=day(6))
    assert publish_held_run(watcher.db, held[0]) == 2
    assert discard_refused(watcher, held[1])


def discard_refused(watcher: Watcher, run: int) -> bool:
    with pytest.raises(ValueError, match="has the verdict discarded"):
        retract_run(watcher.db, run)
    return True


def test_failed_run_after_a_retracted_run_is_retracted(watcher: Watcher, day: Day) -> None:
    """The held run took over its articles: if they stayed, they would never be published."""
    watcher.batch(watcher.read(), stats=FAILED)
    (held,) = watcher.batch(watcher.read(at=day(1)), at=day(1), stats=HELD)
    assert retract_run(watcher.db, held.run) == 1
    assert list(articles_as_json(watcher.db)) == []


def test_passed_run_leaves_earlier_pending_events(watcher: Watcher, day: Day) -> None:
    (held,) = watcher.batch(watcher.read(), stats=HELD)
    watcher.batch(watcher.read(key="2", at=day(1)), at=day(1))
    assert pending_count(watcher.db, held.run) == 1
    assert publish_held_run(watcher.db, held.run) == 1
    assert watcher.kinds() == ["new", "new"]


def test_run_that_is_not_held_is_refused(watcher: Watcher) -> None:
    (done,) = watcher.batch(watcher.read())
    for decide in (publish_held_run, retract_run):
        with pytest.raises(ValueError, match="has the verdict passed"):
            decide(watcher.db, done.run)


def test_events_of_a_failed_run_are_published_by_the_next_passed_one(
    watcher: Watcher, day: Day
) -> None:
    watcher.batch(watcher.read(), stats=FAILED)
    watcher.batch(watcher.read(at=day(1)), at=day(1))
    (event,) = watcher.events()
    assert (event.kind, event.observed_at) == ("new", "2025-04-07T18:30:00Z")


def test_long_outage_is_one_event(watcher: Watcher, day: Day) -> None:
    watcher.batch(watcher.read())
    for moment in (1, 2, 3):
        watcher.batch(at=day(moment), stats=OUTAGE)
    watcher.batch(watcher.read(at=day(4)), at=day(4))
    watcher.batch(watcher.read(at=day(5)), at=day(5))
    assert watcher.kinds() == ["new", "outage", "recovered"]
    outage, recovered = watcher.events()[1:]
    reason = Reason(GateReason.PAGES_NOT_FETCHED, number=50, total=50)
    assert Reason.from_dict(outage.detail["reason"]) == reason
    assert (outage.article, outage.observed_at) == (None, "2025-04-08T18:30:00Z")
    assert recovered.observed_at == "2025-04-11T18:30:00Z"


def test_second_outage_is_published_again(watcher: Watcher, day: Day) -> None:
    for moment in (0, 2):
        watcher.batch(watcher.read(at=day(moment)), at=day(moment))
        watcher.batch(at=day(moment + 1), stats=OUTAGE)
    assert watcher.kinds() == ["new", "outage", "recovered", "outage"]


def test_sites_are_evaluated_independently(watcher: Watcher) -> None:
    for site, ill in (("alpha", FAILED), ("beta", {})):
        recorder = watcher.begin(site)
        recorder.record(watcher.read(site=site, key=site))
        recorder.finish(
            RunStats.from_dict({"requests": 1, "responses": 1, "listings": 1, "links": 1} | ill),
            listings_complete=True,
        )
    done = publish(watcher.db, watcher.home, ["alpha", "beta"])
    assert {d.site: d.verdict.status for d in done} == {"alpha": "failed", "beta": "passed"}
    assert [e.site for e in watcher.events()] == ["beta"]


def test_other_sites_are_not_published(watcher: Watcher) -> None:
    recorder = watcher.begin("beta")
    recorder.finish(RunStats(), listings_complete=True)
    assert publish(watcher.db, watcher.home, ["alpha"]) == []
    assert get_run(watcher.db, recorder.run).verdict is None


def test_publishing_is_atomic(watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = watcher.begin()
    recorder.record(watcher.read())
    recorder.finish(RunStats(requests=1, responses=1, listings=1, links=1), listings_complete=True)
    with monkeypatch.context() as broken:
        broken.setattr("schedules.publishing.publish.reposts.mark_reposts", lambda db, runs: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            publish(watcher.db, watcher.home, ["alpha"])
    assert get_run(watcher.db, recorder.run).verdict is None
    assert watcher.events() == []
    (done,) = publish(watcher.db, watcher.home, ["alpha"])
    assert (done.verdict.status, done.events) == ("passed", 1)
