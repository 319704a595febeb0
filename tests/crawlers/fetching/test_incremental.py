"""A batch requests only what is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedules.recheck.policy import CONTROLS

if TYPE_CHECKING:
    from tests.crawlers.fetching.conftest import Crawled


def test_second_batch_fetches_only_new_and_due_articles(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["incremental"]
    asked = crawl.articles_requested(2)
    assert {105, 119, 121} <= set(asked)  # two are due, one is new; the others are controls
    assert len(asked) == len(set(asked)) == 1 + CONTROLS
    others = [p for p in crawl.paths(2) if "-bai" not in p]
    # Page 2 is looked at because page 1 held something new, and holds nothing new itself.
    assert others == ["/robots.txt", "/thoi-su/", "/rss/tin-moi.rss", "/thoi-su/trang-2"]
    assert crawl.rows("SELECT summary FROM events WHERE run = 2") == [
        (crawl.rows("SELECT record ->> 'title' FROM revisions WHERE run = 2")[0][0],)
    ]


def test_batch_without_new_articles_fetches_the_first_page(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["incremental"]
    others = [p for p in crawl.paths(3) if "-bai" not in p]
    assert others == ["/robots.txt", "/thoi-su/", "/rss/tin-moi.rss"]
    assert sorted(crawl.articles_requested(3)) == list(range(100, 122))


def test_article_that_vanishes_between_neighbours_is_checked_in_the_same_batch(
    crawls: dict[str, Crawled],
) -> None:
    crawl = crawls["vanished"]
    controls = [112, 111, 110, 109, 108]
    assert len(controls) == CONTROLS
    asked = crawl.articles_requested(2)
    assert sorted(asked) == sorted([*controls, 106, 107])  # 107: the neighbour, its control
    assert crawl.stats(2)["rechecked"] == len(asked)
    assert crawl.rows("SELECT key, status FROM articles WHERE status != 'live'") == [
        ("106", "suspect")
    ]


def test_article_that_ages_off_a_listing_is_not_checked(crawls: dict[str, Crawled]) -> None:
    """104 left the first page; it is a control, as are the others that were not checked lately."""
    assert sorted(crawls["vanished"].articles_requested(3)) == [101, 102, 103, 104, 105, 106, 113]


def test_limited_crawl_is_completed_by_the_next(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["limited"]
    assert sorted(crawl.articles_requested(1)) == [110, 111, 112]
    assert "/thoi-su/trang-2" not in crawl.paths(1)
    assert sorted(crawl.articles_requested(2)) == list(range(100, 113))  # the known as controls
    assert crawl.keys() == set(range(100, 113))
