"""A spider crawls with any CrawlStore, here one in memory."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
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
from storage.archive.reader import CaptureError, Record
from storage.archive.writer import CaptureWriter
from storage.articles.repository import StoredArticle
from storage.checks.recheck_budget import RecheckBudget
from storage.models import Article

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


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a database was opened")

    monkeypatch.setattr(sqlite3, "connect", refuse)


def test_a_spider_crawls_without_a_database(tmp_path: Path) -> None:
    settings = {
        "TINWATCH_HOME": str(tmp_path),
        "RECHECK_PLANNER": lambda articles, now, budget: articles,
    }
    spider = SuoiBac.from_crawler(get_crawler(SuoiBac, settings))
    known = StoredArticle(7, "suoibac", "2", KNOWN, "live", SEEN, SEEN, SEEN, 1)
    store = FakeStore(known=[known], retried=[RETRIED])
    spider.begin(CaptureWriter(tmp_path, "suoibac"), store, 1)
    listing = "".join(f"<a href='{url}'>tin</a>" for url in (NEW, KNOWN))
    pages = {f"{ROOT}/thoi-su/": listing, NEW: article(1), RETRIED: article(3)}
    found = run_spider(spider, pages)
    read = [seen for seen in found if isinstance(seen, ArticleRead)]
    assert sorted(normalise(seen.page).key for seen in read) == ["1", "3"]
    (missing,) = (seen for seen in found if isinstance(seen, ArticleMissing))
    assert (missing.article, missing.outcome) == (7, "404")
    assert spider.rechecks_requested == 1
