"""Which sitemaps of an index are read, and how."""

from __future__ import annotations

import gzip

import pytest
from scrapy.http import Response

from crawlers.crawl.feeds import feed_links, sitemaps_in
from crawlers.crawl.sitemaps import MAX_TRIED_SITEMAPS, Sitemaps, newest_sitemaps
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
    sitemaps = Sitemaps(Mau)
    assert came(sitemaps, INDEX, index(*named)) == [month(6), month(5), month(4)]


def test_without_dates_the_last_ones_are_read() -> None:
    named = [(month(n), "") for n in range(1, 6)]
    assert came(Sitemaps(Mau), INDEX, index(*named)) == [month(5), month(4), month(3)]


def test_sitemap_without_articles_is_replaced_by_the_next() -> None:
    """WordPress lists posts, pages, categories, tags and users, in this order and undated."""
    names = ["posts-post-1", "posts-page-1", "taxonomies-category-1", "taxonomies-tag-1", "users-1"]
    urls = [f"{ROOT}/wp-sitemap-{name}.xml" for name in names]
    sitemaps = Sitemaps(Mau)
    read = came(sitemaps, INDEX, index(*((url, "") for url in urls)))
    assert read == urls[:1:-1]
    assert [sitemaps.instead_of(url) for url in read] == [[urls[1]], [urls[0]], []]
    assert sitemaps.instead_of(INDEX) == []


def test_replacements_are_limited() -> None:
    sitemaps = Sitemaps(Mau)
    read = came(sitemaps, INDEX, index(*((f"{ROOT}/s{n}.xml", "") for n in range(100))))
    for url in read:
        read += sitemaps.instead_of(url)
    assert len(read) == MAX_TRIED_SITEMAPS


def test_full_crawl_reads_every_sitemap() -> None:
    sitemaps = Sitemaps(Mau, full=True)
    named = [(f"{ROOT}/s{n}.xml", "") for n in range(100)]
    assert len(came(sitemaps, INDEX, index(*named))) == 100


@pytest.mark.parametrize(
    "url",
    [
        "https://khac.example/sitemap-1.xml", "ftp://baomau.example/1.xml",
        "//khac.example/sitemap-1.xml", "file:///etc/passwd", "http://[hong", "",
    ],
)  # fmt: skip
def test_only_the_sites_own_are_read(url: str) -> None:
    assert newest_sitemaps(Mau, index((url, "2025-03-01"), (month(1), "")), INDEX) == [month(1)]


def test_index_has_no_pages_and_is_no_error() -> None:
    assert feed_links(index((month(1), "")), INDEX) == []
    assert sitemaps_in(index((month(1), ""), (month(2), "2025-03-01")), INDEX) == {
        month(1): "", month(2): "2025-03-01",
    }  # fmt: skip
    assert sitemaps_in(pages(1), INDEX) == sitemaps_in(b"khong phai", INDEX) == {}


def test_index_within_an_index_is_ignored() -> None:
    sitemaps = Sitemaps(Mau)
    assert came(sitemaps, INDEX, index((month(1), ""))) == [month(1)]
    assert came(sitemaps, month(1), index((month(2), ""))) == []


def test_index_that_lists_itself_is_read_once() -> None:
    assert came(Sitemaps(Mau), INDEX, index((INDEX, ""), (month(1), ""))) == [month(1)]


def test_failed_index_lists_nothing() -> None:
    assert came(Sitemaps(Mau), INDEX, index((month(1), "")), status=500) == []


def test_gzipped_sitemap_is_unpacked() -> None:
    assert feed_links(gzip.compress(pages(4)), INDEX) == [f"{ROOT}/tin-4.html"]


def test_damaged_gzip_is_no_sitemap() -> None:
    assert feed_links(gzip.compress(pages(4))[:6] + b"\x00" * 40, INDEX) is None


def test_unpacking_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawlers.crawl.feeds.MAX_UNPACKED_BYTES", 400)
    found = feed_links(gzip.compress(pages(*range(1, 10)) + b" " * 100_000), INDEX)
    assert found is not None
    assert 0 < len(found) < 9
