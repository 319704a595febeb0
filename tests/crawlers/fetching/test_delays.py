"""One request at a time with a delay; Retry-After and Crawl-delay are obeyed."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from crawlers.middlewares.retry_after import parse_retry_after
from storage.reasons import Reason

if TYPE_CHECKING:
    from tests.crawlers.fetching.conftest import Crawled

DELAY = 0.06  # as the scenarios set it; Scrapy varies it by half


def quiet(crawl: Crawled, batch: int) -> list[dict[str, Any]]:
    """The log without the page that resets its connections.

    A connection that breaks under a request is opened again at once by Twisted.
    """
    return [s for s in crawl.log(batch) if not ("-bai206." in s["path"] and batch == 1)]


@pytest.mark.parametrize("scenario", ["faults", "incremental", "limited"])
def test_one_request_at_a_time_with_a_delay(crawls: dict[str, Crawled], scenario: str) -> None:
    crawl = crawls[scenario]
    for batch in (1, 2):
        seen = quiet(crawl, batch)
        assert len(seen) > 5
        assert {one["others"] for one in seen} == {0}
        gaps = sorted(b["at"] - a["at"] for a, b in pairwise(seen))
        # On a busy machine the host reads its clock late as often as not, which makes one gap long
        # and the next one short; without a delay the median is a few milliseconds.
        assert gaps[len(gaps) // 2] >= DELAY * 0.6, gaps
        assert sum(gaps) / len(gaps) >= DELAY * 0.9


@pytest.mark.parametrize(("key", "least"), [(204, 2.0), (205, 1.8)])
def test_retry_after_is_obeyed(faults: Crawled, key: int, least: float) -> None:
    """No page of the site is requested during the wait."""
    log = faults.log(1)
    asked = [i for i, seen in enumerate(log) if f"-bai{key}." in seen["path"]]
    assert len(asked) == 2
    assert log[asked[0] + 1]["at"] - log[asked[0]]["at"] >= least


def test_site_is_stopped_if_retry_after_is_too_long(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["much_later"]
    assert "-bai103." in crawl.paths(1)[-1]
    assert crawl.report["batches"][0]["verdicts"] == [["failed", "ended_early"]]
    reason = Reason("retry_after_too_long", seconds=86400)
    assert crawl.reason(1) == Reason("ended_early", reason=reason)
    assert crawl.report["batches"][1]["verdicts"] == [["passed", None]]
    assert crawl.keys() == set(range(101, 111))
    kinds = Counter(crawl.rows("SELECT kind FROM events"))
    assert kinds == {("new",): 10}


def test_crawl_delay_is_obeyed(crawls: dict[str, Crawled]) -> None:
    times = [seen["at"] for seen in crawls["slowly"].log(1)]
    assert len(times) > 4
    assert (times[-1] - times[0]) / (len(times) - 1) > 1.4  # on the mean: a busy host is late


def test_interrupt_ends_a_retry_after_wait(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["stopped"]
    assert crawl.report["batches"][0]["verdicts"] == [["failed", "ended_early"]]
    assert crawl.reason(1) == Reason("ended_early", reason=Reason("stopped_by_hand"))
    batches = [crawl.log(1)[-1]["at"], crawl.log(2)[0]["at"]]
    assert batches[1] - batches[0] < 60  # the host had asked for 250 seconds
    assert crawl.keys() == {101, 102, 103}
    assert crawl.rows("SELECT count(*) FROM events WHERE kind = 'new'") == [(3,)]


@pytest.mark.parametrize(
    ("status", "value", "seconds"),
    [
        (503, "120", 120), (429, " 7 ", 7), (200, "120", None), (503, None, None),
        (503, "soon", None), (503, "", None), (503, "-5", None), (503, "\xb2", None),
        (429, "Wed, 21 Oct 2015 07:28:00 GMT", 0), (429, "Wed, 21 Oct 2015 07:28:00 -0000", 0),
        (503, "9" * 5000, 999_999_999),
    ],
)  # fmt: skip
def test_parse_retry_after(status: int, value: str | None, seconds: int | None) -> None:
    from scrapy.http import Response

    headers = {} if value is None else {"Retry-After": value.encode("latin-1")}
    response = Response("http://bao.example/", status=status, headers=headers)
    assert parse_retry_after(response) == seconds
