"""The same page in other bytes gives the same article, so it is no edit."""

from __future__ import annotations

import html
import json
import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.extraction.article import extract_article
from crawlers.registry import all_sites
from pipelines.changes.fingerprint import field_paragraphs, fingerprint
from pipelines.record.normalise import normalise
from storage.models import Article
from tests.each import for_each

SITES = Path(__file__).parents[2] / "sites"
CASES = [
    file
    for file in sorted(SITES.glob("*/*/expected.json"))
    if file.with_name("page.html").exists() and file.parts[-3] in all_sites()
]
TONES = "\u0300\u0301\u0309\u0303\u0323"


def with_combining_tones(text: str) -> str:
    """Return the text with combining tone marks, as in windows-1258."""
    letters = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(c for c in parts if c in TONES)
        base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES))
        letters.append(base + tones if len(parts) > 1 else letter)
    return "".join(letters)


OTHER_BYTES: dict[str, Callable[[str], bytes]] = {
    "composed": lambda page: unicodedata.normalize("NFC", page).encode(),
    "decomposed": lambda page: unicodedata.normalize("NFD", page).encode(),
    "combining tones": lambda page: with_combining_tones(page).encode(),
    "UTF-16": lambda page: page.encode("utf-16"),
    "byte order mark": lambda page: b"\xef\xbb\xbf" + page.encode(),
}


def read(file: Path, body: bytes) -> Article:
    facts: dict[str, Any] = json.loads(file.read_text("utf-8"))
    captured_at = datetime.fromisoformat(facts["captured_at"])
    site = all_sites()[file.parts[-3]]
    return normalise(extract_article(body, facts["url"], site, captured_at, facts["content_type"]))


@pytest.mark.parametrize("how", OTHER_BYTES)
@for_each("file", CASES, lambda file: "/".join(file.parts[-3:-1]))
def test_other_bytes_give_the_same_article(file: Path, how: str) -> None:
    stored = file.with_name("page.html").read_bytes()
    try:
        text = stored.decode("utf-8")
    except UnicodeDecodeError:
        pytest.skip("the fixture is about its encoding")
    before, after = read(file, stored), read(file, OTHER_BYTES[how](text))
    assert fingerprint(after) == fingerprint(before), how


BYLINE = "Bài và ảnh: Vàng Thị Sua"
PAGE = (
    '<h1 class="article__title">Bản Phố gặt lúa sớm</h1><time class="time">09/03/2025 09:20</time>'
    '<div class="article__body">'
    "<p>Từ mờ sáng, bà con ba thôn đã xuống đồng, kịp gặt xong thửa ruộng thấp trước cơn mưa.</p>"
    "<p>Đến chiều, hơn bốn tấn lúa được đưa về sân phơi của hợp tác xã.</p>"
    "<p>{byline}</p></div>"
)


@pytest.mark.parametrize(
    "byline",
    [
        BYLINE,
        unicodedata.normalize("NFD", BYLINE),
        BYLINE.replace("ảnh", "ả\u200bnh"),
        BYLINE.replace("Bài", "&#8203;Bài").replace(" và", "&nbsp;và"),
        BYLINE.replace("ảnh", "ảnh\u00ad"),
    ],
    ids=["plain", "decomposed", "zero width inside", "references", "soft hyphen"],
)
def test_byline_is_found_in_any_unicode_form(byline: str) -> None:
    """The byline at the end of the body is found by its words."""
    site = all_sites()["laocai"]
    url = "https://baolaocai.vn/ban-pho-gat-lua-som-post398700.html"
    body = PAGE.format(byline=byline).encode()
    captured_at = datetime.fromisoformat("2025-03-10T01:30:00+07:00")
    article = normalise(extract_article(body, url, site, captured_at, "text/html; charset=utf-8"))
    assert [author.name for author in article.authors] == ["Vàng Thị Sua"]
    assert len(field_paragraphs(article, "body")) == 2
    assert html.unescape(byline) not in field_paragraphs(article, "body")
