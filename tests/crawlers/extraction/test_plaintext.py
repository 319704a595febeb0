"""Text captures that a person copied out of a browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.extraction.html import UnreadablePage
from crawlers.extraction.plaintext import extract_plain_text
from crawlers.spider import SiteSpider
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle

TAKEN = datetime(2025, 4, 7, 18, 30, tzinfo=UTC)
TITLE = "Suối Vàng nạo vét mương trước vụ mới"
LEAD = "Hơn bốn mươi hộ dân thôn Suối Vàng góp công khơi lại dòng nước."
FIRST = "Bà con ra đồng từ sớm, ai cũng mang theo cuốc và một bữa cơm nắm."
SECOND = "Đến trưa, nước đã về tới thửa ruộng cuối cùng của thôn."


class Beta(SiteSpider):
    name = "beta"
    title = "Báo Beta"
    province = "lao-cai"
    kind = "newspaper"
    domains = ["beta.vn"]
    article_url = r"^/tin/(?P<key>\d+)"
    listing_url = "{root}/{section}/"
    sections = ["thoi-su"]
    select = {"title": ["h1"], "body": [".noidung"]}


def variant(**changed: Any) -> type[SiteSpider]:
    return type("Variant", (Beta,), {"name": "beta_variant", **changed})


def read(*lines: str, site: type[SiteSpider] = Beta, url: str | None = None) -> RawArticle:
    return extract_plain_text("\n".join(lines).encode(), site, TAKEN, url)


def texts(page: RawArticle) -> list[str]:
    return [block.text for block in page.blocks]


def test_title_date_lead_body_byline() -> None:
    page = read(TITLE, "07/04/2025 08:15", LEAD, "", FIRST, "  ", SECOND, "Hà Thu")
    assert (page.title, page.published, page.lead) == (TITLE, "07/04/2025 08:15", LEAD)
    assert texts(page) == [FIRST, SECOND]
    assert page.byline == "Hà Thu"
    assert normalise(page).published == "2025-04-07T08:15:00+07:00"


def test_date_may_precede_the_title() -> None:
    page = read("Thứ Hai, 07/04/2025", TITLE, LEAD, FIRST, SECOND)
    assert (page.title, page.published) == (TITLE, "Thứ Hai, 07/04/2025")


def test_date_further_down_is_of_another_article() -> None:
    page = read(TITLE, LEAD, FIRST, SECOND, "06/04/2025 10:00")
    assert page.published is None


def test_sentence_with_a_date_is_no_date_line() -> None:
    sentence = "Ngày 07/04/2025, thôn Suối Vàng họp bàn việc nạo vét mương trước khi vào vụ mới."
    assert read(TITLE, sentence, FIRST, SECOND).published is None


def test_missing_date_is_not_broken() -> None:
    """A person may have copied no date."""
    fields = normalise(read(TITLE, LEAD, FIRST, SECOND)).fields
    assert fields["published"].state == "absent"


def test_cruft_and_text_after_the_end_are_removed() -> None:
    page = read(
        "Chia sẻ", TITLE, LEAD, "Nghe đọc bài 0:00", FIRST, "chia sẻ", SECOND,
        "Bình luận (3)", "Một độc giả khen hay.", "Tin khác", "Mở đường vào bản",
    )  # fmt: skip
    assert page.title == TITLE
    assert texts(page) == [FIRST, SECOND]


def test_cruft_words_inside_a_sentence_are_kept() -> None:
    sentence = "Chia sẻ với chúng tôi, ông Dín nói nước là của chung."
    assert texts(read(TITLE, LEAD, FIRST, sentence)) == [FIRST, sentence]


def test_stop_line_at_the_top_is_ignored() -> None:
    page = read("Tin khác", TITLE, LEAD, FIRST, SECOND)
    assert (page.title, texts(page)) == (TITLE, [FIRST, SECOND])


def test_short_lines_without_an_end_are_subheads() -> None:
    page = read(TITLE, LEAD, FIRST, "Giữ nước cho cả thôn", SECOND, SECOND + " Ai cũng vui.")
    assert [block.kind for block in page.blocks][1] == "subhead"


def test_no_lead_if_the_site_prints_none() -> None:
    page = read(TITLE, LEAD, FIRST, SECOND, site=variant(absent={"lead"}))
    assert page.lead is None
    assert texts(page) == [LEAD, FIRST, SECOND]


def test_lead_that_is_printed_twice() -> None:
    page = read(TITLE, "07/04/2025 08:15", LEAD, LEAD, FIRST, SECOND)
    assert (page.lead, texts(page)) == (LEAD, [FIRST, SECOND])


def test_no_lead_if_a_subhead_comes_first() -> None:
    page = read(TITLE, "Nước là của chung", FIRST, SECOND, SECOND + " Ai cũng vui.")
    assert page.lead is None
    assert page.blocks[0].kind == "subhead"


class TestCaptions:
    LONG = " ".join([FIRST, SECOND, LEAD, FIRST])

    def captions(self, *lines: str) -> list[str]:
        return read(TITLE, LEAD, self.LONG, *lines, self.LONG).captions

    def test_line_with_a_photo_credit_is_a_caption(self) -> None:
        line = "Nước đã về ruộng. Ảnh: Hà Thu"
        assert self.captions(line) == [line]

    def test_line_above_a_bracketed_credit_is_a_caption(self) -> None:
        lines = ["Dòng mương cũ được khơi lại", "(Ảnh: Hà Thu)"]
        assert self.captions(*lines) == lines

    @pytest.mark.parametrize("end", ["", "."])
    def test_short_line_that_shows_who_does_what_where_is_a_caption(self, end: str) -> None:
        line = f"Bà con thôn Suối Vàng nạo vét mương tại cánh đồng Nà Lầu{end}"
        assert self.captions(line) == [line]

    def test_scene_is_a_caption(self) -> None:
        assert self.captions("Quang cảnh buổi ra quân.") == ["Quang cảnh buổi ra quân."]

    @pytest.mark.parametrize(
        "line",
        [
            "Trao quà cho hai hộ nghèo thôn Suối Vàng.",
            "Đại úy Lò Văn Minh khám bệnh cho bà con.",
            "Ni sư Diệu Hà cùng các em nhỏ ở thôn Suối Vàng.",
            "Anh Minh bên chiếc máy bơm vừa sửa xong.",
            "Cựu chiến binh Lò Văn Dín bên mộ đồng đội.",
        ],
    )
    def test_line_that_names_who_is_seen_or_what_is_handed_over(self, line: str) -> None:
        assert self.captions(line) == [line]

    def test_first_sentence_is_no_caption_without_a_credit(self) -> None:
        line = "Bà con thôn Suối Vàng nạo vét mương tại cánh đồng Nà Lầu."
        assert read(TITLE, line, self.LONG, self.LONG).captions == []

    @pytest.mark.parametrize(
        "line",
        [
            "Trao tặng xong, đoàn sang thôn khác.",
            "Bà con đã nạo vét xong con mương.",
            "Đảng viên phải đi trước ở mọi việc.",
            "Hội Nông dân xã vận động được 40 triệu đồng ở các thôn.",
            "“Bà con cứ làm ở đây”, ông Dín nói.",
            "Ở thôn bên, người dân làm việc từ sớm.",
            "Giữ nước cho cả thôn",
            "Bà Dín cười, rót thêm chén nước.",
            "Huyện ủy ra nghị quyết chuyên đề.",
            "Bí thư Huyện ủy ghi nhận và giao Phòng Kinh tế làm trong tháng 7.",
            "Học sinh nghỉ học đến hết tuần.",
            "Đảng ủy xã tổ chức đối thoại với người dân.",
            "Cụ Mận trồng cây gạo năm 1945.",
            "Học sinh nhận quà tại thư viện trường từ ngày 5/10.",
        ],
    )
    def test_line_that_tells_something_is_text(self, line: str) -> None:
        assert self.captions(line) == []


def test_line_longer_than_most_paragraphs_is_no_caption() -> None:
    line = (
        "Bí thư chi bộ hướng dẫn đảng viên tra cứu lịch lấy nước và đăng ký giờ mở cống trên điện"
        " thoại."
    )
    assert read(TITLE, LEAD, FIRST, line, SECOND).captions == []


def test_captions_in_a_row_without_full_stops() -> None:
    rows = [f"Các đồng chí của chi bộ thôn {name}" for name in ("Nà Lầu", "Suối Vàng", "Bản Mới")]
    page = read(TITLE, LEAD, FIRST, SECOND, *rows, "Hà Thu")
    assert page.captions == rows


def test_line_without_a_full_stop_is_no_caption_if_no_line_has_one() -> None:
    lines = [
        f"Đồng chí Lò Văn Minh, Bí thư Chi bộ thôn Suối Vàng, chủ trì cuộc họp thứ {number} của ban"
        " quản lý mương, bàn việc nạo vét trước vụ mới và chia lịch lấy nước của từng xóm"
        for number in ("nhất", "hai", "ba")
    ]
    page = read(TITLE, *lines, "Hà Thu")
    assert (page.captions, texts(page)) == ([], lines[1:])


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("Cập nhật lần cuối: 07/04/2025 10:12", "Hà Thu"), [SECOND, LEAD]),
        (("Hà Thu", "3 bình luận", "Lò Văn Minh", "Nước về sớm, bà con mừng lắm."), [SECOND, LEAD]),
        (("1", "2", "3", "4", "5", "Đánh giá: 0 điểm (0 bình chọn)", "Hà Thu"), [SECOND, LEAD]),
    ],
    ids=["when it was changed", "comments", "rating"],
)
def test_author_below_a_text(lines: tuple[str, ...], expected: list[str]) -> None:
    page = read(TITLE, "07/04/2025 08:15", FIRST, SECOND, LEAD, *lines, "Tin khác")
    assert (page.byline, texts(page)) == ("Hà Thu", expected)


@pytest.mark.parametrize(
    ("line", "printed", "byline"),
    [
        ("Đăng lúc: Thứ hai - 07/04/2025 08:15 - Người đăng bài viết: Lò Thị Hà",
         "Đăng lúc: Thứ hai - 07/04/2025 08:15", None),
        ("(SV) 08:15, 07/04/2025 - Hà Thu", "08:15, 07/04/2025", "Hà Thu"),
    ],
)  # fmt: skip
def test_date_line(line: str, printed: str, byline: str | None) -> None:
    page = read(TITLE, line, FIRST, SECOND, LEAD)
    assert (page.published, page.byline) == (printed, byline)


def test_labelled_day_below_the_byline() -> None:
    page = read(TITLE, FIRST, SECOND, LEAD, "Hà Thu", "Ngày đăng: 07/04/2025", "Số lượt đọc: 7")
    assert (page.published, page.byline) == ("Ngày đăng: 07/04/2025", "Hà Thu")


def test_answer_below_a_question_is_text() -> None:
    lines = "Hỏi: Bao giờ nước về tới thửa ruộng cuối thôn?", "Trả lời:", FIRST, SECOND
    page = read(TITLE, "07/04/2025 08:15", *lines, "Hà Thu", "Tin khác")
    assert [page.lead, *texts(page)] == list(lines)


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (("Thời sự", "Văn hóa", "Kinh tế", "Văn nghệ", "Gió", "07/04/2025 08:15"), "Gió"),
        ((TITLE, "07/04/2025 08:15", "– Bao giờ nước về tới thửa ruộng? (ông Dín, thôn Bản Mới)"),
         TITLE),
        ((TITLE, "bởi banbientap", "07/04/2025", "trong Nông nghiệp", "Share on Facebook"), TITLE),
    ],
    ids=["one word under a menu", "question with a dash", "poster and category"],
)  # fmt: skip
def test_title(lines: tuple[str, ...], title: str) -> None:
    assert read(*lines, FIRST, SECOND, LEAD).title == title


def test_byline_and_source_are_no_subheads() -> None:
    page = read(TITLE, LEAD, FIRST, SECOND, "Hà Thu", "Theo Báo Nhân Dân")
    assert (page.byline, page.source) == ("Hà Thu", "Theo Báo Nhân Dân")
    assert texts(page) == [FIRST, SECOND]


def test_organisations_in_a_list_of_links_are_no_authors() -> None:
    page = read(TITLE, LEAD, FIRST, SECOND, "Bộ, ngành", "Bộ Nội vụ", "Bộ Y tế", "Bộ Tài chính")
    assert (page.byline, texts(page)) == (None, [FIRST, SECOND])


def test_posting_account_stands_under_the_author() -> None:
    lines = (TITLE, LEAD, FIRST, SECOND, "Hà Thu", "Lò Văn Minh")
    page = read(*lines, site=variant(posting_account=[".account"]))
    assert (page.byline, page.posting_account) == ("Hà Thu", "Lò Văn Minh")
    assert read(*lines).byline == "Hà Thu - Lò Văn Minh"


def test_key_comes_from_the_url_or_the_title() -> None:
    lines = (TITLE, LEAD, FIRST, SECOND)
    assert read(*lines, url="https://beta.vn/tin/314-x").key == "314"
    assert read(*lines).key == read(TITLE.upper(), LEAD, SECOND).key
    assert read(*lines).key.startswith("text-")
    assert read(*lines).key != read("Mở đường", LEAD, FIRST, SECOND).key


@pytest.mark.parametrize("lines", [("",), ("  ", "\t"), ("Chia sẻ", "Tin khác")])
def test_text_without_an_article_is_unreadable(lines: tuple[str, ...]) -> None:
    with pytest.raises(UnreadablePage):
        read(*lines)


def test_title_only_is_unreadable() -> None:
    with pytest.raises(UnreadablePage, match="no body under the title"):
        read(TITLE)


def test_title_and_date_only_is_unreadable() -> None:
    with pytest.raises(UnreadablePage):
        read("07/04/2025", TITLE)


def test_date_only_is_unreadable() -> None:
    with pytest.raises(UnreadablePage):
        read("07/04/2025 08:15")


def test_legacy_bytes_windows_line_ends_and_a_byte_order_mark() -> None:
    text = "\r\n".join((TITLE, LEAD, FIRST, SECOND))
    page = extract_plain_text(b"\xef\xbb\xbf" + text.encode(), Beta, TAKEN)
    assert (page.title, texts(page)) == (TITLE, [FIRST, SECOND])


@pytest.mark.parametrize(
    "listed",
    [
        ("Chương trình như sau:", "7 giờ 30: Đón khách", "8h00: Khai mạc"),
        ("Danh sách khen thưởng gồm:", "1. Nguyễn Văn Nam", "2. Trần Thị Hoa", "3. Lê Văn Tám"),
        ("Các đơn vị được khen:", "Sở Y tế tỉnh", "Hội Nông dân huyện", "Công an tỉnh"),
    ],
)
def test_list_that_a_colon_announces_ends_a_text(listed: tuple[str, ...]) -> None:
    lines = TITLE, "07/04/2025 08:15", FIRST, SECOND, *listed
    assert texts(read(*lines, "Bình luận")) == [SECOND, *listed]
