"""No page can stop a crawl: huge titles, leads, bylines, dates, captions and deep nesting.

A page is read or refused in seconds. Times are CPU seconds, on a slow machine under load.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest

from crawlers.crawl.soft404 import VisibleText
from crawlers.extraction.article import extract_article
from crawlers.extraction.generic.article import extract_generic_article
from crawlers.extraction.html import MAX_PAGE_BYTES, MAX_TAGS, UnreadablePage, parse
from crawlers.extraction.plaintext import extract_plain_text
from crawlers.registry import get_site
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from storage.messages.reasons_pages import Unread

SITE = get_site("gialai")
URL = "https://baogialai.com.vn/mot-bai-post300001.html"
AT = datetime(2025, 4, 7, tzinfo=UTC)
HTML = "text/html; charset=utf-8"
MAX_SECONDS = 10
MAX_MEGABYTES = 700  # that the largest page adds: its tree takes about 15 bytes for each of its own
HOSTILE_CHARS = 1_000_000
UNITS = [". ", "1/", "Ảnh: ", "(a - ", "Nguyễn ", "&amp;", "admin", "http://a.", "theo "]

Extract = Callable[..., RawArticle]
EXTRACTORS = (extract_article, extract_generic_article)


def page(
    *, title: str = "Mở đường lên bản vùng cao", lead: str = "Một đoạn dẫn.", head: str = "",
    body: str = "<p>Đoạn văn đầu tiên của bài viết.</p>", byline: str = "Hà Thu",
    date: str = "07/04/2025 08:15",
) -> bytes:  # fmt: skip
    return (
        f'<html><head>{head}</head><body><div class="article">'
        f'<h1 class="article__title cms-title">{title}</h1><time class="time">{date}</time>'
        f'<div class="article__sapo">{lead}</div><div class="article__body cms-body">{body}</div>'
        f'<div class="article__author">{byline}</div></div></body></html>'
    ).encode()


def repeated(unit: str, chars: int = HOSTILE_CHARS) -> str:
    return (unit * (chars // len(unit) + 1))[:chars]


@contextmanager
def in_seconds(limit: float = MAX_SECONDS) -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < limit


def read(extract: Extract, body: bytes) -> None:
    """Read a page as a crawl does: what it shows, its article, the record."""
    VisibleText(body, HTML).sign()
    with suppress(UnreadablePage):
        normalise(extract(body, URL, SITE, AT, HTML))


FIELDS: dict[str, Callable[[str], bytes]] = {
    "title": lambda text: page(title=text),
    "lead": lambda text: page(lead=text),
    "byline": lambda text: page(byline=text),
    "date": lambda text: page(date=text),
    "head title": lambda text: page(head=f"<title>{text}</title>"),
    "metadata": lambda text: page(
        head=f'<meta property="og:title" content="{text}">'
        f'<meta property="og:description" content="{text}">'
        f'<meta property="article:published_time" content="{text}">'
    ),
    "caption": lambda text: page(
        body=f"<p>Một.</p><figure><img src=a.jpg><figcaption>{text}</figcaption></figure>"
    ),
    "last line": lambda text: page(body=f"<p>Một.</p><p>Hai.</p><p align=right>{text}</p>"),
    "link": lambda text: page(body=f'<p>Một.</p><p><a href="{URL}{text}">{text}</a></p>'),
    "style": lambda text: page(body=f'<p class="{text}" style="{text}">Một.</p><p>Hai.</p>'),
}


@pytest.mark.parametrize("extract", EXTRACTORS)
@pytest.mark.parametrize("field", FIELDS)
def test_field_of_a_megabyte_is_read_in_seconds(field: str, extract: Extract) -> None:
    body = FIELDS[field](repeated(". "))
    with in_seconds():
        read(extract, body)


@pytest.mark.parametrize("extract", EXTRACTORS)
@pytest.mark.parametrize("unit", UNITS)
def test_page_of_hostile_fields_is_read_in_seconds(unit: str, extract: Extract) -> None:
    text = repeated(unit, HOSTILE_CHARS // 10)
    body = page(
        title=text, lead=text, byline=text, date=text, head=f"<title>{text}</title>",
        body=f"<p>Một.</p><img src=a.jpg><p><i>{text}</i></p><p>{text}</p><p>Hai.</p>",
    )  # fmt: skip
    with in_seconds():
        read(extract, body)


@pytest.mark.parametrize("extract", EXTRACTORS)
@pytest.mark.parametrize(
    "tag", ["div", "span", "b", "table><tr><td", "blockquote", "h1 class=title"]
)
def test_deep_nesting_is_read_in_seconds(tag: str, extract: Extract) -> None:
    body = page(body=f"<p>Một.</p>{repeated(f'<{tag}>a', HOSTILE_CHARS // 5)}")
    with in_seconds():
        read(extract, body)


def test_text_capture_of_a_megabyte_is_read_in_seconds() -> None:
    text = f"Mở đường\n{repeated('. ')}\n{repeated('Ảnh: ')}\nHà Thu\n"
    with in_seconds():
        normalise(extract_plain_text(text.encode(), SITE, AT))


def test_largest_page_is_parsed_in_bounded_time_and_memory() -> None:
    paragraphs = MAX_TAGS // 2
    markup = (b"<p>%b</p>" % (b"a" * (MAX_PAGE_BYTES // paragraphs - 7))) * paragraphs
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with in_seconds():
        parse(markup, HTML)
    added = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert added / 1024 < MAX_MEGABYTES


def test_larger_page_is_not_parsed() -> None:
    with in_seconds(1), pytest.raises(UnreadablePage) as caught:
        parse(b"<p>a</p>" * (MAX_PAGE_BYTES // 8 + 1), HTML)
    assert caught.value.reason.code == Unread.PAGE_TOO_LARGE
