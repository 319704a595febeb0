"""Every complete response is archived, and once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from warcio.archiveiterator import ArchiveIterator

from schedules.recheck.policy import CONTROLS

if TYPE_CHECKING:
    from tests.crawlers.fetching.conftest import Crawled


def test_every_response_is_in_the_archive(faults: Crawled) -> None:
    """All that the host sent whole, and nothing else; warcio checks each digest."""
    kept = Counter(path for _, path, _ in faults.records())
    sent = Counter(seen["path"] for seen in faults.report["log"])
    lost = {key: f"/thoi-su/chuyen-cua-xa-bai{key}.html" for key in (201, 206, 212, 213)}
    for key, path in lost.items():
        assert path not in kept or key in (201, 206, 212), path
        assert kept[path] < sent[path]
    assert {p: n for p, n in sent.items() if p not in lost.values()} == {
        p: n for p, n in kept.items() if p not in lost.values()
    }


def test_failed_responses_are_archived_with_their_status(faults: Crawled) -> None:
    statuses = {(path.split("-bai")[-1], status) for _, path, status in faults.records()}
    for key, status in ((202, 500), (203, 503), (204, 429), (210, 302), (220, 404)):
        assert (f"{key}.html", status) in statuses


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_bodies_are_archived_in_the_coding_they_came_in(
    crawls: dict[str, Crawled], coding: str
) -> None:
    found = Counter()
    for file in crawls[f"coded_{coding}"].home.glob("captures/*/*.warc.gz"):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type == "response":
                    found[record.http_headers.get_header("Content-Encoding")] += 1
    assert set(found) == {coding}


def test_broken_transfers_are_not_archived(crawls: dict[str, Crawled]) -> None:
    """What is not whole is no capture; the next batch stores the page."""
    crawl = crawls["broken_transfers"]
    kept = Counter(path for _, path, _ in crawl.records())
    for key in (103, 104, 105, 106, 107, 108):
        assert kept[f"/thoi-su/chuyen-cua-xa-bai{key}.html"] == 2, key


def test_unchanged_bytes_become_revisits(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["incremental"]
    records = [r for r in crawl.records() if "-bai" in r[1]]
    kinds = Counter(kind for kind, _, _ in records)
    assert kinds == {"response": 22, "revisit": CONTROLS + 22}
    firsts = [path for kind, path, _ in records if kind == "response"]
    assert len(set(firsts)) == 22
    assert crawl.stats(3)["unchanged"] == 22
