"""A spider crawls with any CrawlStore, here one in memory, and reads listings to their end."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from crawlers.spider import SiteSpider
from pipelines.boilerplate.detector import Boilerplate
from pipelines.items import ArticleMissing, ArticleRead
from pipelines.record.normalise import normalise
from storage.archive.errors import CaptureError
from storage.archive.reader import Record
from storage.archive.writer import CaptureWriter
from storage.articles.repository import StoredArticle
from storage.checks.recheck_budget import RecheckBudget
from storage.messages.reasons_crawl import CrawlReason
from storage.models import Article
from storage.reasons import Reason

ROOT = "https://suoibac.vn"
SEEN = "2025-04-07T18:30:00Z"
NEW, KNOWN, RETRIED = (f"{ROOT}/tin-bai{key}.html" for key in (1, 2, 3))


class SuoiBac(SiteSpider):
    name = "suoibac"
    title = "Báo Suối Bạc"
    province = "lao-cai"
    kind = "newspaper"
    domains = ["suoibac.vn"]
    sections = ["thoi-su"]
    listing_url = "{root}/{section}/"
    next_listing = "{root}/{section}/trang-{page}/"
    article_url = r"-bai(?P<key>\d+)\.html$"
    select = {"title": ["h1.tit"], "body": [".noi-dung"]}
    absent = {"lead", "published", "updated", "byline", "source", "section", "tags"}


@dataclass
class FakeStore:
    """A CrawlStore in memory."""

    known: list[StoredArticle] = field(default_factory=list)
    retried: list[str] = field(default_factory=list)
    records: dict[int, Article] = field(default_factory=dict)

    def stored_articles(self) -> list[StoredArticle]:
        return self.known

    def frontier_keys(self) -> set[str]:
        return {article.key for article in self.known}

    def retry_urls(self) -> list[str]:
        return self.retried

    def alias_urls(self) -> set[str]:
        return set()

    def generic_articles(self) -> set[int]:
        return set()

    def canaries(self) -> set[int]:
        return set()

    def boilerplate(self) -> Boilerplate:
        return Boilerplate(0, frozenset())

    def moved_to(self, article: int) -> list[StoredArticle]:
        return []

    def newest_record(self, article: int) -> Article:
        return self.records[article]

    def newest_page(self, article: int) -> Record | None:
        return None

    def recheck_budget(
        self, now: datetime, *, fetches_a_day: int, poll_minutes: int
    ) -> RecheckBudget:
        return RecheckBudget(fetches_a_day, 0, poll_minutes)

    def listing_positions(self) -> dict[str, list[str]]:
        return {}

    def capture(self, capture: int) -> Record:
        raise CaptureError(f"no capture {capture}")


def article(number: int) -> str:
    text = "Sáng thứ hai, bà con thôn Suối Bạc cùng nhau ra đồng nạo vét mương nước trước vụ mới."
    return (
        f"<html><body><h1 class='tit'>Suối Bạc nạo vét mương lần thứ {number}</h1>"
        f"<div class='noi-dung'><p>{text}</p><p>{text} Lần {number}.</p></div></body></html>"
    )


def run_spider(spider: SiteSpider, pages: dict[str, str]) -> list[Any]:
    """Return the spider's observations with these pages; any other URL is a 404."""

    async def started() -> list[Request]:
        return [request async for request in spider.start()]

    waiting, found = asyncio.run(started()), []
    while waiting:
        request = waiting.pop(0)
        body = pages.get(request.url)
        response = HtmlResponse(
            request.url, 404 if body is None else 200, body=(body or "").encode(), request=request,
            headers={"Content-Type": "text/html; charset=utf-8"},
        )  # fmt: skip
        answers: Iterable[Any] = request.callback(response, **request.cb_kwargs)
        for answer in answers:
            (waiting if isinstance(answer, Request) else found).append(answer)
    return found


def begun(folder: Path, store: FakeStore, **settings: Any) -> SuoiBac:
    home = {
        "TINWATCH_HOME": str(folder),
        "RECHECK_PLANNER": lambda articles, now, budget: articles,
    }
    spider = SuoiBac.from_crawler(get_crawler(SuoiBac, home | settings))
    spider.begin(CaptureWriter(folder, "suoibac"), store, 1)
    return spider


def listing_of(*keys: int) -> str:
    return "".join(f"<a href='{ROOT}/tin-bai{key}.html'>tin</a>" for key in keys)


def listings(pages: int) -> dict[str, str]:
    """A section of two articles a page, with the same three links in the margin of each."""
    found = {
        f"{ROOT}/thoi-su/{f'trang-{n}/' if n > 1 else ''}": listing_of(2 * n, 2 * n + 1, 900, 901)
        for n in range(1, pages + 1)
    }
    return found


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a database was opened")

    monkeypatch.setattr(sqlite3, "connect", refuse)


def test_a_spider_crawls_without_a_database(tmp_path: Path) -> None:
    known = StoredArticle(7, "suoibac", "2", KNOWN, "live", SEEN, SEEN, SEEN, 1)
    spider = begun(tmp_path, FakeStore(known=[known], retried=[RETRIED]))
    listing = "".join(f"<a href='{url}'>tin</a>" for url in (NEW, KNOWN))
    pages = {f"{ROOT}/thoi-su/": listing, NEW: article(1), RETRIED: article(3)}
    found = run_spider(spider, pages)
    read = [seen for seen in found if isinstance(seen, ArticleRead)]
    assert sorted(normalise(seen.page).key for seen in read) == ["1", "3"]
    (missing,) = (seen for seen in found if isinstance(seen, ArticleMissing))
    assert (missing.article, missing.outcome) == (7, "404")
    assert spider.rechecks_requested == 1


KNOWN_ARTICLES = [
    StoredArticle(n, "suoibac", str(n), f"{ROOT}/tin-bai{n}.html", "moved", SEEN, SEEN, SEEN, 1)
    for n in (2, 3, 900, 901)
]


def test_a_listing_is_cut_after_max_listings_and_the_run_says_so(tmp_path: Path) -> None:
    spider = begun(tmp_path, FakeStore())
    run_spider(spider, listings(25))
    assert spider.listings_read == SuoiBac.max_listings == 20
    [cut] = spider.collect_stats().cut_listings
    assert cut.url == f"{ROOT}/thoi-su/trang-21/"
    assert cut.reason == Reason(CrawlReason.LISTING_CUT, pages=20)


def test_a_full_crawl_reads_to_the_last_page_past_known_articles(tmp_path: Path) -> None:
    spider = begun(tmp_path, FakeStore(known=KNOWN_ARTICLES), TINWATCH_FULL=True)
    run_spider(spider, listings(25))
    assert spider.listings_read == 25
    assert spider.articles_requested == 48
    assert spider.collect_stats().cut_listings == []


@pytest.mark.parametrize(("status", "pages"), [("live", 1), ("suspect", 5)])
def test_a_suspect_s_new_address_is_searched_past_known_articles(
    tmp_path: Path, status: Any, pages: int
) -> None:
    known = [
        replace(KNOWN_ARTICLES[0], id=n, key=str(n), status=status) for n in (*range(60), 900, 901)
    ]
    spider = begun(tmp_path, FakeStore(known=known))
    spider.recheck = "none"
    run_spider(spider, listings(25))
    assert spider.listings_read == pages


def test_max_pages_bounds_a_full_crawl(tmp_path: Path) -> None:
    spider = begun(tmp_path, FakeStore(), TINWATCH_FULL=True, TINWATCH_MAX_PAGES=3)
    run_spider(spider, listings(25))
    assert spider.listings_read == 3
    assert [cut.url for cut in spider.cut_listings] == [f"{ROOT}/thoi-su/trang-4/"]


@pytest.mark.parametrize("past_end", [listing_of(900, 901), listing_of(4, 5), "<p>Hết</p>"])
def test_a_pager_without_an_end_is_left(tmp_path: Path, past_end: str) -> None:
    """Past the end it shows the margin only, an earlier page again, or nothing."""

    class EndlessPages(dict[str, str]):
        def get(self, url: str, default: Any = None) -> Any:
            return super().get(url, past_end if "/trang-" in url else default)

    spider = begun(tmp_path, FakeStore(), TINWATCH_FULL=True)
    run_spider(spider, EndlessPages(listings(6)))
    assert spider.listings_read == 7
    assert spider.articles_requested == 14


def test_sections_that_share_articles_are_each_read_to_their_end(tmp_path: Path) -> None:
    spider = begun(tmp_path, FakeStore(), TINWATCH_FULL=True)
    spider.sections = ["thoi-su", "kinh-te"]
    pages = listings(3)
    pages[f"{ROOT}/kinh-te/"] = pages[f"{ROOT}/thoi-su/"]
    pages[f"{ROOT}/kinh-te/trang-2/"] = listing_of(4, 77)
    run_spider(spider, pages)
    assert "77" in spider.requested


def test_further_pages_may_be_named_by_the_articles_before_them(tmp_path: Path) -> None:
    spider = begun(tmp_path, FakeStore(), TINWATCH_FULL=True)
    spider.next_listing, spider.listing_step = "{root}/{section}/?start={offset}", 10
    pages = {"": listing_of(1, 2), "?start=10": listing_of(3, 4), "?start=20": listing_of(5, 6)}
    run_spider(spider, {f"{ROOT}/thoi-su/{name}": page for name, page in pages.items()})
    assert spider.requested == {"1", "2", "3", "4", "5", "6"}


def test_two_articles_with_one_key_are_named(tmp_path: Path) -> None:
    names = ["thoi-su/mo-duong-bai4", "van-ban/nghi-quyet-bai4", "kinh-te/gat-lua-bai5"]
    links = [*names, "doi-song/gat-lua-bai5", "kinh-te/gat-lua-som-bai5"]
    page = "".join(f"<a href='{ROOT}/{link}.html'>tin</a>" for link in links)
    spider = begun(tmp_path, FakeStore())
    run_spider(spider, {f"{ROOT}/thoi-su/": page})
    [collision] = spider.collect_stats().collisions
    assert collision.url == f"{ROOT}/{names[1]}.html"
    reason = Reason(CrawlReason.KEY_COLLISION, key="4", other=f"{ROOT}/{names[0]}.html")
    assert collision.reason == reason
