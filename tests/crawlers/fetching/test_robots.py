"""robots.txt is obeyed, and the user agent names a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.reasons import Reason
from storage.version import user_agent

if TYPE_CHECKING:
    from tests.crawlers.fetching.conftest import Crawled


def test_robots_txt_with_5xx_forbids_everything(crawls: dict[str, Crawled]) -> None:
    """RFC 9309, 2.3.1.4: 5xx forbids all, 4xx nothing. What is not asked for is not missing."""
    crawl = crawls["robots_down"]
    assert crawl.paths(2) == ["/robots.txt"]
    assert len(crawl.articles_requested(3)) == 5
    reasons = set(crawl.problems(2).values())
    assert reasons == {Reason("robots_unreadable", status=503)}
    [[verdict, reason]] = crawl.report["batches"][1]["verdicts"]
    assert (verdict, reason) == ("outage", "robots_unreadable")
    assert not crawl.stats(2).get("missing")


def test_robots_txt_is_obeyed(faults: Crawled) -> None:
    for batch in (1, 2):
        assert faults.paths(batch)[0] == "/robots.txt"
        assert [p for p in faults.paths(batch) if p.startswith("/noi-bo/")] == []


def test_user_agent_names_a_contact(crawls: dict[str, Crawled]) -> None:
    agents = {seen["agent"] for crawl in crawls.values() for seen in crawl.report["log"]}
    assert agents == {
        user_agent("toasoan@thu-nghiem.example"),
    }
