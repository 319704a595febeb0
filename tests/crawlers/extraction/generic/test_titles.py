"""Titles of pages whose <title> names only the site, a section or the page of any article."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.extraction.article import extract_article
from crawlers.platforms.generic import ANY_URL, generic_site
from crawlers.spider import SiteSpider
from pipelines.record.normalise import normalise

TITLE = "Mường Lai tiếp xúc cử tri vùng cao"
FIRST = "Sáng 12/9, tổ đại biểu về nhà văn hóa bản Nà Lốm, nghe bà con nói chuyện nước sạch, đường."
SECOND = (
    "Bà con đề nghị sửa xong cầu treo trước mùa mưa, để học sinh khỏi phải lội suối tới trường."
)
TAKEN = datetime(2024, 9, 20, 2, tzinfo=UTC)


def page(head: str, title: str) -> bytes:
    return (
        f"<meta charset=utf-8><title>{head}</title><body><div>{head}</div>{title}"
        f"<h3>Chuyên đề nổi bật trong năm nay</h3><div id=text><p>{FIRST}</p><p>{SECOND}</p></div>"
    ).encode()


@pytest.mark.parametrize(
    ("head", "title", "query"),
    [
        ("Huyện ủy Mường Lai", "div class=contentheading", "?id=20:muong-lai-tiep-xuc-cu-tri&I=5"),
        ("Trang thông tin điện tử Huyện ủy Mường Lai", "h1", "chitiet.aspx?id=77"),
        ("Huyện ủy Mường Lai > Tin tức", "h1", "tin/tabid/88/7.aspx"),
        ("Chi tiết tin", "h1", "chitiet.aspx?id=77"),
    ],
)
def test_title_if_the_head_names_only_the_site(head: str, title: str, query: str) -> None:
    body = page(head, f"<{title}>{TITLE}</{title.split()[0]}>")
    site, url = generic_site("muonglai.vn", ANY_URL), f"https://muonglai.vn/{query}"
    article = normalise(extract_article(body, url, site, TAKEN, "text/html"))
    assert article.title == TITLE
    assert [block.text for block in article.body] == [FIRST, SECOND]


class Committee(SiteSpider):
    name = "committee_of_titles"
    title = "Huyện ủy Mường Lai"
    province = "dien-bien"
    kind = "portal"
    domains = ["muonglai.vn"]
    sections = [""]
    listing_url = "{root}/{section}"
    article_url = r"id=(?P<key>\d+)"
    select = {"title": [".tit"], "body": ["#text"]}


def test_name_of_the_site_does_not_dispute_the_title_of_a_rule() -> None:
    body = page("Cổng thông tin Huyện ủy Mường Lai", f"<div class=tit>{TITLE}</div>")
    article = extract_article(body, "https://muonglai.vn/?id=7", Committee, TAKEN, "text/html")
    assert article.title == TITLE
    assert not article.warnings


@pytest.mark.parametrize("number", [1, 2])
def test_number_of_a_series_in_the_url_says_which_title_it_is(number: int) -> None:
    titles = [f"Giữ nước vùng cao - Bài {n}: Nước về bản" for n in (1, 2)]
    printed = "".join(f"<h2 class=tit><a href=/b{n}>{t}</a></h2>" for n, t in enumerate(titles))
    body = page("Huyện ủy Mường Lai", "p").replace(b"<div id=t", f"{printed}<div id=t".encode())
    url = f"https://muonglai.vn/giu-nuoc-vung-cao-bai-{number}-nuoc-ve-ban?id=7"
    for site in (generic_site("muonglai.vn", ANY_URL), Committee):
        assert extract_article(body, url, site, TAKEN, "text/html").title == titles[number - 1]
