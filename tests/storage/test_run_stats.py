"""The counts of a run, to JSON and back."""

from __future__ import annotations

from collections import Counter

from storage.models import FieldState
from storage.reasons import Reason
from storage.run_stats import (
    CanaryFailure,
    CanaryStats,
    Certificate,
    Coverage,
    Problem,
    RobotsFacts,
    RunStats,
)


def full() -> RunStats:
    coverage = Coverage()
    coverage.add({"title": FieldState("value", "h1"), "lead": FieldState("absent")})
    return RunStats(
        requests=3,
        read=1,
        ended=Reason("stopped_by_hand"),
        certificate=Certificate("a.vn", "2025-04-07T18:30:00Z"),
        robots=RobotsFacts("ab", ("Disallow: /",), 2, 1),
        broken_fields=Counter({"lead": 1}),
        disputed_fields=Counter({"title": 1}),
        coverage=coverage,
        problems=[Problem("https://a.vn/1", Reason("no_title"))],
        template=2,
        canaries=CanaryStats(1, (CanaryFailure(7, None, Reason("reads_otherwise")),)),
    )


def test_what_is_stored_is_read_back() -> None:
    assert RunStats.from_dict(full().to_dict()) == full()
    assert RunStats.from_dict({}) == RunStats()


def test_keys_of_other_versions_are_kept() -> None:
    stored = {"read": 2, "audited": 5, "lies": 1}
    stats = RunStats.from_dict(stored)
    assert (stats.read, stats.other) == (2, {"audited": 5, "lies": 1})
    assert stats.to_dict() == stored


def test_a_count_of_0_is_not_stored_except_of_a_crawl() -> None:
    assert RunStats(files=2).to_dict() == {"files": 2}
    assert RunStats(ended="finished").to_dict() == {
        "requests": 0, "responses": 0, "bytes": 0, "listings": 0, "links": 0, "rechecked": 0,
        "ended": "finished",
    }  # fmt: skip


def test_counts_are_merged_where_they_are_stated() -> None:
    merged = RunStats(read=9, failed=1).merged(RunStats(read=2, new=1))
    assert merged.counts() == {"read": 2, "new": 1, "failed": 1}


def test_a_copy_counts_for_itself() -> None:
    first = full()
    second = first.copy()
    second.broken_fields["lead"] += 1
    second.disputed_fields["title"] += 1
    second.coverage.add({"title": FieldState("value", "h1")})
    second.problems.append(Problem("https://a.vn/2", Reason("body_empty")))
    assert first == full()
