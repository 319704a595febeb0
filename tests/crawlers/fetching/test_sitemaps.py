"""A believed sitemap spares checks, until it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedules.cadence import CONTROLS

if TYPE_CHECKING:
    from tests.crawlers.fetching.conftest import Crawled


def sitemap_counts(crawl: Crawled, runs: int) -> list[list[int]]:
    names = ("lastmods_audited", "lastmods_lied", "rechecked", "edited")
    return [[crawl.stats(run).get(name, 0) for name in names] for run in range(1, runs + 1)]


def test_a_believed_sitemap_spares_checks_until_it_lies(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["mapped"]
    assert sitemap_counts(crawl, 6) == [
        [0, 0, 0, 0], [10, 0, 14, 0], [0, 0, 5, 1], [9, 0, 14, 1], [10, 1, 14, 0], [10, 0, 14, 0],
    ]  # fmt: skip
    assert set(crawl.articles_asked(3)) == {107, 111, 112, 113, 114}
    assert [v for n in crawl.told["nights"] for v in n["verdicts"]] == [["passed", None]] * 6


def test_what_a_believed_sitemap_says_moved_is_checked_first(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["mapped"]
    assert set(crawl.articles_asked(3)[:3]) == {107, 111, 112}
    paths = crawl.paths(3)
    assert paths.index("/sitemap.xml") < min(paths.index(p) for p in paths if "-bai" in p)


def test_a_sitemap_that_is_a_night_late_does_not_lie(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["mapped_late"]
    assert sitemap_counts(crawl, 4) == [
        [0, 0, 0, 0], [11, 0, 11, 0], [10, 0, 11, 1], [10, 0, 11, 0],
    ]  # fmt: skip


def test_a_sitemap_in_which_most_moved_at_once_tells_nothing(crawls: dict[str, Crawled]) -> None:
    """Nothing is due but the controls."""
    assert crawls["mapped_late"].stats(5)["rechecked"] == CONTROLS


def test_the_newest_sitemaps_of_an_index_are_read_and_believed(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["indexed"]
    for night in (1, 2, 3):
        asked = [path for path in crawl.paths(night) if path.startswith("/sitemap")]
        assert asked == ["/sitemap.xml", *(f"/sitemap-{n}.xml.gz" for n in (4, 3, 2))]
    audited, lied, *_ = sitemap_counts(crawl, 2)[1]
    assert audited >= 10  # one may be checked before the second sitemap came
    assert lied == 0
    assert crawl.articles_asked(3)[0] == 107
    assert len(crawl.articles_asked(3)) == CONTROLS  # which every run checks, of twelve
