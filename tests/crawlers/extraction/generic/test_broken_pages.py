"""The generic extractor on broken and hostile pages, with a time limit."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crawlers.extraction.generic.article import extract_generic_article
from crawlers.extraction.html import UnreadablePage
from crawlers.registry import all_sites
from crawlers.spider import SiteSpider
from pipelines.record.normalise import normalise
from tinwatch.demo.sample_sites import Page, sites

WithoutRules = Callable[[str], type[SiteSpider]]
ArticlesOf = Callable[[str], list[Page]]
CAPTURED = datetime(2025, 3, 20, tzinfo=UTC)
TEXT = (
    "Sáng nay, tổ hòa giải thôn Nà Lùng họp tại nhà văn hóa để bàn việc mở rộng con đường nối hai "
    "xóm, con đường mà mùa mưa nào xe máy cũng phải dắt bộ.",
    "Bà con hẹn nhau tháng tới sẽ có mặt từ sáu giờ sáng, nhà nào neo người thì góp cơm trưa cho "
    "những người làm.",
)
BODY = "".join(f"<p>{text}</p>" for text in TEXT)
TITLE = "<h1>Nà Lùng hiến đất mở đường</h1>"
URL = "https://baothu.vn/na-lung-hien-dat.html"


def mutated(body: bytes, chance: random.Random) -> bytes:
    """Return the page with pieces removed, repeated, swapped or overwritten."""
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(body) + 1)
        stop = min(len(body), start + chance.choice((1, 7, 200, 3000)))
        piece = chance.choice(
            (
                b"", body[start:stop] * 3, b"<", b">", b"</div>" * 9, b"<table><tr><td>", b"<!--",
                b"\xff\xfe\x00", b"<script>", b'<a href="http://[x">', b"&#0;&#xd800;", b"<svg>",
                b'<div class="author date sapo">', b"99/99/2025 31:75", bytes(chance.randbytes(9)),
            )
        )  # fmt: skip
        body = body[:start] + piece + body[stop:]
    return body


@pytest.mark.parametrize("name", sorted(sites()))
def test_broken_page_is_extracted_or_unreadable(
    name: str, without_rules: WithoutRules, articles_of: ArticlesOf
) -> None:
    chance = random.Random(name)
    site = without_rules(all_sites()[name].domains[0])
    for sample in articles_of(name):
        for _ in range(4):
            body = mutated(sample.body, chance)
            try:
                page = extract_generic_article(body, sample.url, site, CAPTURED)
            except UnreadablePage:
                continue
            assert page.title
            assert page.blocks or page.lead or page.captions
            normalise(page)


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 50_000 + BODY,
        f"{TITLE}<p {' '.join(f'a{i}=1' for i in range(5000))}>x</p>{BODY}",
        f"{TITLE}<div class='sapo date author'>" + "Ngày 12/03/2020 có chuyện<br>" * 5000,
        f"{TITLE}{BODY}" + "<span class=author>Hà Thu 12/3/2020</span>" * 5000,
        "<p><b><i>chữ <a href=x>" * 10_000,
        f"{TITLE}{BODY}{'<div>' * 200}{'<a href=/x>x</a>' * 20_000}",
        pytest.param(
            f"{TITLE}{'<table><tr><td>x</td><td>1</td></tr></table>' * 4000}{BODY}",
            marks=pytest.mark.slow,
        ),
    ],
    ids=["deep", "attributes", "one block", "spans", "unclosed", "nested links", "tables"],
)
def test_hostile_markup_stays_bounded(hostile: str, without_rules: WithoutRules) -> None:
    site = without_rules("baothu.vn")
    try:
        page = extract_generic_article(hostile.encode(), URL, site, CAPTURED)
    except UnreadablePage:
        return
    assert page.title
