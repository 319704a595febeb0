"""A night asks only for what is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedules.recheck.policy import CONTROLS

if TYPE_CHECKING:
    from tests.crawlers.fetching.conftest import Crawled


def test_the_second_night_reads_only_what_is_new_or_due(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["incremental"]
    asked = crawl.articles_asked(2)
    assert {105, 119, 121} <= set(asked)  # two are due, one is new; the others are controls
    assert len(asked) == len(set(asked)) == 1 + CONTROLS
    others = [p for p in crawl.paths(2) if "-bai" not in p]
    # Page 2 is looked at because page 1 held something new, and holds nothing new itself.
    assert others == ["/robots.txt", "/thoi-su/", "/rss/tin-moi.rss", "/thoi-su/trang-2"]
    assert crawl.rows("SELECT summary FROM events WHERE run = 2") == [
        (crawl.rows("SELECT record ->> 'title' FROM revisions WHERE run = 2")[0][0],)
    ]


def test_a_night_without_news_reads_the_first_page(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["incremental"]
    others = [p for p in crawl.paths(3) if "-bai" not in p]
    assert others == ["/robots.txt", "/thoi-su/", "/rss/tin-moi.rss"]
    assert sorted(crawl.articles_asked(3)) == list(range(100, 122))


def test_an_article_that_vanishes_between_its_neighbours_is_checked_the_same_night(
    crawls: dict[str, Crawled],
) -> None:
    crawl = crawls["vanished"]
    controls = [112, 111, 110, 109, 108]
    assert len(controls) == CONTROLS
    asked = crawl.articles_asked(2)
    assert sorted(asked) == sorted([*controls, 106, 107])  # 107: the neighbour, its control
    assert crawl.stats(2)["rechecked"] == len(asked)
    assert crawl.rows("SELECT key, status FROM articles WHERE status != 'live'") == [
        ("106", "suspect")
    ]


def test_an_article_that_ages_off_a_listing_is_not_checked(crawls: dict[str, Crawled]) -> None:
    """104 left the first page; it is a control, as are the others that were not checked lately."""
    assert sorted(crawls["vanished"].articles_asked(3)) == [101, 102, 103, 104, 105, 106, 113]


def test_limit_stops_in_time_and_loses_nothing(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["limited"]
    assert sorted(crawl.articles_asked(1)) == [110, 111, 112]
    assert "/thoi-su/trang-2" not in crawl.paths(1)
    assert sorted(crawl.articles_asked(2)) == list(range(100, 113))  # the known as controls
    assert crawl.keys() == set(range(100, 113))
