"""The generic reader: pages of a site without rules, real ones and those of the sample sites."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawlers.discovery import all_sites
from crawlers.generic import read_generic
from crawlers.markup import NotFoundPage, Unreadable
from crawlers.page import read_page
from crawlers.platforms.generic import Generic
from crawlers.rules import SiteError
from crawlers.spider import SiteSpider
from pipelines.normalise import normalise
from pipelines.printed import PrintedArticle
from pipelines.template import Template, form_of
from pipelines.text import clean, syllables
from storage.captures import Record, read_records
from storage.records import Article, Block
from tinwatch.sample_sites import Page, pages, sites

CAPTURES = Path(__file__).resolve().parents[3] / "shared" / "captures"
GOLD_FILE = CAPTURES / "gold.jsonl"
PAPERS = ("baochinhphu.vn", "tuoitre.vn", "vietnamnet.vn")
CAPTURED = datetime(2025, 3, 20, tzinfo=UTC)

on_real_pages = pytest.mark.skipif(
    not GOLD_FILE.exists(), reason="the real pages (../shared/captures) are not here"
)


@cache
def site_without_rules(host: str, title: str = "Báo Thử") -> type[SiteSpider]:
    stated = {
        "__module__": __name__,
        "name": "generic_" + host.replace(".", "_"),
        "title": title,
        "province": "lao-cai",
        "kind": "newspaper",
        "domains": [host],
        "article_url": r"^/(?P<key>.+)$",
        "feeds": ["rss"],
    }
    return type("WithoutRules", (Generic,), stated)


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def f1(ours: Iterable[Block], theirs: Iterable[Block]) -> float:
    a, b = (Counter(syllables(" ".join(block.text for block in x))) for x in (ours, theirs))
    return 2 * (a & b).total() / max(1, a.total() + b.total())


def with_lead(article: Article) -> list[Block]:
    """Lead and body: where a site prints its lead in the body, ours stands apart."""
    own = article.lead if article.lead and article.lead not in article.body[0].text else None
    return [*([Block("paragraph", own)] if own else []), *article.body]


# Real pages


def gold_rows() -> list[dict[str, Any]]:
    if not GOLD_FILE.exists():
        return []
    return [json.loads(line) for line in GOLD_FILE.read_text("utf-8").splitlines()]


GOLD = [
    pytest.param(row, id=host_of(row["url"]))
    for row in gold_rows()
    if host_of(row["url"]) in PAPERS
]


@cache
def real_records() -> dict[str, Record]:
    files = sorted(CAPTURES.glob("*.warc.gz"))
    return {record.url: record for file in files for record in read_records(file)}


@cache
def read_real(url: str) -> tuple[PrintedArticle, Article]:
    record = real_records()[url]
    page = read_page(
        record.body,
        url,
        site_without_rules(host_of(url)),
        record.captured_at,
        record.header("Content-Type"),
    )
    return page, normalise(page)


def same(texts: Iterable[str]) -> list[str]:
    return [clean(text) for text in texts]


@on_real_pages
@pytest.mark.parametrize("gold", GOLD)
def test_a_paper_without_rules_reads_as_a_careful_person_reads_it(gold: dict[str, Any]) -> None:
    page, article = read_real(gold["url"])
    assert article.title == clean(gold["title"])
    assert article.published_as_printed == clean(gold["published_printed"])
    assert (article.published or "")[:16] == gold["published_iso"][:16]
    assert [author.name for author in article.authors] == gold["authors"]
    assert clean(page.lead or "") == clean(gold["sapo"] or "")
    text = " ".join(block.text for block in article.body)
    assert text.startswith(clean(gold["body_first80"]))
    assert text.endswith(clean(gold["body_last80"]))
    assert len(article.body) == gold["body_paragraphs"]
    assert [caption.text for caption in article.captions] == same(gold["captions"])
    assert [cruft for cruft in same(gold["cruft"]) if cruft in text] == []


@on_real_pages
def test_pages_of_known_sites_read_alike_without_their_rules() -> None:
    compared = 0
    for url, record in real_records().items():
        site = next((site for site in all_sites().values() if site.key_of(url)), None)
        if site is None:
            continue
        kind = record.header("Content-Type")
        known = normalise(read_page(record.body, url, site, record.captured_at, kind))
        article = read_real(url)[1]
        assert article.title == known.title, url
        assert article.published == known.published, url
        assert f1(article.body, known.body) >= 0.95, url
        compared += 1
    assert compared >= 30


# Pages of the sample sites


@cache
def sample_articles(name: str) -> list[Page]:
    site = all_sites()[name]
    return [page for page in pages(name, 1) if page.status == 200 and site.key_of(page.url)]


@pytest.mark.parametrize("name", sorted(sites()))
def test_every_sample_site_reads_alike_without_its_rules(name: str) -> None:
    for sample in sample_articles(name):
        site = all_sites()[name]
        known = normalise(read_page(sample.body, sample.url, site, CAPTURED))
        page = read_generic(sample.body, sample.url, site_without_rules(site.domains[0]), CAPTURED)
        article = normalise(page)
        assert article.title == known.title
        assert article.published == known.published
        assert [a.name for a in article.authors] == [a.name for a in known.authors]
        assert article.source == known.source
        assert article.captions == known.captions
        assert f1(with_lead(article), with_lead(known)) >= 0.985, sample.url


@pytest.mark.parametrize("name", sorted(sites()))
def test_what_it_found_is_marked_generic(name: str) -> None:
    sample, site = sample_articles(name)[0], all_sites()[name]
    page = read_generic(sample.body, sample.url, site, CAPTURED)
    assert page.reader == f"{site.reader}.generic"
    assert {"title", "body"} <= set(page.rules)
    states = normalise(page).fields
    assert {r.split(":")[0] for r in page.rules.values()} == {"generic"}
    assert all((state.rule or "generic").startswith("generic") for state in states.values())


# Pages written for one question each

TEXT = (
    "Sáng nay, tổ hòa giải thôn Nà Lùng họp tại nhà văn hóa để bàn việc mở rộng con đường nối hai "
    "xóm, con đường mà mùa mưa nào xe máy cũng phải dắt bộ.",
    "Trưởng thôn Hoàng Văn Séng cho biết, ba gia đình đã ký giấy hiến gần bốn trăm mét vuông đất "
    "vườn, không gia đình nào đòi tính công hay tính tiền bồi thường.",
    "Theo kế hoạch, phần nền sẽ làm xong trước vụ gặt, phần mặt đường chờ xi măng của xã chuyển "
    "về rồi cả thôn chia nhau từng đoạn để đổ bê tông.",
    "Bà con hẹn nhau tháng tới sẽ có mặt từ sáu giờ sáng, nhà nào neo người thì góp cơm trưa cho "
    "những người làm.",
)
BODY = "".join(f"<p>{text}</p>" for text in TEXT)
URL = "https://baothu.vn/na-lung-hien-dat.html"


def html(article: str, head: str = "<title>Nà Lùng hiến đất mở đường - Báo Thử</title>") -> bytes:
    clock = '<div class="top-bar"><span class="clock">Thứ Năm, 20/03/2025 07:00:00</span></div>'
    related = (
        '<ul><li><a href="/tin-1.html">Chuyện cũ ở bản xa</a> (19/03/2025)</li>'
        '<li><a href="/tin-2.html">Một tin nữa từ thị trấn</a> (18/03/2025)</li></ul>'
    )
    return (
        f"<html><head>{head}</head><body>{clock}<main>{article}</main>"
        f'<div class="box-right">{related}</div><footer>Giấy phép số 1 ngày 01/02/2003</footer>'
        "</body></html>"
    ).encode()


def read(article: str, **head: str) -> PrintedArticle:
    return read_generic(html(article, **head), URL, site_without_rules("baothu.vn"), CAPTURED)


TITLE = "<h1>Nà Lùng hiến đất mở đường</h1>"


def test_neither_the_masthead_clock_nor_a_related_date_is_the_date() -> None:
    page = read(f"{TITLE}<div>{BODY}</div>")
    assert page.published is None
    assert page.published_stamp is None
    assert normalise(page).fields["published"].state == "broken"


def test_the_date_beside_the_title_is_the_date() -> None:
    page = read(f"{TITLE}<p><b>Hà Thu</b> | <span>17/03/2025 - 15:20</span></p><div>{BODY}</div>")
    assert page.published == "17/03/2025 - 15:20"


def test_the_metadata_tells_which_printed_date_it_is() -> None:
    head = (
        "<title>Nà Lùng hiến đất mở đường</title>"
        '<meta property="article:published_time" content="2025-03-16T09:30:00+07:00">'
    )
    dates = "<div class=date>Cập nhật: 18/03/2025 10:00</div><div>16/03/2025, 09:30</div>"
    page = read(f"{TITLE}{dates}<div>{BODY}</div>", head=head)
    assert page.published == "16/03/2025, 09:30"
    assert page.published_stamp == "2025-03-16T09:30:00+07:00"


def test_metadata_alone_gives_the_date_where_none_is_printed() -> None:
    head = '<meta property="article:published_time" content="2025-03-16T09:30:00+07:00">'
    page = read(f"{TITLE}<div>{BODY}</div>", head=head + "<title>Nà Lùng hiến đất</title>")
    article = normalise(page)
    assert page.published is None
    assert article.published == "2025-03-16T09:30:00+07:00"
    assert article.fields["published"].rule == "generic: metadata"


def test_a_page_without_a_body_of_its_own_loses_its_head() -> None:
    page = read(f"<div><p>Tin trong tỉnh</p>{TITLE}<p>17/03/2025 - 15:20</p>{BODY}</div>")
    assert page.published == "17/03/2025 - 15:20"
    assert [block.text for block in page.blocks] == list(TEXT)


def test_boxes_and_links_inside_the_body_are_no_text() -> None:
    inside = (
        '<div class="box-tinlienquan"><p>Chuyện khác của thôn bên cạnh, kể dài dòng.</p></div>'
        '<p><a href="/mot-bai-khac.html">Một bài khác của báo này</a></p>'
        '<p class="share">Chia sẻ lên mạng xã hội</p><p>Bình luận (3)</p>'
        '<div style="display:none">Chữ ẩn mà không ai thấy bao giờ</div>'
    )
    page = read(f"{TITLE}<div>{BODY}{inside}<p><strong>Hà Thu</strong></p></div>")
    assert [block.text for block in page.blocks] == list(TEXT)
    assert page.byline == "Hà Thu"


def test_a_link_in_running_text_and_a_file_stay() -> None:
    linked = TEXT[0].replace("Nà Lùng", '<a class="tag" href="/na-lung.html">Nà Lùng</a>')
    attached = '<p><a href="/van-ban/quyet-dinh-12.pdf">Toàn văn quyết định số 12</a></p>'
    page = read(f"{TITLE}<div><p>{linked}</p>{BODY}{attached}</div>")
    assert [block.text for block in page.blocks] == [TEXT[0], *TEXT, "Toàn văn quyết định số 12"]


def test_the_lead_is_what_the_description_says_and_stands_once() -> None:
    lead = "Ba gia đình ở Nà Lùng vừa ký giấy hiến đất, cả thôn cùng góp công mở đường mới."
    head = f'<title>Nà Lùng hiến đất mở đường</title><meta name="description" content="{lead}">'
    page = read(f"{TITLE}<div><p>(BT) - {lead}</p>{BODY}</div>", head=head)
    assert page.lead == f"(BT) - {lead}"
    assert [block.text for block in page.blocks] == list(TEXT)


def test_the_publisher_is_nobody_and_two_authors_are_two() -> None:
    own = '<div class="author">Báo Thử</div>'
    assert read(f"{TITLE}{own}<div>{BODY}</div>").byline is None
    two = '<div class="author"><a href="/a">HÀ THU</a> <a href="/b">LÊ NAM</a></div>'
    page = read(f"{TITLE}{two}<div>{BODY}</div>")
    assert [author.name for author in normalise(page).authors] == ["Hà Thu", "Lê Nam"]


def test_a_caption_over_the_text_is_found() -> None:
    picture = '<figure><img src="/a.jpg"><figcaption>Đoạn đường đầu thôn.</figcaption></figure>'
    page = read(f"{TITLE}<div class=whole>{picture}<div>{BODY}</div></div>")
    assert page.captions == ["Đoạn đường đầu thôn."]
    assert page.images == ["https://baothu.vn/a.jpg"]
    assert [block.text for block in page.blocks] == list(TEXT)


def test_the_template_memory_is_heeded() -> None:
    line = "Đường dây nóng của báo luôn mở cả tuần"
    template = Template(4, frozenset([form_of(line)]))
    page = read_generic(
        html(f"{TITLE}<div>{BODY}<p>{line}</p></div>"),
        URL,
        site_without_rules("baothu.vn"),
        CAPTURED,
        template=template,
    )
    assert line not in [block.text for block in page.blocks]
    assert page.reader.endswith(".t4.generic")


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"<html></html>", b"{}", b"\x00" * 50, b"<p>", b"<h1>Nothing</h1>"]
)
def test_what_is_no_article_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_generic(body, URL, site_without_rules("baothu.vn"), CAPTURED)


def test_a_soft_404_is_told_by_the_titles_that_a_site_declares() -> None:
    stated = {**vars(site_without_rules("baothu.vn")), "not_found": ["hiến đất mở đường"]}
    site = type("Declares", (Generic,), {k: v for k, v in stated.items() if k[:2] != "__"})
    with pytest.raises(NotFoundPage):
        read_generic(html(f"{TITLE}<div>{BODY}</div>"), URL, site, CAPTURED)


def test_only_a_generic_site_may_leave_out_its_selectors() -> None:
    assert site_without_rules("baothu.vn").generic
    with pytest.raises(SiteError, match="select"):
        type(
            "NoRules",
            (SiteSpider,),
            {
                "name": "norules", "title": "Báo", "province": "lao-cai", "kind": "newspaper",
                "domains": ["a.vn"], "article_url": "^/(?P<key>.+)", "feeds": ["rss"],
            },
        )  # fmt: skip


# Whatever comes


def mutated(body: bytes, chance: random.Random) -> bytes:
    """The page with pieces cut out, doubled, swapped or overwritten."""
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
def test_a_broken_page_is_read_or_unreadable_and_nothing_else(name: str) -> None:
    chance = random.Random(name)
    site = site_without_rules(all_sites()[name].domains[0])
    for sample in sample_articles(name):
        for _ in range(4):
            body = mutated(sample.body, chance)
            try:
                page = read_generic(body, sample.url, site, CAPTURED)
            except Unreadable:
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
    ],
    ids=["deep", "attributes", "one block", "spans", "unclosed"],
)
def test_hostile_markup_stays_bounded(hostile: str) -> None:
    site = site_without_rules("baothu.vn")
    try:
        page = read_generic(hostile.encode(), URL, site, CAPTURED)
    except Unreadable:
        return
    assert page.title
