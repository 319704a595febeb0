"""robots.txt is obeyed, and who asks can be written to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.reasons import Reason
from storage.version import user_agent

if TYPE_CHECKING:
    from tests.crawlers.fetching.conftest import Crawled


def test_where_robots_txt_answers_5xx_nothing_is_asked(crawls: dict[str, Crawled]) -> None:
    """RFC 9309, 2.3.1.4: 5xx forbids all, 4xx nothing. What is not asked for is not missing."""
    crawl = crawls["robots_down"]
    assert crawl.paths(2) == ["/robots.txt"]
    assert len(crawl.articles_asked(3)) == 5
    reasons = set(crawl.problems(2).values())
    assert reasons == {Reason("robots_unreadable", status=503)}
    [[verdict, reason]] = crawl.told["nights"][1]["verdicts"]
    assert (verdict, reason) == ("outage", "robots_unreadable")
    assert not crawl.stats(2).get("missing")


def test_robots_txt_is_obeyed(faults: Crawled) -> None:
    for night in (1, 2):
        assert faults.paths(night)[0] == "/robots.txt"
        assert [p for p in faults.paths(night) if p.startswith("/noi-bo/")] == []


def test_the_user_agent_names_a_contact(crawls: dict[str, Crawled]) -> None:
    agents = {seen["agent"] for crawl in crawls.values() for seen in crawl.told["log"]}
    assert agents == {
        user_agent("toasoan@thu-nghiem.example"),
    }
