"""Old portals: tables that lay out the page, short texts, the head inside the text's element."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.extraction.generic.article import extract_generic_article
from crawlers.platforms.generic import ANY_URL, generic_site
from pipelines.record.normalise import normalise
from storage.models import Article

TAKEN = datetime(2025, 3, 14, tzinfo=UTC)
SITE = generic_site("lamha.test", ANY_URL)
TITLE = "Người thương binh hiến đất làm đường"
LEAD = "Ông Nguyễn Văn Sáu năm nay 74 tuổi, thương binh hạng 3/4, ở ấp Vĩnh Thuận."
FIRST = "Năm 2017, xã vận động mở đường, ông Sáu hiến 1.200m2 đất vườn mà không nhận đền bù."
SECOND = "Noi gương ông, 17 hộ khác cùng hiến đất, tuyến đường dài 2,3km xong trước hạn hai tháng."
CAPTION = "Ông Sáu bên con đường mới."
OTHERS = (
    "<h3>Các tin khác</h3><ul><li><a href=/t/5.html>Hội nghị báo cáo viên (13/05/2024)</a></ul>"
)


def read(body: str) -> Article:
    page = (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{TITLE}</title></head><body>"
        f"<ul class=menu><li><a href=/1>Tin tức</a><li><a href=/2>Văn bản</a></ul>{body}"
        "<div id=footer><p>Cơ quan chủ quản: Huyện ủy Lâm Hà</p></div></body></html>"
    )
    url = "https://lamha.test/tin-tuc/bai-viet-77.html"
    return normalise(extract_generic_article(page.encode(), url, SITE, TAKEN))


def texts(article: Article) -> list[str | None]:
    return [article.lead, *(block.text for block in article.body)]


@pytest.mark.parametrize("paragraphs", ["<p>{}</p><p>{}</p>", "{}<br><br>{}<br><br>"])
def test_table_that_lays_out_an_article_with_a_picture(paragraphs: str) -> None:
    picture = f"<figure><img src=a.jpg><figcaption>{CAPTION}</figcaption></figure>"
    article = read(
        f"<table><tr><td class=TieuDe>{TITLE}</td></tr>"
        "<tr><td class=Ngay>11/03/2025 09:32</td></tr>"
        f"<tr><td class=TomTat>{LEAD}</td></tr><tr><td class=NoiDung>{picture}"
        f"{paragraphs.format(FIRST, SECOND)}<p><b>Lò Thị Mai</b></p></td></tr>"
        "<tr><td><a href=#>Quay lại</a> | <a href=#>Bản in</a></td></tr></table>"
    )
    assert texts(article) == [LEAD, FIRST, SECOND]
    assert [caption.text for caption in article.captions] == [CAPTION]
    assert [author.name for author in article.authors] == ["Lò Thị Mai"]


def test_list_of_other_articles_below_a_text_of_short_sentences() -> None:
    short = (
        "Chiều 12/3, Chi bộ ấp 3 tổ chức Đại hội.",
        "Đại hội đã bầu Ban Chi ủy gồm 3 đồng chí.",
    )
    article = read(
        f"<div class=w><h2>{TITLE}</h2><div class=noidung><p><b>{short[0]}</b></p><p>{short[1]}</p>"
        f"<p>{FIRST[:60]}.</p></div>{OTHERS}</div>"
    )
    assert texts(article) == [None, *short, f"{FIRST[:60]}."]


def test_date_with_counter_in_the_element_of_the_text() -> None:
    article = read(
        f"<article><h1>{TITLE}</h1><p class=meta>Ngày đăng: 11/03/2025 | Lượt xem: 230</p>"
        f"<p>{LEAD}</p><p>{FIRST}</p><p>{SECOND}</p></article>"
    )
    assert article.published == "2025-03-11"
    assert FIRST in texts(article)
    assert not any("Lượt xem" in (text or "") for text in texts(article))


def test_day_of_a_chronicle_is_a_subhead() -> None:
    article = read(
        f"<h1>{TITLE}</h1><div class=date>11/03/2025</div><div class=intro>{LEAD}</div>"
        f"<div class=full><p><b>Ngày 3/2/2017</b></p><p>{FIRST}</p><p>{SECOND}</p></div>"
    )
    assert article.published == "2025-03-11"
    assert texts(article) == [LEAD, "Ngày 3/2/2017", FIRST, SECOND]


def test_source_in_the_box_of_the_author() -> None:
    article = read(
        f"<h1>{TITLE}</h1><div class=intro>{LEAD}</div><div class=full><p>{FIRST}</p>"
        f"<p>{SECOND}</p></div><div class=author>Theo Báo Thử</div>"
    )
    assert article.source is not None
    assert article.source.name == "Báo Thử"
