"""No connection leaves the site or enters a private network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawlers.middlewares.private_network import is_private
from storage.reasons import Reason

if TYPE_CHECKING:
    from tests.crawlers.fetching.conftest import Crawled


def test_no_connection_leaves_the_site(crawls: dict[str, Crawled]) -> None:
    """Not to another host, a cloud's metadata address, or another port of the same machine."""
    for name in ("faults", "incremental", "limited", "much_later", "stopped"):
        report = crawls[name].report
        assert report["connected"] == [f"127.0.0.1:{report['port']}"], name
        assert report["resolved"] in ([], ["127.0.0.1"]), name
        assert report["other_log"] == []


def test_private_addresses_are_refused(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["private_host"]
    assert crawl.report["connected"] == crawl.report["log"] == []
    refused = Reason("private_host", host="127.0.0.1")
    assert crawl.problems(1) == {"/thoi-su/": refused, "/rss/tin-moi.rss": refused}


def test_host_name_of_a_private_address_is_refused(crawls: dict[str, Crawled]) -> None:
    crawl = crawls["private_name"]
    assert crawl.report["connected"] == crawl.report["log"] == []
    reason = Reason("no_address")
    assert crawl.problems(1) == {"/thoi-su/": reason, "/rss/tin-moi.rss": reason}
    log = (crawl.home / "crawl.log").read_text(encoding="utf-8")
    assert "refused: noi-bo.example resolves to 127.0.0.1, a private address" in log
    assert crawl.report["batches"][0]["healthy"] is False


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("127.0.0.1", True), ("10.1.2.3", True), ("169.254.169.254", True), ("0.0.0.0", True),
        ("[::1]", True), ("::ffff:127.0.0.1", True), ("fe80::1", True), ("100.64.0.1", True),
        ("8.8.8.8", False), ("bao.example", False),
    ],
)  # fmt: skip
def test_is_private(address: str, private: bool) -> None:
    assert is_private(address) is private
