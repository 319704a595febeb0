"""The health gate, by what a run counted."""

from __future__ import annotations

from typing import Any

import pytest

from schedules.health import judge
from storage.home import Settings

WELL: dict[str, Any] = {
    "requests": 40, "responses": 40, "listings": 2, "links": 30, "rechecked": 20, "read": 30,
    "ended": "finished",
}  # fmt: skip

VERDICTS: list[tuple[dict[str, Any], str, str | None]] = [
    ({}, "passed", None),
    ({"requests": 0}, "failed", "no request was made"),
    ({"responses": 0}, "outage", "no answer came from the site"),
    ({"listings": 0}, "failed", "no listing could be read"),
    ({"links": 0}, "failed", "the listings hold no link to an article"),
    ({"ended": "stopped by hand"}, "failed", "ended early: stopped by hand"),
    ({"missing": 11}, "outage", "11 of 20 known articles did not answer"),
    ({"missing": 10}, "passed", None),
    ({"missing": 2, "rechecked": 2}, "passed", None),
    ({"missing": 3, "rechecked": 3}, "outage", "3 of 3 known articles did not answer"),
    ({"failed": 31}, "outage", "31 of 61 pages could not be fetched"),
    ({"failed": 30}, "passed", None),
    ({"failed": 2, "read": 0}, "passed", None),
    ({"failed": 3, "read": 0}, "outage", "3 of 3 pages could not be fetched"),
    ({"quarantined": 31}, "held", "31 of 61 pages could not be read"),
    ({"quarantined": 30}, "passed", None),
    ({"quarantined": 4, "read": 0}, "passed", None),
    ({"quarantined": 5, "read": 0}, "held", "5 of 5 pages could not be read"),
    ({"broken_fields": {"published": 16}}, "held", "published is broken on 16 of 30 pages"),
    ({"broken_fields": {"published": 15}}, "passed", None),
    ({"read": 4, "broken_fields": {"published": 4}}, "passed", None),
    ({"listings": 0, "missing": 20}, "failed", "no listing could be read"),
]


@pytest.mark.parametrize(("counted", "name", "reason"), VERDICTS)
def test_verdict(counted: dict[str, Any], name: str, reason: str | None) -> None:
    verdict = judge(WELL | counted, "crawl", Settings())
    assert (verdict.name, verdict.reason) == (name, reason)


def test_a_run_that_counted_nothing_failed() -> None:
    assert judge({}, "replay", Settings()).name == "failed"


def test_an_import_asks_no_site() -> None:
    assert judge({"quarantined": 50}, "import", Settings()).name == "passed"


def test_the_share_is_a_setting() -> None:
    counted = WELL | {"missing": 11}
    assert judge(counted, "crawl", Settings(outage_share=0.6)).name == "passed"
    assert judge(counted, "crawl", Settings(outage_share=0.1)).name == "outage"
