"""absolute_url resolves plain links itself; it must agree with urljoin."""

from __future__ import annotations

from itertools import product
from urllib.parse import urljoin

from crawlers.extraction.html import absolute_url

BASES = (
    "https://alpha.vn", "https://alpha.vn/", "https://alpha.vn/tin/bai-1.html", "http://a.vn:80/b/",
    "https://alpha.vn/a/b/c/d.html?x=../y", "https://alpha.vn/a/../b/c", "https://alpha.vn//b/c",
    "https://alpha.vn/a;p/b", "https://alpha.vn/a b/c#d/e", "https://alpha.vn\n/a/b",
)  # fmt: skip
STARTS = ("", "/", "//", "./", "../", "../../", "../../../../../", "/../")
ENDS = (
    "", "anh.jpg", "tệp/ảnh 1.jpg", "a/b.jpg?t=1&u=/c/../d", "a//b", "a/./b", "a/../b", "..a", "?",
    "?t=1", "a?", "a;v=1", "a#b", "a.", "%2e%2e/a",
)  # fmt: skip


def test_links_are_resolved_as_urljoin_does() -> None:
    links = [start + end for start, end in product(STARTS, ENDS)]
    for base, link in product(BASES, links):
        assert absolute_url(base, link) == urljoin(base, link), (base, link)
