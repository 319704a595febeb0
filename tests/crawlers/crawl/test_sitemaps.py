"""Which sitemaps of an index are read, and how."""

from __future__ import annotations

import gzip

import pytest
from scrapy.http import Response

from crawlers.crawl.feeds import feed_links, sitemaps_in
from crawlers.crawl.sitemaps import MAX_SITEMAPS, Sitemaps, newest_sitemaps
from crawlers.site_config import SiteConfig

ROOT = "https://baomau.example"
INDEX = f"{ROOT}/sitemap.xml"


class Mau(SiteConfig):
    name = "mau_sitemaps"
    title = "Báo Mẫu"
    province = "lao-cai"
    kind = "newspaper"
    domains = ["baomau.example"]
    feeds = ["sitemap.xml"]
    article_url = r"-(?P<key>\d+)\.html$"
    select = {"title": ["h1"], "published": [".ngay"], "body": [".bai"]}
    absent = {"lead", "updated", "byline", "source", "section", "tags"}


def index(*named: tuple[str, str]) -> bytes:
    entries = "".join(
        f"<sitemap><loc>{url}</loc>{f'<lastmod>{moment}</lastmod>' if moment else ''}</sitemap>"
        for url, moment in named
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0"?><sitemapindex xmlns="{space}">{entries}</sitemapindex>'.encode()


def month(number: int) -> str:
    return f"{ROOT}/sitemap-2025-{number:02d}.xml"


def pages(*keys: int) -> bytes:
    urls = "".join(
        f"<url><loc>{ROOT}/tin-{key}.html</loc><lastmod>2025-03-0{key}</lastmod></url>"
        for key in keys
    )
    return f"<urlset>{urls}</urlset>".encode()


def came(sitemaps: Sitemaps, url: str, body: bytes, status: int = 200) -> list[str]:
    return sitemaps.listed_by(url, Response(url, status, body=body))


def test_the_newest_by_their_dates_are_read() -> None:
    named = [(month(n), f"2025-{n:02d}-28") for n in (4, 1, 6, 2, 5, 3)]
    assert newest_sitemaps(Mau, index(*named)) == [month(6), month(5), month(4)]
    assert MAX_SITEMAPS == 3


def test_without_dates_the_last_ones_are_read() -> None:
    named = [(month(n), "") for n in range(1, 6)]
    assert newest_sitemaps(Mau, index(*named)) == [month(5), month(4), month(3)]


@pytest.mark.parametrize(
    "url",
    [
        "https://khac.example/sitemap-1.xml", "ftp://baomau.example/1.xml", "/sitemap-1.xml",
        "file:///etc/passwd", "http://[hong", "",
    ],
)  # fmt: skip
def test_only_the_sites_own_are_read(url: str) -> None:
    assert newest_sitemaps(Mau, index((url, "2025-03-01"), (month(1), ""))) == [month(1)]


def test_index_has_no_pages_and_is_no_error() -> None:
    assert feed_links(index((month(1), ""))) == []
    assert sitemaps_in(index((month(1), ""), (month(2), "2025-03-01"))) == {
        month(1): "", month(2): "2025-03-01",
    }  # fmt: skip
    assert sitemaps_in(pages(1)) == sitemaps_in(b"khong phai") == {}


def test_index_within_an_index_is_ignored() -> None:
    sitemaps = Sitemaps(Mau)
    assert came(sitemaps, INDEX, index((month(1), ""))) == [month(1)]
    assert came(sitemaps, month(1), index((month(2), ""))) == []


def test_index_that_lists_itself_is_read_once() -> None:
    assert came(Sitemaps(Mau), INDEX, index((INDEX, ""), (month(1), ""))) == [month(1)]


def test_failed_index_lists_nothing() -> None:
    assert came(Sitemaps(Mau), INDEX, index((month(1), "")), status=500) == []


def test_gzipped_sitemap_is_unpacked() -> None:
    assert feed_links(gzip.compress(pages(4))) == [f"{ROOT}/tin-4.html"]


def test_damaged_gzip_is_no_sitemap() -> None:
    assert feed_links(gzip.compress(pages(4))[:6] + b"\x00" * 40) is None


def test_unpacking_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawlers.crawl.feeds.MAX_UNPACKED_BYTES", 400)
    found = feed_links(gzip.compress(pages(*range(1, 10)) + b" " * 100_000))
    assert found is not None
    assert 0 < len(found) < 9
