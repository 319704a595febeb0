"""Missing articles of a section that is gone itself: another name of it, not takedowns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.settings import Settings

from crawlers.crawl.gone_sections import GoneSections
from crawlers.crawl.listings import ListingComparison
from crawlers.crawl.state import CrawlState
from crawlers.spider import SiteSpider
from pipelines.boilerplate.detector import Boilerplate
from pipelines.items import ArticleMissing, FetchFailed, Observation
from storage.articles.repository import StoredArticle
from storage.messages.reasons_crawl import CrawlReason
from storage.messages.reasons_pages import PageReason
from storage.models import Article, ArticleStatus
from storage.reasons import Reason
from storage.run_stats import Problem

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


def spider(articles: dict[str, StoredArticle] | None = None) -> DongMit:
    made = DongMit(recheck="none")
    made.settings = Settings({"REPLAY_FILES": []})
    made.crawl_state = CrawlState(
        articles=articles or {}, frontier=set(), retry_urls=[], aliases=set(),
        generic_articles=set(),
        boilerplate=Boilerplate(0, frozenset()), canaries=set(), newest_record=no_record,
        newest_page=lambda _: None, moved_to=lambda _: [],
    )  # fmt: skip
    return made


def answer(url: str, status: int, html: str = "") -> HtmlResponse:
    request = Request(url, meta={"captured_at": NOW})
    body = f"<html>{html}</html>".encode()
    return HtmlResponse(url, status=status, body=body, request=request)


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


GONE = f"{HOME}/tin-tuc/lam-duong-len-nuong-7.html"
SEEN = "2026-11-30T18:30:00Z"
NEWS = '<a href="/tin-tuc-noi-bo/tin-khac-9.html">tin</a>'
MENU = NEWS + '<a href="/{0}/">Mục</a><a href="/lien-he/">Liên hệ</a>'


@pytest.mark.parametrize(
    ("menu", "page", "outcome"),
    [
        ("", "", ArticleMissing),  # no page beside it lists the article
        ("thoi-su", '<a href="/thoi-su/lam-duong-len-nuong-7.html">tin</a>', Request),
        ("thoi-su", '<a href="/thoi-su/tin-khac-8.html">tin</a>', ArticleMissing),
        ("tinh/tin-tuc", '<a href="/tinh/tin-tuc/lam-duong-len-nuong-7.html">tin</a>', Request),
        ("thoi-su", None, FetchFailed),  # it cannot be read
        ("tin-tuc", "", FetchFailed),  # the menu still has the section
    ],
)
def test_pages_beside_a_gone_section_show_whether_it_is_renamed_or_deleted(
    menu: str, page: str | None, outcome: type
) -> None:
    stored = StoredArticle(7, "dongmit", "7", GONE, ArticleStatus.LIVE, SEEN, SEEN, SEEN, 1)
    crawl = spider({"7": stored})
    crawl.listings = ListingComparison({})
    crawl.max_pages = 1
    list(crawl.parse_listing(answer(f"{HOME}/tin-tuc/", 404), "tin-tuc", 1))
    other = answer(f"{HOME}/tin-tuc-noi-bo/", 200, MENU.format(menu or "lien-he"))
    list(crawl.parse_listing(other, "tin-tuc-noi-bo", 1))
    todo = list(crawl.parse_article(answer(GONE, 404), "7", 7))
    pages = {GONE: (404, ""), f"{HOME}/lien-he/": (200, ""), f"{HOME}/{menu}/": (200, page or "")}
    if page is None:
        pages[f"{HOME}/{menu}/"] = (500, "")
    done = []
    while todo:
        todo.sort(key=lambda one: one.priority if isinstance(one, Request) else 0)
        if not isinstance(one := todo.pop(), Request) or one.url not in pages:
            done.append(one)
        else:
            todo += one.callback(answer(one.url, *pages[one.url]), **one.cb_kwargs)
    assert [type(one) for one in done] == [outcome]


def test_section_with_a_file_extension_has_its_articles_in_the_folder_of_its_name() -> None:
    sections = GoneSections(frozenset({f"{HOME}/tin.aspx"}), gone={f"{HOME}/tin.aspx": 404})
    sections.add_menu([f"{HOME}/tin-moi.aspx", f"{HOME}/lien-he", f"{HOME}/mau.pdf"])
    assert sections.of(f"{HOME}/tin/bai-7.aspx") == f"{HOME}/tin.aspx"
    assert list(sections.unread(f"{HOME}/tin.aspx")) == [f"{HOME}/tin-moi.aspx"]


def test_section_is_decided_once_for_all_its_articles() -> None:
    """Those requested before a page beside it was read would be judged otherwise than the rest."""
    section = f"{HOME}/tin-tuc/"
    sections = GoneSections(frozenset({section}), gone={section: 404})
    sections.add_menu([f"{HOME}/thoi-su/"])
    assert list(sections.unread(section)) == [f"{HOME}/thoi-su/"]
    assert not sections.is_deleted(section, [GONE])
    sections.note(f"{HOME}/thoi-su/", ())
    assert not sections.is_deleted(section, [GONE])


def titled(article: int) -> Article:
    made = dict.fromkeys(field.name for field in fields(Article))
    return Article(**made | {"title": TITLES[article]})


TITLES = {7: "Làm đường lên nương", 8: "Khơi dòng suối cạn"}


@pytest.mark.parametrize(
    ("path", "titles", "is_noted"),
    [("/bai-viet/{}/", TITLES.values(), True), ("/tin-tuc/tin-{}.html", TITLES.values(), False),
     ("/bai-viet/{}/", ["Tin khác", "Tin nữa"], False)],
)  # fmt: skip
def test_listing_of_stored_titles_at_unknown_urls_is_noted(
    path: str, titles: Iterable[str], is_noted: bool
) -> None:
    stored = {
        str(n): StoredArticle(n, "dongmit", str(n), GONE, ArticleStatus.LIVE, SEEN, SEEN, SEEN, 1)
        for n in TITLES
    }
    crawl = spider(stored)
    crawl.crawl_state = replace(crawl.crawl_state, newest_record=titled)
    crawl.listings = ListingComparison({})
    links = "".join(f'<a href="{path.format(n)}">{t}</a>' for n, t in enumerate(titles, 7))
    list(crawl.parse_listing(answer(f"{HOME}/tin-tuc/", 200, links), "tin-tuc", 1))
    reason = Reason(PageReason.UNKNOWN_URL_FORM, url=f"{HOME}/bai-viet/7/")
    noted = [Problem(f"{HOME}/tin-tuc/", reason)] if is_noted else []
    assert crawl.unknown_forms == noted
