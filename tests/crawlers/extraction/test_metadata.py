"""Structured data as a check and a fallback."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from crawlers.extraction.article import extract_article
from crawlers.extraction.metadata import structured_data
from crawlers.registry import get_site
from pipelines.record.normalise import normalise
from storage.messages import describe

TAKEN = datetime(2025, 3, 12, tzinfo=UTC)
URL = "https://baogialai.com.vn/doi-bo-doi-hoc-chu-post990011.html"


def head_of(markup: str) -> etree._Element:
    page = f"<html><head>{markup}</head><body><p>Không.</p></body></html>"
    return etree.fromstring(page, etree.HTMLParser())


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    ("markup", "field", "expected"),
    [
        ('<meta property="og:title" content="Gặt sớm">', "title", "Gặt sớm"),
        ('<meta name="Description" content="Lúa  chín">', "lead", "Lúa chín"),
        (ld('{"@type": "NewsArticle", "headline": "Gặt"}'), "title", "Gặt"),
        (ld('[{"@type": "Article", "datePublished": "2025-03-01"}]'), "published", "2025-03-01"),
        (ld('{"@graph": [{"@type": "Article", "name": "Gieo"}]}'), "title", "Gieo"),
        (ld('{"@type": "Article", "author": [{"name": "Bá Tòng"}]}'), "author", "Bá Tòng"),
        (ld('{"@type": "Article", "author": {"@type": "Organization", "name": "Báo"}}'),
         "author", None),
        (ld('{"@type": "Article", "headline": "hai\ndòng"}'), "title", "hai dòng"),
        (ld("{không phải json"), "title", None),
        (ld('{"@type": "WebSite", "name": "Báo"}'), "title", None),
        (ld("[" * 5000), "title", None),
    ],
)  # fmt: skip
def test_field(markup: str, field: str, expected: str | None) -> None:
    assert getattr(structured_data(head_of(markup)), field) == expected


def test_json_ld_precedes_meta_tags() -> None:
    tree = head_of('<meta property="og:title" content="A">'
                   + ld('{"@type": "NewsArticle", "headline": "B"}'))  # fmt: skip
    assert structured_data(tree).title == "B"


def page(head: str, *, title: str = "Đội bò đội học chữ", date: str = "11/03/2025 08:00") -> bytes:
    return (
        f"<html><head><meta charset=utf-8>{head}</head><body><div class=article>"
        f'<h1 class="article__title cms-title">{title}</h1>'
        f'<time class="time">{date}</time><div class="article__body cms-body">'
        "<p>Buổi tối, lớp học giữa làng sáng đèn, mấy chục người lớn đánh vần theo cô giáo trẻ.</p>"
        "<p>Ai cũng mong sớm tự viết được tên mình.</p></div></div></body></html>"
    ).encode()


def read(body: bytes):  # type: ignore[no-untyped-def]
    return normalise(extract_article(body, URL, get_site("gialai"), TAKEN, "text/html"))


def test_agreement_gives_no_warning() -> None:
    head = '<meta property="og:title" content="Đội bò đội học chữ - Báo Gia Lai">'
    assert read(page(head)).warnings == ()


def test_other_title_is_a_warning_and_the_printed_one_is_used() -> None:
    article = read(page('<meta property="og:title" content="Đội bò và con chữ">'))
    assert article.title == "Đội bò đội học chữ"
    assert any("Đội bò và con chữ" in describe(warning) for warning in article.warnings)


def test_other_day_is_a_warning_and_the_printed_one_is_used() -> None:
    head = '<meta property="article:published_time" content="2025-03-09T07:00:00+0700">'
    article = read(page(head))
    assert article.published == "2025-03-11T08:00:00+07:00"
    assert any("2025-03-09" in describe(warning) for warning in article.warnings)


def test_metadata_is_the_fallback_for_the_date() -> None:
    head = '<meta property="article:published_time" content="2025-03-09T07:00:00+0700">'
    article = read(page(head, date=""))
    assert article.published == "2025-03-09T07:00:00+07:00"
    assert article.fields["published"].rule == "structured data"


def test_date_found_nowhere_is_broken() -> None:
    assert read(page("", date="")).fields["published"].state == "broken"


@pytest.mark.parametrize(
    ("before", "published"),
    [
        ("<time datetime='2025-03-12T08:15'>08:15</time>", None),
        ("<nav><time datetime='2025-03-12T08:15'>08:15</time></nav>", None),
        ("<div><time datetime='2025-03-12T08:15'>08:15</time></div>", "2025-03-12T08:15"),
        (
            "<header><h1>A</h1><time datetime='2025-03-12T08:15'>x</time></header>",
            "2025-03-12T08:15",
        ),
    ],
)
def test_clock_of_the_template_is_no_date(before: str, published: str | None) -> None:
    tree = etree.fromstring(f"<html><body>{before}<p>x</p></body></html>", etree.HTMLParser())
    assert structured_data(tree).published == published
