"""Each health check, on synthetic histories with and without the problem."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from schedules.monitoring.findings import Finding
from schedules.monitoring.report import findings, site_findings
from schedules.monitoring.site_history import SiteHistory
from storage.articles.source_counts import SiteSources, SourceCount, save_site_sources
from storage.db.connection import utc_text
from storage.messages import describe
from storage.messages.reasons_gate import GateReason
from storage.messages.reasons_monitoring import MonitoringReason
from storage.messages.reasons_pages import BlockPage, shows_page
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.history import Volume
from storage.runs.repository import Run, finish_run, start_run

if TYPE_CHECKING:
    from tests.conftest import Watcher

NOW = datetime(2025, 3, 19, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
GOOD = {
    "read": 30, "new": 10, "rechecked": 20, "edited": 1, "requests": 60, "template": 3,
    "coverage": {"read": 30, "fields": {"title": 30, "byline": 28}, "selectors": {}},
}  # fmt: skip

REASON = Reason(GateReason.NO_LISTING_READ)
PARKED = [{"url": "u", "reason": shows_page(BlockPage.PAGE_PARKED).to_dict()}]

OPEN = {"sha256": "a", "lines": ["Allow: /"], "listings": 2, "listings_forbidden": 0,
        "articles": 9, "articles_forbidden": 0}  # fmt: skip
OTHER = OPEN | {"sha256": "b", "lines": ["Allow: /", "Disallow: /in/"]}
SHUT = OTHER | {"sha256": "c", "listings_forbidden": 2}


def ending(days: float) -> dict[str, str]:
    return {"host": "alpha.vn", "not_after": utc_text(NOW + days * DAY)}


def run(back: int, verdict: str | None = "passed", **stats: Any) -> Run:
    """A run that many days ago."""
    at = NOW - back * DAY - timedelta(minutes=90)
    ended = utc_text(at + timedelta(hours=1))
    state = "finished" if verdict else "interrupted"
    counts = RunStats.from_dict(GOOD | stats)
    return Run(1000 - back, "alpha", "crawl", f"n{back}", utc_text(at), ended, None, state, True,
               verdict, None if verdict == "passed" else REASON, counts)  # fmt: skip


def facts(*newest: Run, days: int = 30) -> SiteHistory:
    """A site with `days` passed runs, followed by these runs (newest first)."""
    runs = (*newest, *(run(back) for back in range(len(newest), days)))
    believed = [r for r in runs if r.verdict == "passed"]
    return SiteHistory(
        site="alpha",
        now=NOW,
        runs=runs,
        volumes=tuple(Volume(r.id, r.moment, r.stats.new, True, r.verdict) for r in runs),
        held=tuple(r for r in reversed(runs) if r.verdict == "held"),
        last_success=believed[0].ended_at if believed else None,
    )


def nights(days: Iterable[int], **stats: Any) -> list[Run]:
    return [run(back, **stats) for back in days]


def codes_of(found: list[Finding]) -> set[tuple[str, str]]:
    return {(one.code, one.severity) for one in found}


def counted(*counts: SourceCount) -> SiteSources:
    return SiteSources("4.0", 110, counts)


CASES: dict[str, tuple[SiteHistory, set[tuple[str, str]]]] = {
    "well": (facts(), set()),
    "an hour too late is no news": (replace(facts(), last_success=utc_text(NOW - 2 * DAY)), set()),
    "last success": (
        replace(facts(), last_success=utc_text(NOW - 2.5 * DAY)), {("last_success", "warning")},
    ),
    "last success long ago": (
        replace(facts(), last_success=utc_text(NOW - 5 * DAY)), {("last_success", "error")},
    ),
    "never a success": (
        SiteHistory("alpha", NOW, runs=(run(0, "failed"),)), {("last_success", "warning")},
    ),
    "an archive is not crawled": (
        replace(facts(), last_success=utc_text(NOW - 500 * DAY), live=False), set(),
    ),
    "one failed": (facts(run(0, "failed")), set()),
    "two failed": (facts(run(0, "failed"), run(1, "outage")), {("failing", "warning")}),
    "interrupted ones count": (facts(run(0, None), run(1, "failed")), {("failing", "warning")}),
    "four failed": (
        facts(*(run(back, "failed") for back in range(4))),
        {("failing", "error"), ("last_success", "error")},
    ),
    "held": (facts(run(0, "held")), {("held", "warning")}),
    "held for long": (
        facts(run(0), run(1), run(2), run(3), run(4, "held")), {("held", "error")},
    ),
    "two days without anything new": (facts(*nights(range(3), new=0)), set()),
    "silent": (
        facts(*nights(range(4), new=0)), {("silent", "error"), ("fewer_articles", "warning")},
    ),
    "fewer articles": (
        facts(*nights(range(7), new=4), days=40), {("fewer_articles", "warning")},
    ),
    "very few articles": (
        facts(*nights(range(7), new=1), days=40), {("fewer_articles", "error")},
    ),
    "a field got rare": (
        facts(run(0, coverage={"read": 30, "fields": {"title": 30, "byline": 18}})),
        {("fields", "warning")},
    ),
    "a field is gone": (
        facts(run(0, coverage={"read": 30, "fields": {"title": 30, "byline": 2}})),
        {("fields", "error")},
    ),
    "disputed titles": (
        facts(*nights(range(3), disputed_fields={"title": 9})), {("disputed", "warning")},
    ),
    "a disputed title": (facts(*nights(range(3), disputed_fields={"title": 2})), set()),
    "a rule that most pages contradict": (
        replace(facts(), sources=counted(SourceCount("title", ".name", 8, 90, 12))),
        {("disputed", "warning")},
    ),
    "rules that most pages confirm, or that few judge": (
        replace(facts(), sources=counted(
            SourceCount("title", "h1", 12, 0, 8), SourceCount("title", ".name", 0, 90, 3)
        )), set(),
    ),
    "generic reading": (facts(*nights(range(3), generic=10)), {("template", "warning")}),
    "generic by design": (
        replace(facts(*nights(range(3), generic=10)), generic_site=True), set(),
    ),
    "rechecks read otherwise": (facts(*nights(range(3), edited=9)), {("template", "warning")}),
    "a template that changes": (
        facts(run(0, template=6), run(1, template=5), run(2, template=4)),
        {("template", "warning")},
    ),
    "a young memory changes": (
        facts(*(run(back, template=30 - back) for back in range(15)), days=15), set(),
    ),
    "quarantine grows": (facts(*nights(range(3), quarantined=8)), {("quarantine", "warning")}),
    "quarantine as ever": (facts(*nights(range(30), quarantined=8)), set()),
    "captures not parsed again": (facts(run(0, unparsable=2)), {("captures", "warning")}),
    "captures not parsed earlier": (facts(run(0), run(1, unparsable=2)), set()),
    "parked": (facts(run(0, problems=PARKED)), {("domain", "error")}),
    "led away": (facts(run(0, redirected_to={"moi.example": 9})), {("domain", "error")}),
    "one link leads away": (facts(run(0, redirected_to={"moi.example": 1})), set()),
    "a good certificate": (facts(run(0, certificate=ending(15))), set()),
    "a certificate that ends": (
        facts(run(0, certificate=ending(9))), {("certificate", "warning")},
    ),
    "a certificate that has ended": (
        facts(run(0), run(1, certificate=ending(-1))), {("certificate", "error")},
    ),
    "the same robots.txt": (facts(*nights(range(30), robots=OPEN)), set()),
    "another robots.txt": (
        facts(*nights(range(3), robots=OTHER), *nights(range(3, 30), robots=OPEN)),
        {("robots", "warning")},
    ),
    "another robots.txt for long": (
        facts(*nights(range(9), robots=OTHER), *nights(range(9, 30), robots=OPEN)), set(),
    ),
    "robots.txt forbids the listings": (
        facts(run(0, robots=SHUT), run(1, robots=OPEN)), {("robots", "error")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_findings(name: str) -> None:
    about, expected = CASES[name]
    found = findings(about)
    assert codes_of(found) == expected
    assert all(
        one.site == "alpha" and describe(one.reason) and describe(one.remedy) for one in found
    )


def test_errors_come_first() -> None:
    found = findings(facts(*(run(n, "failed", new=0) for n in (0, 1)), *nights(range(2, 8), new=0)))
    assert {one.code for one in found} > {"silent", "failing"}
    levels = [one.severity for one in found]
    assert levels == sorted(levels), "errors come before warnings"


def test_robots_change_is_listed() -> None:
    (found,) = findings(facts(run(0, robots=SHUT), run(1, robots=OPEN)))
    assert found.reason.code == MonitoringReason.ROBOTS_CHANGED_AND_FORBIDS
    assert found.reason.params["listings_forbidden"] == 2
    assert found.reason.params["change"].params["lines"] == ("+ Disallow: /in/",)


def test_import_has_disputed_rules_and_no_overdue_crawl(watcher: Watcher) -> None:
    watcher.add_site("alpha")
    run_id = start_run(watcher.db, "alpha", "import", NOW, NOW)
    finish_run(watcher.db, run_id, NOW, RunStats(read=30), listings_complete=False)
    disputed = SourceCount("title", "h1", confirmed=2, disputed=28)
    save_site_sources(watcher.db, "alpha", SiteSources("4.0", 30, (disputed,)))
    (found,) = site_findings(watcher.db, NOW)
    assert (found.site, found.reason.code) == ("alpha", MonitoringReason.RULE_DISPUTED)
    start_run(watcher.db, "alpha", "crawl", NOW, NOW)
    assert {one.code for one in site_findings(watcher.db, NOW)} == {"disputed", "last_success"}
