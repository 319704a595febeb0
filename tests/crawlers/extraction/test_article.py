"""extract_article: fields by rule, unreadable pages, links."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.extraction.article import extract_article
from crawlers.extraction.html import (
    MAX_PAGE_BYTES,
    NotFoundPage,
    UnreadablePage,
    canonical_of,
    links_of,
)
from crawlers.spider import SiteSpider
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle, Verdict
from storage.messages.reasons_pages import PageReason
from storage.messages.reasons_warnings import WarningCode
from storage.reasons import Reason

TAKEN = datetime(2025, 4, 7, 18, 30, tzinfo=UTC)
URL = "https://alpha.vn/tin/314-mo-duong.html"
FIRST = "Bà con thôn Suối Vàng ra đồng từ sớm, ai cũng mang theo cuốc và một bữa cơm nắm."
SECOND = "Đến trưa, nước đã về tới thửa ruộng cuối cùng của thôn, không ai phải chờ tới lượt."


class Alpha(SiteSpider):
    name = "alpha"
    title = "Báo Alpha"
    province = "lao-cai"
    kind = "newspaper"
    domains = ["alpha.vn"]
    article_url = r"^/tin/(?P<key>\d+)-[^/?]*\.html"
    listing_url = "{root}/{section}/"
    sections = ["thoi-su"]
    select = {
        "title": ["h1.tit", "h1"],
        "published": ["time.ngay", ".ngay"],
        "updated": [".capnhat"],
        "lead": [".sapo"],
        "body": [".noidung", ".du-phong"],
        "byline": [".tacgia"],
        "source": [".nguon"],
        "section": [".muc a"],
        "tags": [".the a"],
    }
    posting_account = [".dang"]
    exclude = [".ad"]
    not_found = ["Không tìm thấy trang"]


class First(Alpha):
    name = "alpha_first"
    lead_is = "first_paragraph"


class Kept(Alpha):
    name = "alpha_kept"
    lead_is = "first_paragraph_kept"


def page(body: str = f"<p>{FIRST}</p><p>{SECOND}</p>", *, head: str = "", before: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>"
        f"<h1 class='tit'>Mở đường</h1>{before}<div class='noidung'>{body}</div></body></html>"
    )


def read(html: str, site: type[SiteSpider] = Alpha, url: str = URL) -> RawArticle:
    return extract_article(html.encode(), url, site, TAKEN, "text/html; charset=utf-8")


def texts(raw: RawArticle) -> list[str]:
    return [block.text for block in raw.blocks]


def test_every_field_is_extracted_by_its_rule() -> None:
    raw = read(
        page(
            f"<p>{FIRST}</p><p>{SECOND}</p><p class='dang'>admin</p><img src='/a.jpg'>",
            before="<p class='muc'><a>Xã hội</a></p><time class='ngay' datetime='2025-04-07T08:15'>"
            "07/04/2025</time><i class='capnhat'>08/04/2025</i><h2 class='sapo'>Góp công.</h2>"
            "<b class='tacgia'>Hà Thu</b><i class='nguon'>Theo TTXVN</i>"
            "<p class='the'><a>#mương</a><a>nước</a><a>mương</a></p>",
            head=f"<link rel='canonical' href='{URL}'>",
        )
    )
    assert raw.key == "314"
    assert raw.title == "Mở đường"
    assert (raw.published, raw.published_stamp) == ("07/04/2025", "2025-04-07T08:15")
    assert raw.updated == "08/04/2025"
    assert (raw.lead, raw.byline, raw.source) == ("Góp công.", "Hà Thu", "Theo TTXVN")
    assert (raw.section, raw.tags) == ("Xã hội", ["mương", "nước"])
    assert raw.posting_account == "admin"
    assert raw.images == ["https://alpha.vn/a.jpg"]
    assert raw.canonical == URL
    assert texts(raw) == [FIRST, SECOND]
    assert raw.rules["title"] == "h1.tit"
    assert raw.rules["body"] == ".noidung"
    assert raw.extractor_version == Alpha.extractor_version


def test_age_beside_a_date_for_machines_is_no_dispute() -> None:
    stamp = "2025-03-02T08:15:00+07:00"
    head = f"<meta property='article:published_time' content='{stamp}'>"
    raw = read(
        page(head=head, before=f"<time class='ngay' datetime='{stamp}'>36 ngày trước</time>")
    )
    assert (raw.published, raw.verdicts["published"]) == (stamp, Verdict.CONFIRMED)


def test_label_that_is_only_read_aloud_is_no_part_of_a_field() -> None:
    author = "<b class='tacgia'><span class='screen-reader-text'>Author</span> <a>Hà Thu</a></b>"
    assert read(page(before=author)).byline == "Hà Thu"


def test_first_rule_with_text_wins() -> None:
    html = page().replace("<h1 class='tit'>Mở đường</h1>", "<h1 class='tit'> </h1><h1>Hai</h1>")
    raw = read(html)
    assert raw.title == "Hai"
    assert raw.rules["title"] == "h1"


def test_longest_body_wins() -> None:
    html = page().replace(
        "<div class='noidung'>", "<div class='noidung'>x</div><div class=noidung>"
    )
    assert texts(read(html)) == [FIRST, SECOND]


def test_second_body_rule_is_a_fallback() -> None:
    html = page().replace("noidung", "du-phong")
    assert read(html).rules["body"] == ".du-phong"


@pytest.mark.parametrize("title", ["Mở đường", "MỞ ĐƯỜNG"])
def test_repeated_title_is_removed_from_the_body(title: str) -> None:
    assert texts(read(page(f"<h2>{title}</h2><p>{FIRST}</p><p>{SECOND}</p>"))) == [FIRST, SECOND]


def test_repeated_lead_is_removed_from_the_body() -> None:
    html = page(before=f"<p class='sapo'>{FIRST}</p>")
    assert texts(read(html)) == [SECOND]


def test_first_paragraph_is_the_lead() -> None:
    raw = read(page(), First)
    assert (raw.lead, texts(raw)) == (FIRST, [SECOND])
    assert raw.rules["lead"] == "first paragraph"


@pytest.mark.parametrize("site", [Alpha, First, Kept])
def test_lead_never_stands_again_in_the_body(site: type[SiteSpider]) -> None:
    raw = read(page(before=f"<p class='sapo'>{FIRST}</p>"), site)
    assert (raw.lead, texts(raw)) == (FIRST, [SECOND])


def test_subhead_is_not_the_lead() -> None:
    raw = read(page(f"<h2>Giữ nghề</h2><p>{FIRST}</p><p>{SECOND}</p>"), First)
    assert raw.lead is None
    assert texts(raw) == ["Giữ nghề", FIRST, SECOND]


def test_byline_and_source_at_the_end_of_the_body() -> None:
    raw = read(page(f"<p>{FIRST}</p><p>{SECOND}</p><p>Hà Thu</p><p>Theo TTXVN</p>"))
    assert (raw.byline, raw.source) == ("Hà Thu", "Theo TTXVN")
    assert raw.rules["byline"] == raw.rules["source"] == "end of body"


def test_byline_rule_precedes_the_end_of_the_body() -> None:
    html = page(f"<p>{FIRST}</p><p>{SECOND}</p><p>H.T</p>", before="<b class='tacgia'>Hà Thu</b>")
    assert read(html).byline == "Hà Thu"
    assert texts(read(html)) == [FIRST, SECOND]


def test_end_of_the_body_may_name_more_authors_than_the_head() -> None:
    credits = "<p>Nội dung: Hà Thu<br>Ảnh: Duy Khánh</p>"
    html = page(f"<p>{FIRST}</p><p>{SECOND}</p>{credits}", before="<b class='tacgia'>Hà Thu</b>")
    assert [author.name for author in normalise(read(html)).authors] == ["Hà Thu", "Duy Khánh"]
    other = page(f"<p>{FIRST}</p><p>{SECOND}</p>{credits}", before="<b class='tacgia'>An Vy</b>")
    assert read(other).byline == "An Vy"


def test_byline_above_the_pager_of_a_long_article() -> None:
    pager = "<span>1</span> <a>2</a> <a>Trang sau</a>"
    raw = read(page(f"<p>{FIRST}</p><p>{SECOND}</p><p><b>Hà Thu - An Vy</b></p><p>{pager}</p>"))
    assert (raw.byline, texts(raw)) == ("Hà Thu - An Vy", [FIRST, SECOND])


def test_heading_of_a_list_with_nothing_below_is_left_out() -> None:
    raw = read(page("<p>Gió giật</p><p>Mưa to</p><h3>Tin liên quan</h3>"))
    assert texts(raw) == ["Gió giật", "Mưa to"]


def test_images_lazy_excluded_and_malformed() -> None:
    raw = read(
        page(
            f"<p>{FIRST}</p><img data-src='b.jpg' src='data:image/gif;base64,R0'>"
            "<img data-original='//cdn.alpha.vn/c.jpg'><img src='b.jpg'><img>"
            "<p class='ad'><img src='ad.jpg'></p><img src='http://[kaputt'>"
        )
    )
    assert raw.images[:2] == ["https://alpha.vn/tin/b.jpg", "https://cdn.alpha.vn/c.jpg"]
    assert not any("ad.jpg" in image for image in raw.images)


def test_page_with_only_a_picture_is_an_article() -> None:
    figure = "<figure><img src='a.jpg'><figcaption>Nước về ruộng</figcaption></figure>"
    raw = read(page(figure))
    assert (raw.blocks, raw.captions) == ([], ["Nước về ruộng"])


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("", "empty body"),
        ("   \n", "empty body"),
        ("<html></html>", "no title"),
        ("<html><body><p>Một</p></body></html>", "no title"),
        ("<h1>Mở đường</h1><p>Một</p>", "no body"),
        ("<h1>Mở đường</h1><div class='noidung'> <br>&nbsp;</div>", "the body is empty"),
        ("<!-- nothing -->", "no"),
        ("\x00", "no"),
        ("<?xml version='1.0'?><rss></rss>", "no"),
    ],
)
def test_unreadable_page_has_a_reason(html: str, reason: str) -> None:
    with pytest.raises(UnreadablePage, match=reason):
        read(html)


def test_too_large_page_is_not_parsed() -> None:
    with pytest.raises(UnreadablePage, match="more than"):
        extract_article(b" " * MAX_PAGE_BYTES + b"<p>", URL, Alpha, TAKEN)


def test_not_found_page_of_the_site() -> None:
    html = page().replace("Mở đường", "404 - Không tìm thấy trang")
    with pytest.raises(NotFoundPage) as caught:
        read(html)
    assert caught.value.reason.code == PageReason.NOT_FOUND_PAGE


def test_decoding_warning_is_in_the_record() -> None:
    raw = extract_article(page().encode(), URL, Alpha, TAKEN, "text/html; charset=windows-1258")
    assert raw.warnings == [Reason(WarningCode.ENCODING_DECLARED_WRONGLY, declared="cp1258")]
    assert normalise(raw).warnings == tuple(raw.warnings)


def test_metadata_is_the_fallback_for_the_title() -> None:
    html = page(head="<meta property='og:title' content='Mở đường'>").replace(
        "<h1 class='tit'>Mở đường</h1>", ""
    )
    assert read(html).title == "Mở đường"


@pytest.mark.parametrize(
    "json",
    [
        "{",
        "[]",
        "null",
        "3",
        '"x"',
        '[[{"@type": "NewsArticle"}]]',
        '{"@type": ["NewsArticle", "Thing"], "headline": "Mở đường"}',
        '{"@type": {"a": 1}}',
        '{"@type": "NewsArticle", "headline": {"a": 1}, "author": [[]], "datePublished": 20250407}',
        '{"@type": "NewsArticle", "author": {"@type": ["Person"], "name": ["x"]}}',
        '{"@graph": [1, null, {"@type": "NewsArticle", "headline": "\\ud800"}]}',
        '{"@graph": {"@graph": []}}',
        "[" * 5000,
        "9" * 10_000,
    ],
    ids=range(14),
)
def test_malformed_metadata_is_ignored(json: str) -> None:
    html = page(head=f"<script type='application/ld+json'>{json}</script>")
    raw = read(html)
    assert raw.title == "Mở đường"
    assert texts(raw) == [FIRST, SECOND]
    normalise(raw)


def test_contradicting_metadata_is_a_warning() -> None:
    html = page(
        head="<meta property='og:title' content='Đóng đường'>"
        "<meta property='article:published_time' content='2025-03-01T08:15:00+07:00'>",
        before="<p class='ngay'>07/04/2025 08:15</p>",
    )
    article = normalise(read(html))
    assert article.title == "Mở đường"
    assert article.published == "2025-04-07T08:15:00+07:00"
    assert [warning.code for warning in article.warnings] == [
        WarningCode.TITLE_DIFFERS_FROM_METADATA,
        WarningCode.PUBLISHED_DIFFERS_FROM_METADATA,
    ]


class TestStates:
    """A field is a value, absent (the site never prints it) or broken (it is missing)."""

    @staticmethod
    def states(html: str, site: type[SiteSpider] = Alpha) -> dict[str, Any]:
        return {f: state.state for f, state in normalise(read(html, site)).fields.items()}

    def test_missing_date_is_broken(self) -> None:
        assert self.states(page())["published"] == "broken"

    def test_missing_date_is_absent_if_the_site_prints_none(self) -> None:
        silent = type("Silent", (Alpha,), {"name": "alpha_silent", "absent": {"published"}})
        assert self.states(page(), silent)["published"] == "absent"

    @pytest.mark.parametrize("raw", ["31/02/2025", "07/04/2031", "sắp tới", "01/01/1970"])
    def test_impossible_date_is_broken(self, raw: str) -> None:
        states = self.states(page(before=f"<p class='ngay'>{raw}</p>"))
        assert states["published"] == "broken"

    def test_field_has_the_rule_that_matched(self) -> None:
        fields = normalise(read(page(before="<b class='tacgia'>Hà Thu</b>"))).fields
        assert (fields["byline"].state, fields["byline"].rule) == ("value", ".tacgia")
        assert (fields["source"].state, fields["source"].rule) == ("absent", None)


def test_links_are_absolute_and_unique() -> None:
    html = (
        "<a href='/tin/1-a.html'>1</a><a href='2-b.html#x'>2</a><a href='/tin/1-a.html'>1</a>"
        "<a href='javascript:void(0)'>j</a><a href='mailto:a@alpha.vn'>m</a><a>n</a>"
        "<a href='//beta.vn/x'>b</a><a href='http://[kaputt'>k</a><a href=''>e</a>"
    )
    links = links_of(html.encode(), "https://alpha.vn/tin/")
    assert links[:2] == ["https://alpha.vn/tin/1-a.html", "https://alpha.vn/tin/2-b.html#x"]
    assert "https://beta.vn/x" in links
    assert len(links) == len(set(links))
    assert all(link.startswith("http") for link in links)


def test_links_of_an_empty_page() -> None:
    with pytest.raises(UnreadablePage):
        links_of(b"", URL)


def test_canonical_link_or_og_url() -> None:
    link = f"<link rel='canonical' href='{URL}'>"
    tag = "<meta property='og:url' content='https://alpha.vn/og'>"
    assert canonical_of(f"<head>{tag}{link}</head>".encode()) == URL
    assert canonical_of(f"<head>{tag}</head>".encode()) == "https://alpha.vn/og"
    assert canonical_of(b"<head><link rel='canonical'></head>") is None


def test_base_href_is_the_base_of_relative_links() -> None:
    """Of images, of the canonical link and of links to other articles (HTML, section 4.2.3)."""
    html = page(
        f"<p>{FIRST}</p><p><a href='tin/99-cau-moi.html'>Cầu mới</a></p>"
        f"<p><img src='anh/1.jpg'></p><p>{SECOND}</p>",
        head="<base href='/'><link rel='canonical' href='tin/314-mo-duong.html'>",
    )
    raw = read(html)
    assert raw.images == ["https://alpha.vn/anh/1.jpg"]
    assert raw.canonical == URL
    assert texts(raw) == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("base", "link"),
    [
        ("https://beta.vn/b/", "https://beta.vn/b/1.html"),
        ("../", "https://alpha.vn/1.html"),
        ("", "https://alpha.vn/tin/1.html"),
        ("javascript:0", "https://alpha.vn/tin/1.html"),
        ("http://[x", "https://alpha.vn/tin/1.html"),
    ],
)
def test_base_href_of_a_listing(base: str, link: str) -> None:
    html = f"<head><base href='{base}'></head><a href='1.html'>x</a>"
    assert links_of(html.encode(), "https://alpha.vn/tin/") == [link]
