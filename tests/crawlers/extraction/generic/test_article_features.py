"""The generic extractor on small pages, one feature each: date, body, lead, authors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crawlers.extraction.generic.article import extract_generic_article
from crawlers.extraction.html import NotFoundPage, UnreadablePage
from crawlers.platforms.generic import Generic
from crawlers.site_error import SiteError
from crawlers.spider import SiteSpider
from pipelines.boilerplate.detector import Boilerplate, line_hash
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from storage.timezone import VIETNAM

WithoutRules = Callable[[str], type[SiteSpider]]
Read = Callable[..., RawArticle]
CAPTURED = datetime(2025, 3, 20, tzinfo=UTC)
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
TITLE = "<h1>Nà Lùng hiến đất mở đường</h1>"
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


@pytest.fixture
def read(without_rules: WithoutRules) -> Read:
    """Return a function from the markup of an article (and its head) to the raw article."""

    def reading(article: str, url: str = URL, **head: str) -> RawArticle:
        return extract_generic_article(
            html(article, **head), url, without_rules("baothu.vn"), CAPTURED
        )

    return reading


def test_masthead_clock_and_related_dates_are_skipped(read: Read) -> None:
    page = read(f"{TITLE}<div>{BODY}</div>")
    assert page.published is None
    assert page.published_stamp is None
    assert normalise(page).fields["published"].state == "broken"


@pytest.mark.parametrize(
    "row",
    [
        "<div class=share-bar><i class=pubdate>18/03/2025 - 07:30</i><a href=#>Chia sẻ</a></div>",
        "<div><b class=cat><a href=/xa>Xã hội</a></b> <i class=time>18/03/2025 07:30</i></div>",
        "<div><b class=author>Hà An</b><span class=date>18/03/2025 07:30</span></div>",
        "<footer class=node__meta><b>Hà An</b> <i>Đăng lúc 18/03/2025 - 07:30</i></footer>",
        "<ul><li>18/03/2025 - 07:30</li><li>Hà An</li></ul>",
        "<div class=share-top><a class=author>Hà An</a> <i class=time>- 18/03/2025 07:30</i></div>",
    ],
)
def test_date_beside_buttons_a_section_or_an_author(read: Read, row: str) -> None:
    post = "<blockquote>Đăng bởi Nà Lùng vào Thứ Hai, 3 tháng 3, 2025</blockquote>"
    article = normalise(read(f"{TITLE}{row}<div>{BODY}{post}</div>"))
    assert article.published == "2025-03-18T07:30:00+07:00"


MENU = "".join(f"<div><a href='/muc-{n}'>Mục số {n}</a></div>" for n in range(4))


@pytest.mark.parametrize(
    "above",
    [
        "<div>Cập nhật lúc {now}</div>",
        "<div>{now}</div>",
        f"<div>Cập nhật lúc 06:10 ngày 19/03/2025</div>{MENU}",
        f"<div>Thứ Tư, ngày 19/03/2025</div>{MENU}",
        "<header><div>Cập nhật lúc 06:10 ngày 19/03/2025</div></header>",
    ],
)
def test_clock_above_the_title_is_no_date(read: Read, above: str) -> None:
    """The time of the capture, or a time of update above the menu or in the masthead."""
    now = CAPTURED.astimezone(VIETNAM).strftime("%H:%M ngày %d/%m/%Y")
    assert read(f"{above.format(now=now)}{TITLE}<div>{BODY}</div>").published is None


@pytest.mark.parametrize(
    "page",
    [
        "<div>Cập nhật lúc 06:10 ngày 19/03/2025</div>{title}{text}",
        "{menu}<header><p>Cập nhật lúc 06:10 ngày 19/03/2025</p>{title}</header>{text}",
        "{title}<p>Cập nhật lúc 06:10 ngày 19/03/2025</p>{text}",
    ],
)
def test_time_of_update_beside_the_title_is_the_date(read: Read, page: str) -> None:
    html = page.format(title=TITLE, menu=MENU, text=f"<div>{BODY}</div>")
    assert read(html).published == "Cập nhật lúc 06:10 ngày 19/03/2025"


def test_dates_of_appointments_and_of_other_documents_are_not_the_page_s(read: Read) -> None:
    items = "<p>- Căn cứ Quy định ngày 18/02/2019;</p><p>- Thời gian: 8 giờ 00, ngày 25/3/2025.</p>"
    assert read(f"<div>{TITLE}{items}{BODY}</div>").published is None


def test_day_of_the_capture_above_the_title_is_no_date_if_another_is_below(read: Read) -> None:
    today = "<div class=ngay>Hôm nay, Thứ năm ngày 20 tháng 3 năm 2025</div>"
    page = read(f"{today}{TITLE}<p>Cập nhật: 19/03/2025 3:22:10 CH</p><div>{BODY}</div>")
    assert page.published == "Cập nhật: 19/03/2025 3:22:10 CH"
    assert read(f"{today}{TITLE}<div>{BODY}</div>").published is not None


def test_date_beside_the_title_is_extracted(read: Read) -> None:
    page = read(f"{TITLE}<p><b>Hà Thu</b> | <span>17/03/2025 - 15:20</span></p><div>{BODY}</div>")
    assert page.published == "17/03/2025 - 15:20"


def test_metadata_selects_the_printed_date(read: Read) -> None:
    head = (
        "<title>Nà Lùng hiến đất mở đường</title>"
        '<meta property="article:published_time" content="2025-03-16T09:30:00+07:00">'
    )
    dates = "<div class=date>Cập nhật: 18/03/2025 10:00</div><div>16/03/2025, 09:30</div>"
    page = read(f"{TITLE}{dates}<div>{BODY}</div>", head=head)
    assert page.published == "16/03/2025, 09:30"
    assert page.published_stamp == "2025-03-16T09:30:00+07:00"


def test_metadata_is_the_fallback_for_the_date(read: Read) -> None:
    head = '<meta property="article:published_time" content="2025-03-16T09:30:00+07:00">'
    page = read(f"{TITLE}<div>{BODY}</div>", head=head + "<title>Nà Lùng hiến đất</title>")
    article = normalise(page)
    assert page.published is None
    assert article.published == "2025-03-16T09:30:00+07:00"
    assert article.fields["published"].rule == "generic: metadata"


def test_head_is_removed_from_a_page_without_body_element(read: Read) -> None:
    page = read(f"<div><p>Tin trong tỉnh</p>{TITLE}<p>17/03/2025 - 15:20</p>{BODY}</div>")
    assert page.published == "17/03/2025 - 15:20"
    assert [block.text for block in page.blocks] == list(TEXT)


@pytest.mark.parametrize(
    "row",
    [
        "<p>Lượt xem: 1.234 Cỡ chữ: A- A A+</p><p>17/03/2025 - 15:20</p>",
        "<p>Xem: 12 | In bài | Gửi email</p><p>17/03/2025 - 15:20</p>",
        "<h2>Thôn Nà Lùng họp bàn mở con đường nối hai xóm trước mùa mưa.</h2><p>17/03/2025</p>",
    ],
    ids=["counter and font size", "counter and buttons", "lead above the date"],
)
def test_head_without_classes_is_no_text(read: Read, row: str) -> None:
    lead = "Thôn Nà Lùng họp bàn mở con đường nối hai xóm trước mùa mưa."
    head = f'<title>Báo Thử</title><meta property="og:description" content="{lead}">'
    imprint = "<p>Ban biên tập giữ bản quyền nội dung trên website này.</p>"
    page = read(f"<div>{TITLE}{row}{BODY}<p>Tác giả: Hà Thu</p>{imprint}</div>", head=head)
    assert [block.text for block in page.blocks] == list(TEXT)
    assert page.byline == "Tác giả: Hà Thu"


def test_title_without_heading_or_class_is_known_by_the_address(read: Read) -> None:
    """Other headings of the page, a breadcrumb that repeats the title, and no useful <title>."""
    title = "Nà Lùng hiến đất làm đường liên thôn"
    above = f"<h1>Quy hoạch</h1><p>Trang chủ</p><div>{title}</div><h1>Đầu tư công</h1>"
    page = read(
        f"{above}<div><span>{title}</span></div>{BODY}<h1>Liên kết</h1>",
        head="<title>Báo Thử</title>", url="https://baothu.vn/na-lung-hien-dat-lam-duong-lien-thon",
    )  # fmt: skip
    assert (page.title, page.rules["title"]) == (title, "generic: with the words of the URL")
    assert [block.text for block in page.blocks] == list(TEXT)


def test_caption_in_a_table_is_no_lead(read: Read) -> None:
    caption = "Con đường nối hai xóm của thôn Nà Lùng sau trận mưa đầu mùa"
    picture = (
        f"<table><tr><td><img src=a.jpg></td></tr><tr><td class=desc>\n{caption}</td></tr></table>"
    )
    page = read(f"{TITLE}<div>{picture}{BODY}</div>")
    assert page.lead != caption
    assert page.captions == [caption]


@pytest.mark.parametrize(
    ("below", "byline", "source"),
    [
        ("<p>Hà Thu</p><p>Theo Báo Lào Cai</p>", "Hà Thu", "Theo Báo Lào Cai"),
        ("<h3>Thời Tiết</h3><p>Hà Thu</p>", None, None),
        ("<p>Lào Cai</p>", None, None),
    ],
    ids=["name and source", "heading", "place"],
)
def test_name_and_source_right_under_the_body_element(
    read: Read, below: str, byline: str | None, source: str | None
) -> None:
    page = read(f"<div>{TITLE}<div class=noidung>{BODY}</div><div>{below}</div></div>")
    assert (page.byline, page.source) == (byline, source)
    assert [block.text for block in page.blocks] == list(TEXT)


def test_boxes_and_links_in_the_body_are_no_text(read: Read) -> None:
    inside = (
        '<div class="box-tinlienquan"><p>Chuyện khác của thôn bên cạnh, kể dài dòng.</p></div>'
        '<p><a href="/mot-bai-khac.html">Một bài khác của báo này</a></p>'
        '<p class="share">Chia sẻ lên mạng xã hội</p><p>Bình luận (3)</p>'
        '<div style="display:none">Chữ ẩn mà không ai thấy bao giờ</div>'
    )
    page = read(f"{TITLE}<div>{BODY}{inside}<p><strong>Hà Thu</strong></p></div>")
    assert [block.text for block in page.blocks] == list(TEXT)
    assert page.byline == "Hà Thu"


def test_links_in_text_and_to_files_are_kept(read: Read) -> None:
    linked = TEXT[0].replace("Nà Lùng", '<a class="tag" href="/na-lung.html">Nà Lùng</a>')
    attached = '<p><a href="/van-ban/quyet-dinh-12.pdf">Toàn văn quyết định số 12</a></p>'
    page = read(f"{TITLE}<div>{BODY}<p>{linked}</p>{attached}</div>")
    assert [block.text for block in page.blocks] == [*TEXT, TEXT[0], "Toàn văn quyết định số 12"]


def test_date_beside_the_author_in_one_line(read: Read) -> None:
    head = (
        '<div><span class="sc-longform-header-date">19/03/2025 08:15</span> '
        '<span class="sc-longform-header-author">Nhóm phóng viên</span></div>'
    )
    assert read(f"{TITLE}{head}{BODY}").published == "19/03/2025 08:15"


def test_description_of_a_picture_is_no_lead(read: Read) -> None:
    picture = (
        '<table><tr><td><img src="/a.jpg"></td></tr><tr><td class="image_desc">Chị Lài đan lưới '
        "trước hiên nhà lúc chiều muộn. Ảnh: Quỳnh Chi</td></tr></table>"
    )
    page = read(f"{TITLE}<p>{TEXT[0]}</p><p>{TEXT[1]}</p>{picture}<p>{TEXT[2]}</p>")
    assert page.lead is None
    assert page.captions == ["Chị Lài đan lưới trước hiên nhà lúc chiều muộn. Ảnh: Quỳnh Chi"]


def test_lead_equals_the_description_and_is_removed_from_the_body(read: Read) -> None:
    lead = "Ba gia đình ở Nà Lùng vừa ký giấy hiến đất, cả thôn cùng góp công mở đường mới."
    head = f'<title>Nà Lùng hiến đất mở đường</title><meta name="description" content="{lead}">'
    page = read(f"{TITLE}<div><p>(BT) - {lead}</p>{BODY}</div>", head=head)
    assert page.lead == f"(BT) - {lead}"
    assert [block.text for block in page.blocks] == list(TEXT)


def test_publisher_is_no_author_and_two_authors_are_both_extracted(read: Read) -> None:
    own = '<div class="author">Báo Thử</div>'
    assert read(f"{TITLE}{own}<div>{BODY}</div>").byline is None
    two = '<div class="author"><a href="/a">HÀ THU</a> <a href="/b">LÊ NAM</a></div>'
    page = read(f"{TITLE}{two}<div>{BODY}</div>")
    assert [author.name for author in normalise(page).authors] == ["Hà Thu", "Lê Nam"]


@pytest.mark.parametrize(
    ("credit", "authors", "source"),
    [
        ("<div><a href=/tac-gia/ha-an-12.htm>Hà An</a></div>", ["Hà An"], None),
        ("<p class=author>Hà An</p><p class=source>Nhịp Sống Bản</p>", ["Hà An"], "Nhịp Sống Bản"),
        ("<p class=author>Theo Hà An</p><p class=source>Báo Xa</p>", ["Hà An"], "Báo Xa"),
        ("<div class=author-top><a class=author>Hà An</a> 07:30</div>", ["Hà An"], None),
        ("<div class=tin-khac><a href=/tac-gia/ha-an-12.htm>Hà An</a></div>", [], None),
    ],
)
def test_author_by_a_link_or_beside_the_source(
    read: Read, credit: str, authors: list[str], source: str | None
) -> None:
    article = normalise(read(f"{TITLE}<div class=text>{BODY}</div>{credit}"))
    assert [author.name for author in article.authors] == authors
    assert (article.source and article.source.name) == source
    assert len(article.body) == len(TEXT)


def test_heading_that_the_metadata_reorder_is_the_title(read: Read) -> None:
    head = '<meta property="og:title" content="Mở đường Nà Lùng: hiến đất"><title>Báo Thử</title>'
    page = read(f"{TITLE}<div>{BODY}</div><h1>Nà Lùng xưa</h1>", head=head)
    assert page.title == "Nà Lùng hiến đất mở đường"


def test_caption_above_the_text_is_extracted(read: Read) -> None:
    picture = '<figure><img src="/a.jpg"><figcaption>Đoạn đường đầu thôn.</figcaption></figure>'
    page = read(f"{TITLE}<div class=whole>{picture}<div>{BODY}</div></div>")
    assert page.captions == ["Đoạn đường đầu thôn."]
    assert page.images == ["https://baothu.vn/a.jpg"]
    assert [block.text for block in page.blocks] == list(TEXT)


def test_boilerplate_lines_are_removed(without_rules: WithoutRules) -> None:
    line = "Đường dây nóng của báo luôn mở cả tuần"
    template = Boilerplate(4, frozenset([line_hash(line)]))
    page = extract_generic_article(
        html(f"{TITLE}<div>{BODY}<p>{line}</p></div>"),
        URL,
        without_rules("baothu.vn"),
        CAPTURED,
        boilerplate=template,
    )
    assert line not in [block.text for block in page.blocks]
    assert page.extractor_version.endswith(".t4.generic")


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"<html></html>", b"{}", b"\x00" * 50, b"<p>", b"<h1>Nothing</h1>"]
)
def test_page_without_article_is_unreadable(body: bytes, without_rules: WithoutRules) -> None:
    with pytest.raises(UnreadablePage):
        extract_generic_article(body, URL, without_rules("baothu.vn"), CAPTURED)


def test_not_found_title_is_a_soft_404(without_rules: WithoutRules) -> None:
    stated = {**vars(without_rules("baothu.vn")), "not_found": ["hiến đất mở đường"]}
    site = type("Declares", (Generic,), {k: v for k, v in stated.items() if k[:2] != "__"})
    with pytest.raises(NotFoundPage):
        extract_generic_article(html(f"{TITLE}<div>{BODY}</div>"), URL, site, CAPTURED)


def test_only_a_generic_site_needs_no_selectors(without_rules: WithoutRules) -> None:
    assert without_rules("baothu.vn").generic
    with pytest.raises(SiteError, match="select"):
        type(
            "NoRules",
            (SiteSpider,),
            {
                "name": "norules", "title": "Báo", "province": "lao-cai", "kind": "newspaper",
                "domains": ["a.vn"], "article_url": "^/(?P<key>.+)", "feeds": ["rss"],
            },
        )  # fmt: skip


@pytest.mark.parametrize("place", ["outside", "inside"])
def test_marked_lead_is_read_if_the_description_says_something_else(read: Read, place: str) -> None:
    lead = "Ba gia đình ở Nà Lùng ký giấy hiến gần bốn trăm mét vuông đất vườn để mở rộng đường."
    sapo = f'<p class="detail-sapo">{lead}</p>'
    text = f"<article>{sapo}{BODY}</article>" if place == "inside" else f"{sapo}<div>{BODY}</div>"
    head = (
        "<title>Nà Lùng hiến đất mở đường - Báo Thử</title>"
        '<meta name="description" content="Báo Thử đưa tin nhanh trong tỉnh và trong nước.">'
    )
    page = read(TITLE + text, head=head)
    assert page.lead == lead
    assert [block.text for block in page.blocks] == list(TEXT)


def test_short_article_in_an_element_with_a_body_s_name_is_read(read: Read) -> None:
    licence = "".join(
        f"<p>Bản dịch của giấy phép chung, điều {i}. {TEXT[i % 4]}</p>" for i in range(9)
    )
    credits = (
        "<div><p class='text-right'><strong>Tác giả: </strong>Mã Thị Sao</p>"
        "<p class='text-right'><strong>Nguồn tin: </strong>Văn phòng Huyện ủy</p></div>"
    )
    figure = "<figure><img src='/a.jpg'><figcaption>Con đường đang mở.</figcaption></figure>"
    body = f"<div id='news-bodyhtml'><div>{TEXT[1]}</div></div>"
    page = read(
        f"<div>{TITLE}<div>{figure}</div>{body}{credits}</div><div class='block'>{licence}</div>"
    )
    assert [block.text for block in page.blocks] == [TEXT[1]]
    assert page.captions == ["Con đường đang mở."]
    article = normalise(page)
    assert [author.name for author in article.authors] == ["Mã Thị Sao"]
    assert article.source is not None
    assert article.source.name == "Văn phòng Huyện ủy"


def test_link_of_a_date_to_its_own_page_is_no_section(read: Read) -> None:
    """WordPress's themes link the date to the article; the path of one at the root is no folder."""
    date = f"<p>Ngày đăng: <a href='{URL}'>19/03/2025</a></p>"
    raw = read(f"<article>{TITLE}{date}{BODY}</article>")
    assert raw.published == "19/03/2025"
    assert raw.section is None


@pytest.mark.parametrize(
    ("classes", "is_text"),
    [
        ("hidden d-none", False),
        ("d-none d-md-block", True),
        ("hidden md:block", True),
        ("md:hidden", True),
        ("", True),
    ],
)
def test_box_that_a_class_hides_is_no_text(read: Read, classes: str, is_text: bool) -> None:
    box = f"<div class='{classes}'><p>Ảnh tạm của trang, không có chú thích nào.</p></div>"
    box += f"<span class='{classes}' itemprop='url'>https://baothu.vn/anh/tam</span>"
    page = read(
        f"<div>{TITLE}<p>{TEXT[0]}</p>{box}{''.join(f'<p>{t}</p>' for t in TEXT[1:])}</div>"
    )
    for hidden in ("Ảnh tạm", "anh/tam"):
        assert any(hidden in block.text for block in page.blocks) == is_text


def test_heading_that_is_the_lead_with_more_words_is_no_subhead(read: Read) -> None:
    longer = TEXT[0].removesuffix(".") + "; đoạn dốc nhất nằm ngay cửa nhà văn hóa."
    text = f"<p class='sapo'>{TEXT[0]}</p><div class='cms-body'><h2>{longer}</h2>"
    page = read(f"{TITLE}{text}<p>{TEXT[1]}</p><p>{TEXT[2]}</p></div>")
    assert page.lead == TEXT[0]
    assert [block.text for block in page.blocks] == [TEXT[1], TEXT[2]]


def test_paragraph_that_goes_on_where_the_lead_ends_is_kept(read: Read) -> None:
    """The newsroom may have added a sentence."""
    longer = f"{TEXT[0]} Hôm sau trời tạnh."
    lead = f"<p class='sapo'>{TEXT[0]}</p>"
    page = read(f"{TITLE}{lead}<div>{''.join(f'<p>{t}</p>' for t in (longer, *TEXT[1:]))}</div>")
    texts = [page.lead, *(block.text for block in page.blocks)]
    assert longer in texts


def test_caption_by_its_class_below_a_title_that_is_no_heading(read: Read) -> None:
    title = "<div class=tieude>Nà Lùng hiến đất mở đường</div>"
    picture = "<div><img src=a.jpg><div class=caption>Con đường mới của thôn</div></div>"
    page = read(f"<div>{title}{picture}<div class=text>{BODY}</div></div>")
    assert page.captions == ["Con đường mới của thôn"]
    assert [block.text for block in page.blocks] == list(TEXT)


def test_date_that_links_to_its_archive(read: Read) -> None:
    date = "<div class=meta>Posted on <a href=/2025/03/><time>19/03/2025</time></a> by admin</div>"
    assert read(f"<article>{TITLE}{date}{BODY}</article>").published == "19/03/2025"


def test_initials_of_the_posting_account_are_no_author(read: Read) -> None:
    box = "<div class=metadata-author><div class=asset-avatar><span>QT</span></div></div>"
    assert read(f"<article>{TITLE}{box}{BODY}</article>").byline is None


def test_live_report_of_short_entries_keeps_its_times(read: Read) -> None:
    entries = [("11:20", TEXT[0][:50] + "."), ("10:05", TEXT[1]), ("08:00", "Bà con đến đông đủ.")]
    items = "".join(f"<li><span>{time}</span><p>{text}</p></li>" for time, text in entries)
    page = read(f"{TITLE}<div class=date>19/03/2025 11:25</div><ul>{items}</ul>")
    assert [block.text for block in page.blocks] == [text for entry in entries for text in entry]


def test_day_below_labelled_credits_is_no_text(read: Read) -> None:
    credit = "<div>Nội dung: Hà Thu</div><div>Ảnh: Lê Nam</div>"
    page = read(f"{TITLE}<div>{BODY}{credit}<div>18/03/2025</div></div>")
    assert [author.name for author in normalise(page).authors] == ["Hà Thu", "Lê Nam"]
    assert [block.text for block in page.blocks] == list(TEXT)
    dated = read(f"{TITLE}<div>{BODY}<p>18/03/2025</p></div>")  # below no credits
    assert dated.blocks[-1].text == "18/03/2025"


@pytest.mark.parametrize(
    ("head", "published", "byline"),
    [
        ("<div>Hà Thu<br>18/03/2025 - 10:00</div>", "18/03/2025 - 10:00", "Hà Thu"),
        ("<div>Nhịp sống<br>18/03/2025 - 10:00</div>", "18/03/2025 - 10:00", None),
        ("<span class=t>18/03/2025 17:45</span><span class=v>1.204 lượt xem</span>",
         "18/03/2025 17:45", None),
    ],
)  # fmt: skip
def test_author_or_counter_beside_the_date(
    read: Read, head: str, published: str, byline: str | None
) -> None:
    page = read(f"{TITLE}{head}<div class=nd>{BODY}</div>")
    assert (page.published, page.byline) == (published, byline)


def test_bold_line_above_a_labelled_date_is_the_title(read: Read) -> None:
    table = (
        "<table><tr><td><font><b>Nà Lùng hiến đất mở đường</b></font></td></tr>"
        "<tr><td>{}18/03/2025</td></tr><tr><td>" + BODY + "</td></tr></table>"
    )
    head, url = "<title>Trang tin xa Na Lung</title>", "https://baothu.vn/index.asp?news=15"
    page = read(table.format("Ngày đăng: "), url, head=head)
    assert page.title == "Nà Lùng hiến đất mở đường"
    assert [block.text for block in page.blocks] == list(TEXT)


@pytest.mark.parametrize(
    ("element", "is_lead"), [("h2", True), ("h2 class=lien-quan", False), ("figcaption", False)]
)
def test_only_sentence_between_title_and_text(read: Read, element: str, is_lead: bool) -> None:
    sentence = "Sau hai buổi thi, bốn đội kéo co mạnh nhất đã vào bán kết."
    line = f"<{element}>{sentence}</{element.split()[0]}>"
    text = "Nà Lùng gây bất ngờ khi thắng đội đã ba lần vô địch."
    rows = "<tr><td>Nà Lùng - Nà Hin</td><td>Bảng A</td><td>3-1</td></tr>" * 3
    last = "Trận bán kết diễn ra lúc 15 giờ ngày 21/3 tại sân xã."
    body = f"<p>{text}</p><table>{rows}</table><p>{last}</p>"
    titles = (
        "Chợ phiên mở thêm hai dãy hàng",
        "Ba bản cao nối lại đường nước",
        "Lễ hội đón vạn khách",
    )
    others = "".join(f"<li><a href=/{len(title)}.html>{title}</a></li>" for title in titles)
    page = read(
        f"{TITLE}<p>17/03/2025</p>{line}<div class=c>{body}</div>"
        f"<section><h3>Tin liên quan</h3><ul>{others}</ul></section>"
    )
    assert page.lead == (sentence if is_lead else None)
    assert page.blocks[0].text == text


def test_notes_below_the_byline_are_text(read: Read) -> None:
    notes = ["(1) Văn kiện Đại hội Đảng bộ huyện, trang 41.", "(2) Số liệu của xã, tháng 2/2025."]
    below = "".join(f"<p>{note}</p>" for note in notes)
    page = read(f"{TITLE}<div class=c>{BODY}<p><b>Hà Thu</b></p><p>-----</p>{below}</div>")
    assert (page.byline, [block.text for block in page.blocks]) == ("Hà Thu", [*TEXT, *notes])


def test_column_of_a_layout_table_is_no_row(read: Read) -> None:
    column = "".join(f"<div>{text}</div>" for text in TEXT)
    page = read(f"<table><tr><td>{TITLE}{column}</td><td>Đang xem: 15</td></tr></table>")
    assert [block.text for block in page.blocks][:4] == list(TEXT)


def test_box_with_a_heading_and_a_short_teaser_is_no_text(read: Read) -> None:
    box = (
        "<div class=box-news><p>Đọc thêm</p><a href=/tin-3.html>Chợ phiên Nà Lùng thêm hai dãy "
        "hàng</a><p>Bà con bán được nhiều ngô hơn.</p></div>"
    )
    last = "Cả thôn nghỉ tay lúc mười một giờ trưa."
    page = read(f"{TITLE}<div class=c>{BODY}{box}<p>{last}</p></div>")
    assert [block.text for block in page.blocks] == [*TEXT, last]


def test_source_between_title_and_date(read: Read) -> None:
    page = read(
        f"<div>{TITLE}<div>Theo Báo Suối Vàng</div><div>17/03/2025 - 15:20</div>{BODY}</div>"
    )
    assert (page.source, page.published) == ("Theo Báo Suối Vàng", "17/03/2025 - 15:20")
    assert [block.text for block in page.blocks] == list(TEXT)


def test_caption_in_a_span_of_a_block(read: Read) -> None:
    caption = "Bà con đổ đoạn bê tông đầu tiên."
    picture = f"<div><img src=/1.jpg><span class=itemImageCaption>{caption}</span></div>"
    page = read(f"{TITLE}<div class=c>{BODY}{picture}</div>")
    assert page.captions == [caption]


def test_numbers_of_slides_are_no_captions(read: Read) -> None:
    slides = "".join(
        f"<div><img src=/{n}.jpg><div>{n}/2</div><div>Đổ bê tông đoạn {n}</div></div>"
        for n in (1, 2)
    )
    page = read(f"{TITLE}<div class=c>{BODY}{slides}</div>")
    assert page.captions == ["Đổ bê tông đoạn 1", "Đổ bê tông đoạn 2"]


def test_day_in_words_right_below_the_title(read: Read) -> None:
    day = "Ngày 17 tháng 3 năm 2025"
    assert read(f"<div>{TITLE}<p><small>{day}</small></p>{BODY}</div>").published == day
    chronicle = "".join(f"<p>Ngày {n} tháng 3 năm 1950</p><p>{TEXT[n]}</p>" for n in (1, 2, 3))
    assert read(f"<div>{TITLE}{chronicle}</div>").published is None


@pytest.mark.parametrize(
    "row",
    [
        "<span>17/03/2025 15:20</span> <span>Lò Văn Pánh</span> <span>245 lượt xem</span>",
        "<span>Lò Văn Pánh</span> <span>17/03/2025 15:20</span> <button>Chia sẻ</button>",
    ],
)
def test_author_between_date_and_counter(read: Read, row: str) -> None:
    page = read(f"{TITLE}<p>{row}</p><div>{BODY}</div>")
    assert page.byline == "Lò Văn Pánh"
    assert normalise(page).published == "2025-03-17T15:20:00+07:00"


def test_short_article_below_a_banner_in_a_layout_table_is_no_caption(read: Read) -> None:
    text = f"<td>{TITLE}<p>{TEXT[0]}</p><p>{TEXT[1]}</p></td>"
    page = read(f"<table><tr><td><img src=/b.gif></td></tr><tr>{text}</tr></table>")
    assert [block.text for block in page.blocks] == list(TEXT[:2])
