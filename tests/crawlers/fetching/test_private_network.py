"""No connection leaves the site or enters a private network."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from scrapy import Request
from scrapy.utils.test import get_crawler

from crawlers.crawl.errors import RequestRefused
from crawlers.middlewares.private_network import PrivateNetworkMiddleware
from storage.network import is_private
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


PRIVATE = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
    "100.64.0.1", "192.0.0.1", "192.0.0.9", "192.0.2.1", "192.88.99.1", "198.18.0.1", "224.0.0.251",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "[::1]", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fec0::1", "ff02::1", "ff0e::1", "::ffff:127.0.0.1", "::ffff:224.0.0.1",
    "::127.0.0.1", "::8.8.8.8", "::ffff:0:127.0.0.1", "2002:7f00:1::", "2002:808:808::",
    "2001::1", "2001:db8::1", "3fff::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::808:808",
)  # fmt: skip
PUBLIC = ("8.8.8.8", "::ffff:8.8.8.8", "64:ff9b::808:808", "2001:4860:4860::8888", "bao.example")


@pytest.mark.parametrize("address", PRIVATE)
def test_address_that_is_not_public_is_private(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_and_host_name_are_not_private(address: str) -> None:
    assert not is_private(address)


ALLOWED = ["127.0.0.1:8080", "[::1]:8080", "thu.noi-bo:80"]


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("http://127.0.0.1:8080/a", False), ("http://[::1]:8080/", False),
        ("http://thu.noi-bo/", False), ("https://bao.example/", False),
        ("http://127.0.0.1/", True), ("http://127.0.0.1:8081/", True), ("http://[::1]/", True),
        ("https://thu.noi-bo/", True), ("http://localhost:8080/", True),
    ],
)  # fmt: skip
def test_private_hosts_are_allowed_by_host_and_port(url: str, refused: bool) -> None:
    guard = PrivateNetworkMiddleware(get_crawler(settings_dict={"ALLOW_PRIVATE_HOSTS": ALLOWED}))
    with pytest.raises(RequestRefused) if refused else nullcontext():
        guard.process_request(Request(url))
