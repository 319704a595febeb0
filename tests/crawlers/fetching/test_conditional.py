"""A trusted site is asked whether pages changed, until it lies."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crawlers.observe import UNASKED
from storage.warc import read_records

if TYPE_CHECKING:
    from tests.crawlers.fetching.conftest import Crawled


def test_only_a_trusted_site_is_asked_whether_pages_changed(crawls: dict[str, Crawled]) -> None:
    """Two articles change honestly and are read; one changes behind a 304 until it is read whole.

    That lie ends the trust: on the sixth night every page is fetched whole again.
    """
    crawl = crawls["conditional"]
    asked = {n: sum(bool(seen["condition"]) for seen in crawl.log(n)) for n in range(1, 7)}
    assert asked == {1: 0, 2: 0, 3: 11, 4: 10, 5: 3, 6: 0}
    counted = [
        [crawl.stats(run).get(name, 0) for name in ("audited", "lies", "not_modified", "edited")]
        for run in range(1, 7)
    ]
    assert counted == [
        [0, 0, 0, 0], [11, 0, 0, 0], [0, 0, 8, 2], [1, 0, 10, 0], [8, 1, 3, 1], [11, 0, 0, 0],
    ]  # fmt: skip
    edits = crawl.rows("SELECT run, key FROM events JOIN articles ON articles.id = article "
                       "WHERE kind = 'edited' ORDER BY run, key")  # fmt: skip
    assert edits == [(3, "101"), (3, "106"), (5, "110")]
    assert [v for n in crawl.told["nights"] for v in n["verdicts"]] == [["passed", None]] * 6


def test_a_304_is_a_check_that_found_the_article(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["conditional"]
    assert crawl.stats(3)["rechecked_live"] == 12
    assert crawl.rows("SELECT count(*) FROM checks WHERE run = 4") == [(0,)]
    [(started, ended)] = crawl.rows("SELECT started_at, ended_at FROM runs WHERE id = 6")
    times = crawl.rows("SELECT last_seen FROM articles")
    assert all(started <= seen <= ended for (seen,) in times)


def test_a_304_that_was_not_asked_is_a_failed_fetch(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["conditional"]
    assert crawl.problems(3)["111"] == UNASKED
    assert crawl.rows("SELECT status FROM articles WHERE key = '111'") == [("live",)]


def test_a_304_is_kept_as_a_revisit(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["conditional"]
    kinds = Counter(kind for kind, path, status in crawl.records() if status == 304)
    assert kinds == {"revisit": 21, "response": 1}
    [file] = crawl.home.glob("captures/*/*.warc.gz")
    kept = [record for record in read_records(file) if record.not_modified]
    assert len(kept) == 21
    assert all(record.status == 200 and b"noi-dung" in record.body for record in kept)


def test_a_lie_ends_the_trust_within_the_run(crawls: dict[str, Crawled]) -> None:
    """The first page is read whole. A request or two are on their way by then; no more is asked."""
    crawl = crawls["caught"]
    asked = [bool(seen["condition"]) for seen in crawl.log(3) if "-bai" in seen["path"]]
    assert len(asked) == 30
    assert asked[0] is False
    assert 0 <= sum(asked) <= 3
    assert not any(asked[4:])
    stats = crawl.stats(3)
    assert stats["lies"] == 30 - stats.get("not_modified", 0)


def test_who_answers_304_whatever_is_asked_is_found_by_a_probe(crawls: dict[str, Crawled]) -> None:
    """A changed page is asked for by its old name. The honest one sends it, the deaf one lies."""
    crawl = crawls["probed"]
    assert sorted(seen["path"][-6:] for seen in crawl.log(3) if seen["condition"]) == [
        "1.html", "6.html",
    ]  # fmt: skip
    counted = [
        [crawl.stats(run).get(name, 0) for name in ("audited", "probed", "lies", "edited")]
        for run in range(1, 5)
    ]
    assert counted == [[0, 0, 0, 0], [6, 0, 0, 0], [4, 2, 1, 2], [5, 0, 0, 0]]
    assert crawl.rows("SELECT lies FROM audits WHERE run = 3") == [(1,)]
    assert [crawl.stats(run)["rechecked"] for run in (2, 3, 4)] == [6, 6, 6]


def test_a_probe_is_not_kept_and_says_nothing_of_the_article(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["probed"]
    assert 304 not in {status for kind, path, status in crawl.records()}
    pages = [path for kind, path, status in crawl.records() if "-bai" in path]
    assert len(pages) == 4 * 6
    assert crawl.problems(3) == {}
