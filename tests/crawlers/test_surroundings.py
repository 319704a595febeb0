"""What a site changes around an article, or in the form of its markup, is no edit.

Each fixture page of tests/sites is changed as a redesign, an advertiser or an editor's program
would change it, and read again. A difference would be a false edit of every article of the site.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from lxml.etree import _Element
from lxml.html import fragment_fromstring, tostring

from crawlers.extraction.article import extract_article
from crawlers.extraction.html import parse
from crawlers.extraction.lines import inner_text
from crawlers.registry import get_site
from crawlers.scaffold.fixtures import load_expected
from pipelines.changes.fingerprint import fingerprint
from pipelines.record.normalise import normalise
from storage.models import Article

PAGES = sorted((Path(__file__).resolve().parents[1] / "sites").glob("*/*/page.html"))
CONTENT_TYPE = "text/html; charset=utf-8"
Change = Callable[[_Element], None]
LINKS = "".join(
    f"<li><a href=/tin/{title.replace(' ', '-')}-{number}.html>{title}</a></li>"
    for number, title in enumerate(
        ("Nà Ngần mở lớp dệt thổ cẩm", "Chợ phiên họp lại sau lũ", "Trạm bơm mới chạy thử"), 71
    )
)
ADVERT = "<div class=quangcao><a href=https://hang.example/><img src=/qc.jpg></a>Quảng cáo</div>"
RELATED = f"<div class=box-lien-quan><p>Tin liên quan</p><ul>{LINKS}</ul></div>"


def paragraphs(page: _Element) -> list[_Element]:
    """Return long paragraphs of the text, but not its last, nor those of quotes and tables."""
    inside = {p for box in page.iter("blockquote", "td", "li", "figure") for p in box.iter("p")}
    found = [p for p in page.iter("p") if len(inner_text(p)) > 120 and p not in inside]
    return found[:-1]


def inserted(markup: str) -> Change:
    """Insert an element below each second paragraph."""

    def change(page: _Element) -> None:
        for paragraph in paragraphs(page)[::2]:
            paragraph.addnext(fragment_fromstring(markup))

    return change


def texts(page: _Element) -> Iterator[_Element]:
    return (e for e in page.iter("p", "h1", "h2", "div", "span", "td") if e.text and e.text.strip())


def indent(page: _Element) -> None:
    for element in texts(page):
        element.text = re.sub(r"(?<=\S) (?=\S)", "\n        ", element.text or "", count=3)


def decompose(page: _Element) -> None:
    for element in page.iter("p", "h1", "h2", "span", "td"):
        element.text = unicodedata.normalize("NFD", element.text or "")
        element.tail = unicodedata.normalize("NFD", element.tail or "")


def wrap(page: _Element) -> None:
    [body] = page.iter("body")
    box = fragment_fromstring("<div class=khung><div class=trang></div></div>")
    box[0].extend(list(body))
    body.append(box)


def append_articles(page: _Element) -> None:
    [body] = page.iter("body")
    body.append(fragment_fromstring(RELATED))


def paste_styles(page: _Element) -> None:
    for paragraph in paragraphs(page):
        if not len(paragraph):
            span = fragment_fromstring("<span style='font-size: 14pt'></span>")
            span.text, paragraph.text = paragraph.text, None
            paragraph.append(span)


def count_readers(page: _Element) -> None:
    for heading in list(page.iter("h1"))[:1]:
        heading.addnext(fragment_fromstring("<p><i>Lượt xem: 1.234</i> | Cỡ chữ: A- A A+</p>"))


CHANGES: dict[str, Change] = {
    "adverts in the text": inserted(ADVERT),
    "lists of other articles in the text": inserted(RELATED),
    "latest articles below": append_articles,
    "a counter and buttons under the title": count_readers,
    "boxes around everything": wrap,
    "indented source": indent,
    "decomposed letters": decompose,
    "styles of an editor's program": paste_styles,
}


def read(page: Path, markup: bytes) -> Article:
    fact = load_expected(page.parent)
    site = get_site(page.parent.parent.name)
    at = datetime.fromisoformat(fact["captured_at"])
    return normalise(extract_article(markup, fact["url"], site, at, CONTENT_TYPE))


@pytest.mark.parametrize("name", CHANGES)
def test_change_of_the_surroundings_is_no_edit(name: str) -> None:
    edited = []
    for page in PAGES:
        tree, _ = parse(page.read_bytes(), CONTENT_TYPE)  # repaired, where a page needs it
        same = tostring(tree, encoding="utf-8")
        CHANGES[name](tree)
        changed = tostring(tree, encoding="utf-8")
        if fingerprint(read(page, same)) != fingerprint(read(page, changed)):
            edited.append(str(page.parent))
    assert edited == []
