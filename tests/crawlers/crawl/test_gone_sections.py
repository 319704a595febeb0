"""Missing articles of a section that is gone itself: another name of it, not takedowns."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.settings import Settings

from crawlers.crawl.state import CrawlState
from crawlers.spider import SiteSpider
from pipelines.boilerplate.detector import Boilerplate
from pipelines.items import ArticleMissing, FetchFailed, Observation
from storage.messages.reasons_crawl import CrawlReason
from storage.models import Article
from storage.reasons import Reason

NOW = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)
HOME = "https://dongmit.vn"


class DongMit(SiteSpider):
    name = "dongmit"
    title = "Bản tin Đồng Mít"
    province = "ha-giang"
    kind = "newspaper"
    domains = ["dongmit.vn"]
    sections = ["tin-tuc", "tin-tuc-noi-bo"]
    listing_url = "{root}/{section}/"
    article_url = r"-(?P<key>\d+)\.html$"
    select = {"title": ["h1"], "published": [".ngay"], "body": [".noi-dung"]}
    absent = {"lead", "updated", "byline", "source", "section", "tags"}


def no_record(_: int) -> Article:
    raise AssertionError("a page without text is not compared")


def spider() -> DongMit:
    made = DongMit(recheck="none")
    made.settings = Settings({"REPLAY_FILES": []})
    made.crawl_state = CrawlState(
        articles={}, frontier=set(), retry_urls=[], aliases=set(), generic_articles=set(),
        boilerplate=Boilerplate(0, frozenset()), canaries=set(), newest_record=no_record,
        newest_page=lambda _: None, moved_to=lambda _: [],
    )  # fmt: skip
    return made


def answer(url: str, status: int) -> HtmlResponse:
    request = Request(url, meta={"captured_at": NOW})
    return HtmlResponse(url, status=status, body=b"<html></html>", request=request)


def observed(section_status: int, url: str) -> Observation:
    crawl = spider()
    list(crawl.parse_listing(answer(f"{HOME}/tin-tuc/", section_status), "tin-tuc", 1))
    [observation] = crawl.parse_article(answer(url, 404), "7", 7)
    assert not isinstance(observation, Request)
    return observation


@pytest.mark.parametrize("status", [404, 410])
def test_article_of_a_section_that_is_gone_is_not_missing(status: int) -> None:
    observation = observed(status, f"{HOME}/tin-tuc/lam-duong-len-nuong-7.html")
    assert isinstance(observation, FetchFailed)
    section = f"{HOME}/tin-tuc/"
    assert observation.reason == Reason(CrawlReason.SECTION_GONE, status=status, url=section)


@pytest.mark.parametrize(
    ("status", "path"),
    [(404, "/tin-tuc-noi-bo/lam-duong-7.html"), (404, "/lam-duong-7.html"),
     (500, "/tin-tuc/lam-duong-7.html")],
)  # fmt: skip
def test_other_missing_articles_are_missing(status: int, path: str) -> None:
    assert isinstance(observed(status, HOME + path), ArticleMissing)
