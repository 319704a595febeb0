"""Every fault of a host has its reason code and affects no other page."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.reasons import Reason

if TYPE_CHECKING:
    from tests.crawlers.fetching.conftest import Crawled

SCRIPT = Path(__file__).parents[1] / "crawl_faulty_site.py"


def test_every_fault_is_reported_by_name(faults: Crawled) -> None:
    problems = faults.problems(1)
    [other_port] = [problems.pop("218")]
    assert problems == {
        "/hong/": Reason("http_status", status=500),
        "201": Reason("timeout"),
        "202": Reason("http_status", status=500),
        "203": Reason("http_status", status=503),
        "206": Reason("connection_lost"),
        "210": Reason("redirect_loop"),
        "211": Reason("page_empty"),
        "212": Reason("response_too_large"),
        "213": Reason("response_incomplete"),
        "214": Reason("page_incomplete"),  # broken HTML: the next batch takes it as it comes
        "216": Reason("off_site", host="bao-khac.example"),
        "217": Reason("private_host", host="169.254.169.254"),
        "219": Reason("not_a_page", media_type="application/pdf"),
        "220": Reason("http_status", status=404),
        "221": Reason("robots_forbidden"),
        "222": Reason("http_status", status=302),
    }
    assert other_port == Reason("private_host", host="127.0.0.1")


def test_everything_else_is_stored(faults: Crawled) -> None:
    stored = {int(k) for (k,) in faults.rows("SELECT key FROM articles WHERE first_run = 1")}
    assert stored == {*range(101, 121), 204, 205, 207, 208, 209, 215, 301, 302}
    assert faults.stats(1)["listings_failed"] == 1
    assert faults.stats(1)["ended"] == "finished"


def test_text_is_decoded_despite_a_wrong_charset(faults: Crawled) -> None:
    """UTF-8 under a false or unknown name, windows-1258, gzip, broken HTML: the same sentences."""
    rows = faults.rows(
        "SELECT key, record FROM articles JOIN revisions ON article = articles.id "
        "WHERE key IN ('207', '208', '209', '214', '215')"
    )
    assert len(rows) == 5
    for key, text in rows:
        record = json.loads(text)
        assert record["title"].startswith("Xã "), key
        assert f"đợt {key}" in record["title"]
        assert record["body"][0]["text"].startswith(f"Gà mới gáy, {key} gia đình ở xã"), key
        assert "không ai phải nhắc ai" in record["body"][1]["text"], key
        assert record["authors"][0]["name"] == "Minh Tâm"


def test_failed_pages_are_requested_again_in_the_next_batch(faults: Crawled) -> None:
    mended = {201, 202, 206, 211, 212, 214}
    assert mended <= set(faults.articles_requested(2))
    assert mended <= faults.keys()
    retried = dict(faults.rows("SELECT key, tries FROM retry_queue"))
    assert not {str(key) for key in mended} & set(retried)
    assert retried["203"] == 2


def test_pages_that_always_fail_are_no_outage(faults: Crawled) -> None:
    assert [v for batch in faults.report["batches"] for v in batch["verdicts"]] == [
        ["passed", None],
        ["passed", None],
    ]


def test_edit_is_published_and_first_404_makes_a_suspect(faults: Crawled) -> None:
    kinds = Counter(faults.rows("SELECT kind FROM events WHERE run = 2"))
    assert kinds == {("new",): 6, ("edited",): 1}
    assert faults.rows("SELECT key FROM articles WHERE status = 'suspect'") == [("104",)]
    assert faults.rows("SELECT outcome FROM failed_checks") == [("404",)]


def test_a_broken_transfer_is_a_failed_fetch(crawls: dict[str, Crawled]) -> None:
    """Retried, reported by its own code, and read the next batch; no edit and no takedown."""
    crawl = crawls["broken_transfers"]
    expected = {
        103: Reason("coding_incomplete", coding="gzip"),
        104: Reason("coding_incomplete", coding="br"),
        105: Reason("coding_broken", coding="gzip"),
        106: Reason("coding_unknown", coding="compress"),
        107: Reason("response_too_large"),
        108: Reason("response_incomplete"),
        109: Reason("page_incomplete"),
        110: Reason("page_incomplete"),
    }
    new = {str(key + 100): reason for key, reason in expected.items()}
    assert crawl.problems(2) == {**{str(k): reason for k, reason in expected.items()}, **new}
    requests = Counter(crawl.articles_requested(2))
    for key in (103, 104, 105, 108):
        assert requests[key] == requests[key + 100] == 2, key
    assert requests[106] == requests[107] == 1
    assert crawl.problems(3) == {}
    assert crawl.keys() == {*range(101, 121), *range(203, 213)}


def test_articles_cut_by_a_broken_transfer_have_no_edit(crawls: dict[str, Crawled]) -> None:
    """A later complete response of a new article is no edit of a truncated one."""
    crawl = crawls["broken_transfers"]
    rows = crawl.rows(
        "SELECT key FROM events JOIN articles ON articles.id = article WHERE events.kind <> 'new'"
    )
    assert {key for (key,) in rows} <= {"209", "210"}
    assert crawl.rows("SELECT * FROM failed_checks") == []


def test_codings_in_a_row_and_false_ones_are_read(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["broken_transfers"]
    rows = crawl.rows("SELECT key FROM articles WHERE first_run = 2")
    assert {"211", "212"} <= {key for (key,) in rows}


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_a_coded_site_is_crawled(crawls: dict[str, Crawled], coding: str) -> None:
    """robots.txt is coded, too, and obeyed."""
    crawl = crawls[f"coded_{coding}"]
    assert crawl.keys() == set(range(101, 113))
    assert crawl.problems(1) == {"221": Reason("robots_forbidden")}
    assert crawl.stats(1)["robots"]["lines"] == ["User-agent: tinwatch", "Disallow: /noi-bo/"]
    assert Counter(crawl.rows("SELECT kind FROM events")) == {("new",): 12, ("edited",): 1}


def test_unknown_scenario_is_reported() -> None:
    command = [sys.executable, str(SCRIPT), "nowhere", "no_such"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "no scenario 'no_such'; there are faults, " in done.stderr
