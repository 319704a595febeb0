"""Fields of pages in the forms that editors and content management systems give them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

import pytest

from crawlers.extraction.article import extract_article
from crawlers.extraction.html import UnreadablePage, parse
from crawlers.extraction.metadata import structured_data
from crawlers.platforms.generic import ANY_URL, generic_site
from crawlers.spider import SiteSpider
from pipelines.record.normalise import normalise
from storage.messages.reasons_pages import Unread
from storage.models import Article

TAKEN = datetime(2025, 3, 14, tzinfo=UTC)
URL = "https://baothu.vn/lua-chin-som-77.html"
FIRST = "Lúa đông xuân ở cánh đồng Mường Thanh năm nay chín sớm hơn mọi năm chừng mười ngày."
SECOND = "Bà con thuê máy gặt chung, xong thửa này chuyển sang thửa khác, không nhà nào phải chờ."


class Paper(SiteSpider):
    name = "paper_of_fields"
    title = "Báo Thử"
    province = "dien-bien"
    kind = "newspaper"
    domains = ["baothu.vn"]
    sections = [""]
    listing_url = "{root}/{section}"
    article_url = r"-(?P<key>\d+)\.html"
    select = {
        "title": ["h1.tit"],
        "published": [".ngay"],
        "lead": [".sapo"],
        "body": [".noi-dung"],
        "byline": [".tac-gia"],
    }
    captions = [".chu-thich"]


def read(
    body: str = f"<p>{FIRST}</p><p>{SECOND}</p>",
    *,
    title: str = "Lúa chín sớm",
    head: str = "",
    above: str = "",
    below: str = "",
) -> Article:
    page = (
        f"<!DOCTYPE html><html prefix='dc: http://purl.org/dc/terms/'><head><meta charset=utf-8>"
        f"<title>Lúa chín sớm</title>{head}</head>"
        f"<body><main><h1 class=tit>{title}</h1>{above}<div class=noi-dung>{body}</div>{below}"
        "</main></body></html>"
    )
    return normalise(extract_article(page.encode(), URL, Paper, TAKEN, "text/html"))


def texts(article: Article) -> list[str]:
    return [block.text for block in article.body]


def captions(article: Article) -> list[str]:
    return [caption.text for caption in article.captions]


@pytest.mark.parametrize(
    "title",
    [
        "Lúa<br>chín sớm",
        "<div>Lúa</div><div>chín sớm</div>",
        "<span class=a>Mường Thanh:</span><span class=a>Lúa chín sớm</span>",
        "<span class=a>Mường Thanh:</span><!-- 7 --><!-- 8 --><span class=a>Lúa chín sớm</span>",
        "<span style='display:block'>Lúa</span><span style='display:block'>chín sớm</span>",
    ],
)
def test_words_of_a_title_are_not_glued(title: str) -> None:
    assert read(title=title).title.removeprefix("Mường Thanh: ") == "Lúa chín sớm"


def test_spans_inside_a_word_do_not_split_it() -> None:
    title = (
        "<span class=a>L</span><span class=b>úa</span> chín <span class=a>sớ</span><b class=c>m</b>"
    )
    assert read(title=title).title == "Lúa chín sớm"


def test_words_of_lead_date_and_byline_are_not_glued() -> None:
    date = "<span class=ngay>12/03/2025<br>08:05</span>"
    lead = "<div class=sapo><p>Vui mùa.</p><p>Được giá.</p></div>"
    article = read(above=date + lead, below="<div class=tac-gia>Minh Tâm<br>Thu Hoa</div>")
    assert article.published == "2025-03-12T08:05:00+07:00"
    assert article.lead == "Vui mùa. Được giá."
    assert [author.name for author in article.authors] == ["Minh Tâm", "Thu Hoa"]


@pytest.mark.parametrize("sapo", ["", "<p class=sapo> </p>"])
def test_bold_opening_is_the_lead_if_the_rule_finds_none(sapo: str) -> None:
    body = f"<p><b>{FIRST}</b></p><p><b>Gặt chung</b></p><p>{SECOND}</p><p>{FIRST} Rồi.</p>"
    article = read(body, above=sapo)
    assert article.lead == FIRST
    assert texts(article) == ["Gặt chung", SECOND, f"{FIRST} Rồi."]
    assert read(body.replace(FIRST, SECOND), above=f"<p class=sapo>{FIRST}</p>").lead == FIRST


def test_role_label_on_a_line_of_its_own_belongs_to_the_name() -> None:
    article = read(below="<div class=tac-gia><p>Bài và ảnh:</p><p>Minh Tâm</p></div>")
    assert [(a.name, a.roles) for a in article.authors] == [("Minh Tâm", ("text", "photo"))]


def test_cells_of_a_table_are_a_list() -> None:
    table = (
        "<table><tr><th>Xã</th><th colspan=2>Đã gặt</th></tr>"
        "<tr><td>Mường | Phăng</td><td></td><td>35</td></tr></table>"
    )
    rows = [b for b in read(f"<p>{FIRST}</p>{table}<p>{SECOND}</p>").body if b.kind == "table row"]
    assert [row.cells for row in rows] == [("Xã", "Đã gặt", ""), ("Mường | Phăng", "", "35")]
    assert (
        Article.from_dict(read(f"<p>{FIRST}</p>{table}").to_dict()).body[1].cells == rows[0].cells
    )


def test_data_table_with_an_icon_and_a_caption() -> None:
    table = (
        "<table><caption>Bảng 1. Diện tích</caption><tr><th>Xã</th><th>Hộ</th></tr>"
        "<tr><td>Nà Nhạn</td><td>40 <img src=/i/up.png></td></tr></table>"
    )
    article = read(f"<p>{FIRST}</p>{table}<p>{SECOND}</p>")
    assert [b.kind for b in article.body] == ["paragraph", "table row", "table row", "paragraph"]
    assert captions(article) == ["Bảng 1. Diện tích"]


def test_grid_of_pictures_is_no_data_table() -> None:
    row = "<tr><td><img src=/a.jpg></td><td><img src=/b.jpg></td></tr>"
    names = "<tr><td>Máy gặt trên đồng</td><td>Phơi thóc</td></tr>"
    article = read(f"<p>{FIRST}</p><table>{row}{names}</table><p>{SECOND}</p>")
    assert captions(article) == ["Máy gặt trên đồng", "Phơi thóc"]
    assert texts(article) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "hidden", ["hidden", "style='display:none'", "style='color:red; visibility: hidden'"]
)
def test_hidden_elements_are_left_out(hidden: str) -> None:
    article = read(f"<p>{FIRST}</p><p {hidden}>Dòng này trang không hiện ra.</p><p>{SECOND}</p>")
    assert texts(article) == [FIRST, SECOND]


def test_several_body_elements_are_joined_in_order() -> None:
    between = "</div><div class=quang-cao>Mua máy cày</div><div class=noi-dung>"
    assert texts(read(f"<p>{FIRST}</p>{between}<p>{SECOND}</p>")) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "picture",
    [
        "<figure><img src=/nha.jpg><figcaption>Máy gặt xuống đồng.</figcaption></figure>",
        "<div><img src=/nha.jpg><p class=chu-thich>Máy gặt xuống đồng.</p></div>",
    ],
)
def test_picture_between_title_and_body(picture: str) -> None:
    article = read(above=picture)
    assert captions(article) == ["Máy gặt xuống đồng."]
    assert article.images == ("https://baothu.vn/nha.jpg",)


def test_picture_of_another_article_is_left_out() -> None:
    other = "<ul><li><figure><img src=/x.jpg><figcaption>Kè sông mới.</figcaption></figure></ul>"
    assert captions(read(above=other)) == []


def test_quote_under_a_picture_is_no_caption() -> None:
    body = (
        f"<p>{FIRST}</p><p><img src=/a.jpg></p><blockquote><p>Được mùa là vui rồi</p></blockquote>"
    )
    article = read(f"{body}<p>{SECOND}</p>")
    assert captions(article) == []
    assert "Được mùa là vui rồi" in texts(article)


def test_caption_in_a_paragraph_of_a_picture_table_is_no_lead() -> None:
    table = (
        "<table><tr><td><img src=/a.jpg></td></tr>"
        "<tr><td><p align=right>Ảnh: Báo Thử</p></td></tr></table>"
    )
    article = read(f"<p>{table}{FIRST}</p><p>{SECOND}</p>")
    assert captions(article) == ["Ảnh: Báo Thử"]
    assert texts(article) == [FIRST, SECOND]


def test_address_in_brackets_and_signature_of_a_question_are_no_subheads() -> None:
    body = (
        f"<p>{FIRST}</p><p align=right><b>Lò Thị Ơn</b></p><p align=right><b>(Mường Ảng)</b></p>"
        f"<p>{SECOND}</p>"
    )
    assert "subhead" not in {block.kind for block in read(body).body}


def test_numbered_bold_line_is_a_subhead() -> None:
    body = f"<p>{FIRST}</p><p><b>2. Gặt đến đâu bán đến đấy.</b></p><p>{SECOND}</p>"
    assert [block.kind for block in read(body).body] == ["paragraph", "subhead", "paragraph"]


def test_teaser_above_the_lead_is_left_out() -> None:
    lead = "Sau nhiều năm thử giống mới, cánh đồng Mường Thanh vừa có một vụ lúa chín sớm."
    teaser = f"<div>{lead} {FIRST[:40]}</div>"
    article = read(f"{teaser}<p>{lead}</p><p>{FIRST}</p><p>{SECOND}</p>")
    assert article.lead == lead
    assert texts(article) == [FIRST, SECOND]


def test_lead_in_several_paragraphs_does_not_stand_again_in_the_body() -> None:
    above = f"<div class=sapo><p>{FIRST}</p><p>“{SECOND}”</p></div>"
    article = read(f'<p>{FIRST}</p><p>"{SECOND}"</p><p>Chiều, gió lên.</p>', above=above)
    assert texts(article) == ["Chiều, gió lên."]


@pytest.mark.parametrize("box", ["class=box-related", "type=RelatedOneNews", "class=tin-lien-quan"])
def test_box_of_another_article_in_the_body_is_left_out(box: str) -> None:
    teaser = (
        f"<div {box}><a href=/khac-9.html>Mùa gặt ở Mường Lò</a><p>Nắng vàng trên đồng.</p></div>"
    )
    article = read(f"<p>{FIRST}</p>{teaser}<p>{SECOND}</p>")
    assert texts(article) == [FIRST, SECOND]


FOREIGN_BOXES = [
    "<div><div class=tin-lien-quan><h3>Tin liên quan</h3><a href=/khac-9.html>Mùa gặt</a></div>{}"
    "</div>",
    "<p>&gt;&gt; <a href=/khac-9.html>Mùa gặt ở Mường Lò</a></p>{}",
    "<p><b>Xem thêm:</b> <a href=/khac-9.html>Mùa gặt ở Mường Lò</a></p>{}",
    "<div class=banner-ads><a href=//qc.vn><img src=/qc.jpg></a><p>Máy cày giá tốt</p></div>{}",
    "<div><img src=/qc.jpg><p>Quảng cáo</p></div>{}",
    "<div class=share-box><a href=#>Chia sẻ</a> <span>12</span></div>{}",
    "<div class='d-none'>Bản in không có dòng này.</div>{}",
    "<blockquote class=fb-xfbml-parse-ignore>Đăng bởi <a href=//fb>Mường Lò</a> ngày 2/3/2025"
    "</blockquote>{}",
]


@pytest.mark.parametrize("box", FOREIGN_BOXES)
def test_foreign_box_between_two_paragraphs_is_left_out(box: str) -> None:
    article = read(f"<p>{FIRST}</p>{box.format(f'<p>{SECOND}</p>')}<p>{FIRST} Rồi.</p>")
    assert texts(article) == [FIRST, SECOND, f"{FIRST} Rồi."]
    assert captions(article) == []


def test_words_and_cells_named_after_boxes_are_kept() -> None:
    linked = FIRST.replace("Mường Thanh", "<a class=suggest-link href=/khac-9.html>Mường Thanh</a>")
    table = "<table><tr><td>Giống</td><td class=vote>12</td></tr></table>"
    picture = (
        "<div class=banner><a href=/a.jpg><img src=/a.jpg></a><figcaption>Gặt.</figcaption></div>"
    )
    article = read(f"<div><p>{linked}</p>{picture}{table}<p>{SECOND}</p></div>")
    assert texts(article) == [FIRST, "Giống | 12", SECOND]
    assert captions(article) == ["Gặt."]


TEXTS_NAMED_AFTER_BOXES = [
    "<p class=other>Theo <a href=/nq.html>Nghị quyết 18</a>, việc phải xong trước mùa gặt.</p>",
    "<p class=ads>Ông xem <a href=/nq.html>bản đồ</a> rồi gật đầu.</p>",
    "<div class=social-issues><h2>Chuyện xóm cũ</h2></div>",
    "<h2 class=print>Nước về</h2>",
    "<p class=player>Trần Văn Hoa</p>",
]


@pytest.mark.parametrize("box", TEXTS_NAMED_AFTER_BOXES)
def test_text_named_after_a_box_is_kept(box: str) -> None:
    assert len(texts(read(f"<p>{FIRST}</p>{box}<p>{SECOND}</p>"))) == 3


def test_short_text_in_an_element_named_after_a_box_is_kept() -> None:
    linked = "<p>Xem <a href=/nq.html>Nghị quyết về nông nghiệp</a></p>"
    article = read(f"<p>{FIRST}</p><div class=read-more-text><p>{SECOND}</p>{linked}</div>")
    assert texts(article) == [FIRST, SECOND, "Xem Nghị quyết về nông nghiệp"]


@pytest.mark.parametrize("number", [1, 30])
def test_list_of_other_articles_is_left_out_at_any_length(number: int) -> None:
    links = "<a href=/khac-9.html>Mùa gặt muộn ở một thung lũng phía tây</a> " * number
    article = read(f"<p>{FIRST}</p><div class=related>{links}</div><p>{SECOND}</p>")
    assert texts(article) == [FIRST, SECOND]


def test_box_named_after_adverts_that_holds_text_is_kept() -> None:
    article = read(f"<p>{FIRST}</p><div class=banner>{SECOND} {FIRST} {SECOND}</div>")
    assert len(texts(article)) == 2


@pytest.mark.parametrize(
    ("end", "authors", "source", "more"),
    [
        ("<br><b>Minh Tâm</b>", ["Minh Tâm"], None, []),
        ("<br>(Theo TTXVN)", [], "TTXVN", []),
        ("<br>Minh Tâm", [], None, None),
        (
            "<p>Được khen:<br>Trần Văn Hoa<br><b>Lê Minh Tâm</b></p>",
            [], None, ["Được khen: Trần Văn Hoa Lê Minh Tâm"],
        ),
        (
            "<p>Không sao chép dưới mọi hình thức là điều cô giáo luôn nhắc học trò.</p>",
            [], None, ["Không sao chép dưới mọi hình thức là điều cô giáo luôn nhắc học trò."],
        ),
        ("<p align=right>Minh Tâm.</p>", ["Minh Tâm"], None, []),
        ("<p align=right>Minh Tâm</p><p>(Còn nữa)</p>", ["Minh Tâm"], None, ["(Còn nữa)"]),
        (
            "<p align=right>Minh Tâm</p><center><i>Bài 2: Giống mới</i></center>",
            ["Minh Tâm"], None, ["Bài 2: Giống mới"],
        ),
        (
            "<p>- Bà Lò Thị Ơn</p><p>- Trần Văn Hoa</p>",
            [], None, ["- Bà Lò Thị Ơn", "- Trần Văn Hoa"],
        ),
        (
            "<p align=right>Minh Tâm</p><p>(*) Không sao chép dưới mọi hình thức khi chưa được "
            "Báo Thử đồng ý bằng văn bản, kể cả trên mạng xã hội.</p>",
            ["Minh Tâm"], None, [],
        ),
        ("<p align=right>Minh Tâm</p><p>Người đăng: Hà Thu</p>", ["Minh Tâm"], None, []),
        (
            "<p>Chỉ đạo sản xuất: Hà Thu</p><p>Nội dung: Minh Tâm</p>",
            ["Hà Thu", "Minh Tâm"], None, [],
        ),
        ("<p>Theo PV (TTXVN/Vietnam+)</p>", [], "TTXVN/Vietnam+", []),
        ("<p>* Bài: Minh Tâm</p><p>* Ảnh: Thu Hoa</p>", ["Minh Tâm", "Thu Hoa"], None, []),
        ("<p>- Giống mới</p><p>- Theo TTXVN</p>", [], "TTXVN", ["- Giống mới"]),
    ],
)  # fmt: skip
def test_end_of_an_article(
    end: str, authors: list[str], source: str | None, more: list[str] | None
) -> None:
    article = read(f"<p>{FIRST}</p><p>{SECOND}{end}</p>")
    assert [author.name for author in article.authors] == authors
    assert (article.source.name if article.source else None) == source
    last = [f"{SECOND} Minh Tâm"] if more is None else [SECOND, *more]
    assert texts(article) == [FIRST, *last]


def test_byline_below_the_text_adds_the_source_to_that_of_the_head() -> None:
    below = f"<p>{FIRST}</p><p>{SECOND}</p><p align=right>Minh Tâm (Theo TTXVN)</p>"
    article = read(below, above="<div class=tac-gia>Minh Tâm</div>")
    assert [author.name for author in article.authors] == ["Minh Tâm"]
    assert article.source is not None
    assert article.source.name == "TTXVN"


def test_heading_in_a_figure_is_its_caption() -> None:
    article = read(f"<p>{FIRST}</p><figure><img src=/a.jpg><h2>Gặt.</h2></figure><p>{SECOND}</p>")
    assert (captions(article), texts(article)) == (["Gặt."], [FIRST, SECOND])


def test_tags_of_word_that_a_cms_has_escaped_are_no_text() -> None:
    title = "Lúa chín sớm&lt;_o3a_p&gt;"
    article = read(f"<p>{FIRST}&lt;/_o3a_p&gt;</p><p>{SECOND}&lt;o:p&gt;</p>", title=title)
    assert (article.title, texts(article)) == ("Lúa chín sớm", [FIRST, SECOND])


@pytest.mark.parametrize(
    ("first", "described", "is_lead"),
    [
        ("<h2>{}</h2>", FIRST, True),
        ("<p><b>- {}</b></p>", FIRST, True),
        ("<h2 class=sapo2>{}</h2>", "Tin trong tỉnh", True),
        ("<p><b>{}</b></p>", "Tin trong tỉnh", True),
        ("<p><b>{}</b></p>", SECOND, False),
        ("<p>{}</p>", "Tin trong tỉnh", False),
    ],
)
def test_first_paragraph_that_is_the_lead(first: str, described: str, is_lead: bool) -> None:
    head = f"<meta name=description content='{described}'>"
    article = read(f"{first.format(FIRST)}<p>{SECOND}</p><p>Chiều, gió lên.</p>", head=head)
    assert bool(article.lead) is is_lead
    assert len(texts(article)) == (2 if is_lead else 3)


class Described(Paper):
    name = "paper_of_descriptions"
    select: ClassVar = {**Paper.select, "lead": ["meta[name=description]"]}


@pytest.mark.parametrize(
    ("described", "lead"),
    [
        (FIRST, FIRST),
        (f"{FIRST[:60]}...", FIRST),
        ("Tin trong tỉnh", None),
        ("Lúa chín", None),
        (SECOND, None),
    ],
)
def test_description_that_the_page_does_not_print_is_no_lead(
    described: str, lead: str | None
) -> None:
    page = (
        f"<html><head><meta charset=utf-8><meta name=description content='{described}'></head>"
        f"<body><h1 class=tit>Lúa chín sớm</h1><div class=noi-dung><p>{FIRST}</p><p>{SECOND}</p>"
    )
    article = normalise(extract_article(page.encode(), URL, Described, TAKEN, "text/html"))
    assert article.lead == lead


ENCODED = "U2FsdGVkX1+vupppZksvRf5pq5g5XjFRIipRkwB0K1Y96Qsv2Lm+31cmzaAILwyt" * 5


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (ENCODED, Unread.BODY_ENCODED),
        (f"<p>{FIRST[:30]}</p>{ENCODED}", Unread.BODY_ENCODED),
        (f"<div style='display:none'>{ENCODED}</div>", Unread.BODY_ENCODED),
        ("<p>Đang tải nội dung...</p>", Unread.BODY_EMPTY),
    ],
)
def test_body_that_a_script_fills_is_not_replaced_by_another_article(
    body: str, reason: Unread
) -> None:
    teaser = f"<div><a href=/khac-9.html>Mùa hoa ban nở trắng núi đồi</a><p>{SECOND * 3}</p></div>"
    with pytest.raises(UnreadablePage) as error:
        read(body, below=f"<div class=ben-phai>{teaser * 3}</div>")
    assert error.value.reason.code == reason


def test_text_beside_encoded_data_is_read() -> None:
    data = f"<script type=text/plain>{ENCODED}</script>"
    assert texts(read(f"<p>{FIRST * 4}</p><p>{SECOND}</p>{data}")) == [FIRST * 4, SECOND]


def test_class_of_every_paragraph_marks_no_lead() -> None:
    body = f"<p class=desc>{FIRST}</p><p class=desc>{SECOND}</p><p class=desc>Trời tối dần.</p>"
    assert read(body).lead is None


def test_stray_end_tag_before_the_head() -> None:
    page = (
        "<!DOCTYPE html><html lang=vi>\n</html>\n<head><meta charset=utf-8>"
        "<title>Lúa chín sớm</title></head><body><h1 class=tit>Lúa chín sớm</h1>"
        f"<div class=noi-dung><html><body><p>{FIRST}</p></body></html><p>{SECOND}</p></div>"
        "</body></html>"
    )
    article = normalise(extract_article(page.encode(), URL, Paper, TAKEN, "text/html"))
    assert texts(article) == [FIRST, SECOND]


ARTICLE = '"headline": "Lúa chín sớm", "datePublished": "2025-03-11T07:00:00+07:00"'


@pytest.mark.parametrize(
    "json",
    [
        f'[{{"@graph": [{{"@type": "NewsArticle", {ARTICLE}}}]}}]',
        f'{{"@type": "WebPage", "mainEntity": {{"@type": "Article", {ARTICLE}}}}}',
        f'{{"@type": "http://schema.org/NewsArticle", {ARTICLE}}}',
        f'{{"@type": "schema:NewsArticle", {ARTICLE}}}',
        f'{{"@type": "OpinionNewsArticle", {ARTICLE}}}',
        f'{{"@type": "LiveBlogPosting", {ARTICLE}}}',
        f'//<![CDATA[\n{{"@type": "NewsArticle", {ARTICLE}}}\n//]]>',
        f'/*<![CDATA[*/{{"@type": "NewsArticle", {ARTICLE}}}/*]]>*/',
        f'<!-- {{"@type": "NewsArticle", {ARTICLE}}} -->',
        f'\ufeff{{"@type": "NewsArticle", {ARTICLE}}}',
        f'{{"@type": "NewsArticle", {ARTICLE},}};',
    ],
)
@pytest.mark.parametrize("kind", ["application/ld+json", "application/ld+json; charset=utf-8"])
def test_forms_of_json_ld(json: str, kind: str) -> None:
    page = f"<html><head><meta charset=utf-8><script type='{kind}'>{json}</script></head></html>"
    data = structured_data(parse(page.encode())[0])
    assert (data.title, data.published) == ("Lúa chín sớm", "2025-03-11T07:00:00+07:00")


@pytest.mark.parametrize(
    "markup",
    [
        "<meta name=DC.date.issued content=2025-03-11>",
        "<meta itemprop=datePublished content=2025-03-11>",
        "<time itemprop=datePublished datetime=2025-03-11>hôm kia</time>",
        "<p>Đăng <time datetime=2025-03-11>hôm kia</time></p>",
        "<p><time datetime=2025-01-02>x</time> <time pubdate datetime=2025-03-11>y</time></p>",
    ],
)
def test_dates_in_markup(markup: str) -> None:
    page = f"<html><body>{markup}</body></html>"
    assert structured_data(parse(page.encode())[0]).published == "2025-03-11"


def test_month_first_date_of_asp_net() -> None:
    meta = "<meta name='article:published_time' content='1/2/2025 6:52:01 AM'>"
    data = structured_data(parse(f"<html><head>{meta}</head></html>".encode())[0])
    assert data.published == "2/1/2025 6:52:01 AM"


def test_signature_of_a_document_is_text_and_who_signs_is_the_author() -> None:
    signed = ["T/M BAN THƯỜNG VỤ", "BÍ THƯ", "(Đã ký)"]
    right = "".join(f"<p align=right><b>{line}</b></p>" for line in [*signed, "Lò Văn Thịnh"])
    article = read(f"<p>{FIRST}</p><p>Nơi nhận:</p><p>- Lưu Văn phòng.</p>{right}")
    assert texts(article) == [FIRST, "Nơi nhận:", "- Lưu Văn phòng.", *signed]
    assert [author.name for author in article.authors] == ["Lò Văn Thịnh"]
    unsigned = read(f"<p>{FIRST}</p>{right.replace('(Đã ký)', '')}")
    assert texts(unsigned) == [FIRST, *signed[:2]]


def test_bold_question_is_no_lead() -> None:
    for question in (
        "Hỏi: Bao giờ gặt xong?",
        "Câu 1. Lúa ở Mường Thanh năm nay chín sớm mấy ngày?",
    ):
        asked = f"{question} Xin cho biết cả ngày phơi thóc, ngày nhập kho của hợp tác xã."
        article = read(f"<p><b>{asked}</b></p><p>{FIRST}</p><p>{SECOND}</p>")
        assert article.lead is None
        assert texts(article) == [asked, FIRST, SECOND]


def test_heading_of_links_to_other_articles_goes_with_them() -> None:
    links = "".join(f"<p><a href=/bai-khac-{i}.html>Bài khác thứ {i}</a></p>" for i in (1, 2))
    body = f"<p>{FIRST}</p><p><b>Tin liên quan</b></p>{links}<p>{SECOND}</p>"
    assert texts(read(body)) == [FIRST, SECOND]


def test_teasers_under_the_heading_of_a_list_are_no_text_but_a_last_paragraph_is() -> None:
    link, teaser = "<h4><a href=/bai-khac-1.html>Bài khác</a></h4>", f"<p>{SECOND[:70]}...</p>"
    body = f"<p>{FIRST}</p><p>{SECOND}</p><p><b>Các tin khác</b></p>"
    assert texts(read(body + 3 * (link + teaser))) == [FIRST, SECOND]
    assert texts(read(f"<p>{FIRST}</p><p><b>Tin khác</b></p>{link}<p>{SECOND}</p>"))[1:] == [SECOND]


def test_title_and_date_in_one_line_above_the_text() -> None:
    head = "<div>Lúa chín sớm<br>(Thứ Sáu, 25/04/2025 10:20)<br><br>"
    assert texts(read(f"{head}{FIRST}<br><br>{SECOND}</div>")) == [FIRST, SECOND]


def test_documents_at_the_end_are_the_article_s() -> None:
    files = "<li><a href=/a.pdf>Quyết định số 11</a></li><li><a href=/b.doc>Phụ lục</a></li>"
    article = read(f"<p>{FIRST}</p><p>{SECOND}</p><p><b>Văn bản liên quan</b></p><ul>{files}</ul>")
    assert texts(article)[2:] == ["Văn bản liên quan", "Quyết định số 11", "Phụ lục"]


def test_who_posted_a_page_and_when_it_was_changed_is_no_text() -> None:
    head = "<p>Lúa chín sớm</p><div>Viết bởi Administrator</div><div>214</div>"
    tail = "<p>Đọc 512 lần Sửa lần cuối vào Thứ bảy, 10 Tháng 5 2025 07:20</p>"
    assert texts(read(f"{head}<p>{FIRST}</p><p>{SECOND}</p>{tail}")) == [FIRST, SECOND]
    tail = "<p>Cập nhật lần cuối ( Chủ nhật, 18 Tháng 5 2025 15:01 )</p>"
    assert texts(read(f"{head}<p>{FIRST}</p><p>{SECOND}</p>{tail}")) == [FIRST, SECOND]


def test_pictures_of_a_box_that_is_left_out_make_no_table_of_pictures() -> None:
    box = "<ul class=tin-lien-quan><li><a href=/x><img src=x.jpg>Một tin khác của báo</a></li></ul>"
    body = f"<table><tr><td><p>{FIRST}</p>{box}<p>{SECOND}</p></td></tr></table>"
    article = read(body)
    assert texts(article) == [FIRST, SECOND]
    assert not article.captions


@pytest.mark.parametrize(
    "box",
    [
        "<ul><li><a href=/b-1.html>Bài khác</a><span class=summary>{}</span></li></ul>",
        "<div><p><a href=/b-1.html>Bà con Nà Tấu xuống đồng</a></p><p class=summary>{}</p></div>",
        "<div class=quang-cao><div class=description>{}</div></div>",
        "<div class=tin-lien-quan><p class=summary>{}</p></div>",
    ],
)
def test_teaser_above_the_text_is_no_lead(box: str) -> None:
    lead = "Máy gặt thuê chung về tới cánh đồng lớn nhất của xã từ đầu tuần này."
    assert read(above=box.format(lead)).lead is None
    assert read(above=box.format(SECOND) + f"<p class=summary>{lead}</p>").lead == lead


SHORT_LEAD = "Bà con Nà Tấu cùng mừng."


def read_without_module(
    above: str,
    inside: str,
    description: str = "",
    *,
    head: str = "",
    title: str = "Lúa chín sớm",
    below: str = "",
) -> Article:
    page = (
        f"<title>Lúa chín sớm</title><meta name=description content='{description}'>{head}<body>"
        f"<h1>{title}</h1><div>12/03/2025</div>{above}<div id=text>{inside}</div>{below}"
    )
    site = generic_site("baothu.vn", ANY_URL)
    return normalise(extract_article(page.encode(), URL, site, TAKEN, "text/html;charset=utf-8"))


@pytest.mark.parametrize("box", ["<p class=sapo>{}</p>", "<div class=lead><b>{}</b></div>"])
def test_short_lead_without_a_module(box: str) -> None:
    text = f"<p>{FIRST}</p><p>{SECOND}</p><p>{FIRST}</p>"
    lead = box.format(SHORT_LEAD)
    described = read_without_module("", lead + text, SHORT_LEAD)
    for article in (read_without_module(lead, text), described):
        assert (article.lead, texts(article)) == (SHORT_LEAD, [FIRST, SECOND, FIRST])
    picture = f"<figure><img src=/a.jpg><figcaption class=desc>{SHORT_LEAD}</figcaption></figure>"
    assert read_without_module(picture, text).lead is None


@pytest.mark.parametrize(
    "box",
    [
        "<div class=quangcao><p>{}</p></div>",
        "<div class=adv-top><a href=https://sieuthi.vn><p>{}</p></a></div>",
        "<div><p><a href=/gioi-thieu>{}</a></p></div>",
    ],
)
def test_description_that_an_advert_prints_is_no_lead(box: str) -> None:
    about = "Siêu thị vật tư Nà Tấu giảm giá máy gặt và bạt phơi thóc đến hết tháng ba."
    meta = f"<meta name=description content='{about}'>"
    text, advert = f"<p>{FIRST}</p><p>{SECOND}</p><p>{FIRST} Rồi.</p>" * 2, box.format(about)
    assert read_without_module(advert, text, about).lead is None
    assert read(text, above=advert, head=meta).lead is None
    assert read(text, above=f"<p>{about}</p>", head=meta).lead == about


def test_paragraphs_that_are_not_printed_on_paper_are_text() -> None:
    buttons = "<div class=d-print-none><a href=#>In trang</a> <a href=#>Gửi email</a></div>"
    inside = f"<p>{FIRST}</p><div class=d-print-none><p>{SECOND}</p></div>{buttons}<p>{FIRST}</p>"
    rest = f"<p>{SECOND} Rồi.</p><p>{FIRST} Rồi.</p>"
    assert texts(read_without_module("", inside + rest))[:3] == [FIRST, SECOND, FIRST]


TEASERS = [
    (
        "Ba bản chung một con mương",
        "Mương dài bốn cây số do ba bản cùng đào, nước đến đâu trông đến đó.",
    ),
    (
        "Trạm bơm về với đồng Cọn",
        "Từ khi có trạm bơm, đồng Cọn thôi cảnh thay phiên nhau tát nước đêm.",
    ),
    (
        "Giữ rừng để giữ nguồn nước",
        "Tổ bảo vệ rừng đi tuần mỗi tuần hai lượt, mó nước chưa năm nào cạn.",
    ),
]
LISTS = {
    "heading": "<p><b>Tin liên quan</b></p>|<p><a href=/b-{n}.html>{title}</a></p><p>{text}</p>",
    "linked heading": "<p>Tin khác</p>|<h4><a href=/b-{n}.html>{title}</a></h4><p>{text}</p>",
    "signature": "<p align=right>Lò Minh Quý</p>|<p><a href=/b-{n}.html>{title}</a><p>{text}</p>",
    "pictures": "|<p><a href=/b-{n}.html><img src=/{n}.jpg> {title}</a></p><p>{text}</p>",
    "dates": "|<p><a href=/b-{n}.html>{title}</a> (0{n}/05/2025)</p><p>{text}</p>",
    "cut": "|<p><a href=/b-{n}.html>{title}</a></p><p>{text}..</p>",
    "boxes": "|<div><h4><a href=/b-{n}.html>{title}</a></h4><p>{text}</p></div>",
    "items": "|<li><a href=/b-{n}.html>{title}</a> <p>{text}</p></li>",
    "table": "|<table><td><a href=/b-{n}.html><img src=/{n}.jpg></a><td>"
    "<a href=/b-{n}.html>{title}</a><br>{text}</table>",
}


@pytest.mark.parametrize("form", LISTS)
@pytest.mark.parametrize("module", [True, False])
def test_teasers_at_the_end_of_a_text_are_left_out_however_many(form: str, module: bool) -> None:
    text = f"<p>{FIRST}</p><p>{SECOND}</p><p>{FIRST} Rồi.</p>"
    heading, item = LISTS[form].split("|")
    # Below a bold line and one link, it may be the last paragraph.
    for count in (2, 3) if form == "heading" else (1, 2, 3):
        numbered = list(enumerate(TEASERS[:count], 1))
        teasers = "".join(item.format(n=n, title=t[0], text=t[1]) for n, t in numbered)
        body = text + heading + teasers
        article = read(body) if module else read_without_module("", body)
        assert texts(article) == [FIRST, SECOND, f"{FIRST} Rồi."]


@pytest.mark.parametrize("item", ["<h3>{}</h3><p>{}</p>", "<p>{}</p><p>{}</p>", "<div>{} {}</div>"])
def test_paragraphs_below_linked_subheads_are_the_article_s(item: str) -> None:
    linked = [(f"<a href=/b-{n}.html>{t[0]}</a>", t[1]) for n, t in enumerate(TEASERS)]
    body = f"<p>{FIRST}</p><p>{SECOND}</p>" + "".join(item.format(*pair) for pair in linked)
    assert all(any(t[1] in text for text in texts(read(body))) for t in TEASERS)
    digest = f"<p>{FIRST}</p>" + "".join(f"<div><p>{a}</p><p>{b}</p></div>" for a, b in linked)
    assert {t[1] for t in TEASERS} < set(texts(read(digest)))


@pytest.mark.parametrize("sign", ["<img src=/1.jpg>{}</a><p>{}", "{}</a> (01/05/2025)<p>{}"])
def test_last_paragraph_below_a_link_that_names_something_else_is_kept(sign: str) -> None:
    linked = sign.format(TEASERS[0][0], TEASERS[1][1])
    body = f"<p>{FIRST}</p><p>{SECOND}</p><p><a href=/b-1.html>{linked}</p>"
    assert texts(read(body))[-1] == TEASERS[1][1]


@pytest.mark.parametrize(
    ("paragraph", "text"),
    [
        (f"<a href=/b-1.html>{TEASERS[0][0]}</a><br>{SECOND}", SECOND),
        (f"{SECOND}<br><b><a href=/b-1.html>>> {TEASERS[0][0]}</a></b>", SECOND),
        (
            f"<a href=/b-1.html>{TEASERS[0][0]}</a><br>là bài đã in ở số báo tuần trước.",
            f"{TEASERS[0][0]} là bài đã in ở số báo tuần trước.",
        ),
        (f"Đã in:<br><a href=/b-1.html>{TEASERS[0][0]}</a>", f"Đã in: {TEASERS[0][0]}"),
        (f"<a href=/1.pdf>{TEASERS[0][0]}</a><br>{SECOND}", f"{TEASERS[0][0]} {SECOND}"),
    ],
)
def test_title_of_another_article_on_a_line_of_a_paragraph(paragraph: str, text: str) -> None:
    body = f"<p>{FIRST}</p><p>{paragraph}</p><p>{FIRST} Rồi.</p>"
    for article in (read(body), read_without_module("", body)):
        assert texts(article) == [FIRST, text, f"{FIRST} Rồi."]


def test_badge_beside_the_title_is_left_out() -> None:
    badge = "Lúa chín sớm<span><sup>Nổi bật</sup></span>"
    stated = "<meta property=og:title content='Lúa chín sớm'>"
    assert read(title=badge, head=stated).title == "Lúa chín sớm"
    assert read(title="Lúa chín sớm<span>: Bài 2</span>", head=stated).title.endswith("Bài 2")
    page = read_without_module("", f"<p>{FIRST}</p><p>{SECOND}</p>", head=stated, title=badge)
    assert page.title == "Lúa chín sớm"


def test_account_in_the_byline_yields_to_who_signed_the_text() -> None:
    signed = f"<p>{FIRST}</p><p>{SECOND}</p><p align=right>Thu Hoa</p><p>phu-luc.pdf</p>"
    article = read(signed, above="<p class=tac-gia>Super User</p>")
    assert [author.name for author in article.authors] == ["Thu Hoa"]
    assert texts(article) == [FIRST, SECOND]


class Accounts(Paper):
    name = "accounts_of_fields"
    byline_is_account = True


@pytest.mark.parametrize("account", ["Hà Thu", "Hathu", "Super User"])
def test_byline_that_is_an_account_yields_to_who_signed_the_text(account: str) -> None:
    head = f"<h1 class=tit>Lúa chín sớm</h1><p class=tac-gia>{account}</p>"
    for end, authors in (
        ("<p align=right>Thu Hoa</p>", ["Thu Hoa"]),
        ("<p>Ảnh: Thu Hoa</p>", ["Hà Thu"] if account == "Hà Thu" else ["Thu Hoa"]),
    ):
        page = f"{head}<div class=noi-dung><p>{FIRST}</p><p>{SECOND}</p>{end}</div>"
        article = extract_article(page.encode(), URL, Accounts, TAKEN, "text/html;charset=utf-8")
        assert [author.name for author in normalise(article).authors] == authors


@pytest.mark.parametrize(
    ("text", "blocks", "source"),
    [
        (
            f"<p>20:45</p><p>{SECOND}</p><p>19:30</p><p>{FIRST}</p>",
            ["20:45", SECOND, "19:30", FIRST], None,
        ),
        (f"<p>0:00</p><p>3:12</p><p>{FIRST}</p><p>{SECOND}</p>", [FIRST, SECOND], None),
        (
            f"<p>{FIRST}</p><p>{SECOND}</p><p><img src=/1.jpg></p><p>Nguồn: Sở Y tế</p>"
            "<p><b>Thu Hoa</b></p><p>12</p>",
            [FIRST, SECOND], "Sở Y tế",
        ),
        (f"<p>{FIRST}</p><p>{SECOND}</p><p>Nguồn: {URL}?in=1</p>", [FIRST, SECOND], None),
    ],
)  # fmt: skip
def test_times_likes_and_sources_around_a_text(
    text: str, blocks: list[str], source: str | None
) -> None:
    for article in (read(text), read_without_module("", text)):
        assert texts(article) == blocks
        assert (article.source.name if article.source else None) == source
        assert captions(article) == []


@pytest.mark.parametrize(
    "caption", ["<figure><img src=/1.jpg><figcaption>{}</figcaption></figure>",
                "<p><img src=/1.jpg></p><p align=center><i>{}</i></p>"],
)  # fmt: skip
def test_source_of_the_last_picture_stays_its_caption(caption: str) -> None:
    article = read(f"<p>{FIRST}</p><p>{SECOND}</p>{caption.format('Nguồn: Internet')}")
    assert (captions(article), article.source) == (["Nguồn: Internet"], None)


def test_text_in_the_column_of_its_title_is_the_article_beside_longer_boxes() -> None:
    title = "Lúa đông xuân ở Mường Thanh chín sớm"
    boxes = "".join(f"<div><h4>{a}</h4>{f'<p>{a}. {b}</p>' * 4}</div>" for a, b in TEASERS)
    page = (
        f"<title>{title}</title><body><div><h1>{title}</h1><div>12/03/2025</div><div>"
        f"<p>{FIRST}</p><p>Bà con gặt chung.</p></div></div><div>{boxes}</div>"
    )
    site = generic_site("baothu.vn", ANY_URL)
    read_page = extract_article(page.encode(), URL, site, TAKEN, "text/html;charset=utf-8")
    assert texts(normalise(read_page)) == [FIRST, "Bà con gặt chung."]


def test_head_in_an_element_that_is_not_closed_and_english_date() -> None:
    title = "Lúa đông xuân ở Mường Thanh chín sớm"
    page = (
        f"<title>{title}</title><body><div class=title><b>{title}</b>"
        f"<div>Monday, March 10, 2025 | 16:45</div><div><p>{FIRST}<p>{SECOND}</div>"
    )
    site = generic_site("baothu.vn", ANY_URL)
    read_page = extract_article(page.encode(), URL, site, TAKEN, "text/html;charset=utf-8")
    article = normalise(read_page)
    assert (article.title, article.published) == (title, "2025-03-10T16:45:00+07:00")
    assert texts(article) == [FIRST, SECOND]


def test_sentences_below_the_title_are_the_text_if_only_links_are_found() -> None:
    links = "".join(f"<li><a href=/b-{n}.html>{t[0]}</a> (1/5/2025)" for n, t in enumerate(TEASERS))
    teasers = "".join(
        f"<div><a href=/c{n}>{a}</a><p>{b}</p></div>" for n, (a, b) in enumerate(TEASERS)
    )
    text = "".join(f"<div>{text}</div>" for text in (FIRST, SECOND))
    article = read_without_module("", text, below=f"<ul>{links}</ul><div>{teasers}</div>")
    assert texts(article) == [FIRST, SECOND]


@pytest.mark.parametrize(
    "below",
    [
        "<p>(Còn nữa)</p><p><b>Giữ nước vùng cao:</b></p><p><a href=/b-1.html>Bài 1: Khát</a></p>",
        "<h3>Cùng tác giả</h3><p><a href=/b-1.html>Ba bản chung một con mương</a></p>",
        "<p><i>Mời bạn đọc theo dõi Báo Thử trên <a href=https://zalo.me/1>Zalo</a> nhé.</i></p>",
    ],
)
def test_signature_above_notes_and_links(below: str) -> None:
    text = f"<p>{FIRST}</p><p>{SECOND}</p><p><b>Thu Hoa</b></p>{below}"
    for article in (read(text), read_without_module("", text)):
        assert [author.name for author in article.authors] == ["Thu Hoa"]
        assert texts(article) == [FIRST, SECOND, *["(Còn nữa)"] * ("nữa" in below)]


def test_credits_of_a_design_are_no_imprint() -> None:
    credits = "<p>Xuất bản: 12/03/2025</p><p>Nội dung: Minh Tâm</p><p>Thiết kế: Mai Lan</p>"
    article = read(f"<p>{FIRST}</p><p>{SECOND}</p>{credits}")
    assert [author.name for author in article.authors] == ["Minh Tâm", "Mai Lan"]
    assert texts(article) == [FIRST, SECOND]


def test_layout_table_with_icons_is_no_table_of_pictures() -> None:
    icons = "<table><tr><td>Lúa chín sớm</td><td><img src=/pdf.gif></td><td><img src=/in.gif></td>"
    text = f"<table><tr><td><p>{FIRST}</p><p>{SECOND}</p><p>{FIRST}</p><p>{SECOND}</p></td></tr>"
    body = f"<table><tr><td>{icons}</tr></table>{text}</table></td></tr></table>"
    assert texts(read(body))[-4:] == [FIRST, SECOND, FIRST, SECOND]


@pytest.mark.parametrize(
    "meta",
    [
        "<dl><dt>Chi tiết</dt><dd>Danh mục: Tin hội</dd><dd>Ngày xuất bản: 12/03/2025</dd></dl>",
        "<div>Gửi bởi Thu Hoa vào T4, 12/03/2025 - 08:12</div>",
        "<div>Submitted by Thu Hoa on Wed, 12/03/2025 - 08:12</div>",
    ],
)
def test_date_line_inside_the_text_names_who_submitted_it(meta: str) -> None:
    text = f"<p>{FIRST}</p><p>{SECOND}</p><p>{FIRST} Rồi.</p>"
    page = f"<title>Lúa chín sớm</title><body><div><h1>Lúa chín sớm</h1>{meta}{text}</div>"
    site = generic_site("baothu.vn", ANY_URL)
    article = normalise(extract_article(page.encode(), URL, site, TAKEN, "text/html;charset=utf-8"))
    assert texts(article) == [FIRST, SECOND, f"{FIRST} Rồi."]
    assert (article.published or "")[:10] == "2025-03-12"
    assert [author.name for author in article.authors] == ["Thu Hoa"] * ("Thu Hoa" in meta)


def test_subhead_that_is_a_year_opens_a_text() -> None:
    body = f"<p><b>1954</b></p><p>{FIRST}</p><p><b>1975</b></p><p>{SECOND}</p>"
    assert texts(read(body)) == ["1954", FIRST, "1975", SECOND]


@pytest.mark.parametrize(
    "form",
    [
        "<div><span>Nội dung: Minh Tâm</span><span>Trình bày: Thu Cúc</span></div>",
        "<p><b>Nội dung:</b><i>Minh Tâm</i><b>Trình bày:</b><i>Thu Cúc</i></p>",
        "<p><u>Nội dung</u><u>Minh Tâm</u></p><p><u>Trình bày</u><u>Thu Cúc</u></p>",
        "<p>Nội dung:</p><p>Minh Tâm</p><p>Trình bày:</p><p>Thu Cúc</p>",
        "<p><img src=/a.jpg></p><p align=center>Nội dung: Minh Tâm<br>Trình bày: Thu Cúc</p>",
    ],
)
def test_credits_with_labels_are_not_glued(form: str) -> None:
    article = read(f"<p>{FIRST}</p><p>{SECOND}</p>{form}")
    assert texts(article) == [FIRST, SECOND]
    assert [(a.name, a.roles) for a in article.authors] == [
        ("Minh Tâm", ("text",)),
        ("Thu Cúc", ("graphics",)),
    ]
    assert "Minh TâmT" not in (article.byline_as_printed or "")


@pytest.mark.parametrize(
    ("short", "name"),
    [("N.T.H", "Nguyễn Thị Hoa"), ("Th.H", "Lê Thanh Hà"), ("V.T", "V.T"), ("M.Tâm", "Minh Tâm")],
)
def test_initials_below_the_text_and_the_name_above_are_one_author(short: str, name: str) -> None:
    full = name if name != short else "Nguyễn Thị Hoa"
    page = (
        f"<title>Lúa chín sớm</title><body><h1>Lúa chín sớm</h1><div class=author>{full}</div>"
        f"<div><p>{FIRST}</p><p>{SECOND}</p><p>{FIRST}</p><p align=right><b>{short}</b></p></div>"
    )
    site = generic_site("baothu.vn", ANY_URL)
    article = normalise(
        extract_article(page.encode(), URL, site, TAKEN, "text/html; charset=utf-8")
    )
    assert [author.name for author in article.authors] == [name]


STAMP = "2025-02-12T10:30:00+07:00"


@pytest.mark.parametrize(
    ("stated", "printed", "month"),
    [
        ("<time datetime={}>{}</time>", "Wed, 02/12/2025 - 10:30", "02"),
        (
            "<span property='dc:date dc:created' content={}>Gửi {}</span>",
            "02/12/2025 - 10:30",
            "02",
        ),
        (
            "<meta property=article:published_time content={}><span>{}</span>",
            "2/12/2025 10:30",
            "02",
        ),
        ("<time datetime={}></time><span>{}</span>", "Thứ sáu, 02/12/2022 - 10:30", "12"),
    ],
)
def test_machine_readable_date_says_which_number_is_the_month(
    stated: str, printed: str, month: str
) -> None:
    stamp = STAMP.replace("2025", printed.split("/")[2][:4])
    meta, date = stated.format(stamp, printed), ""
    if meta.startswith("<meta"):
        meta, _, date = meta.partition(">")
    article = read(above=f"<div class=ngay>{date or meta}</div>", head=f"{meta}>" if date else "")
    assert (article.published or "")[5:10] == f"{month}-{'12' if month == '02' else '02'}"
