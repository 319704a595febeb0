"""classify_lines: paragraphs, subheads, captions, byline and source."""

from __future__ import annotations

from typing import Any

import pytest

from crawlers.extraction.classify_lines import ClassifiedLines, classify_lines
from crawlers.extraction.lines import PageLine

LONG = "Bà con thôn Suối Vàng ra đồng từ sớm, ai cũng mang theo cuốc và một bữa cơm nắm."
MORE = "Đến trưa, nước đã về tới thửa ruộng cuối cùng của thôn, không ai phải chờ tới lượt."
PARAGRAPHS = [PageLine(LONG), PageLine(MORE)]


def line(text: str, **hints: Any) -> PageLine:
    return PageLine(text, **hints)


def body(*lines: PageLine, **options: Any) -> ClassifiedLines:
    return classify_lines([*PARAGRAPHS, *lines], **options)


def kinds(composed: ClassifiedLines) -> list[str]:
    return [block.kind for block in composed.blocks]


def texts(composed: ClassifiedLines) -> list[str]:
    return [block.text for block in composed.blocks]


def test_paragraphs() -> None:
    composed = classify_lines(PARAGRAPHS)
    assert texts(composed) == [LONG, MORE]
    assert kinds(composed) == ["paragraph", "paragraph"]
    assert (composed.captions, composed.bylines, composed.sources) == ([], [], [])


@pytest.mark.parametrize(
    "signed", ["Bến Gỗ, tháng 10-2026", "Suối Vàng, mùa xuân 2026", "Ngày 3 tháng 2 năm 2026"]
)
@pytest.mark.parametrize("name_first", [False, True])
def test_place_and_date_of_a_poem_are_no_author(signed: str, name_first: bool) -> None:
    end = [line(signed, align="right"), line("NGUYỄN THỊ SEN", align="right")]
    composed = body(*(reversed(end) if name_first else end))
    assert composed.bylines == ["NGUYỄN THỊ SEN"]
    assert texts(composed) == [LONG, MORE, signed]


def test_answers_of_a_quiz_are_no_authors() -> None:
    composed = body(line("A. Lê Văn Tư"), line("B. Trần Hữu Ích"), line("PV", align="right"))
    assert composed.bylines == ["PV"]
    assert texts(composed)[2:] == ["A. Lê Văn Tư", "B. Trần Hữu Ích"]


def test_byline_of_a_photo_story_without_paragraphs() -> None:
    lines = [line(LONG, caption=True), line("MINH TRÍ thực hiện", align="right")]
    composed = classify_lines(lines)
    assert (composed.bylines, composed.captions, composed.blocks) == (
        ["MINH TRÍ thực hiện"],
        [LONG],
        [],
    )


def test_time_of_a_post_below_a_picture_is_no_caption() -> None:
    moment, caption = "10:04 ngày 11/01/2026", "Bến Gỗ sáng 11/01/2026"
    composed = body(line(moment, after_image=True), line(caption, after_image=True), line(MORE))
    assert composed.captions == [caption]
    assert moment in texts(composed)


def test_no_lines() -> None:
    assert classify_lines([]) == ClassifiedLines()


@pytest.mark.parametrize("noise", ["anh-1.jpg", "IMG_0042.JPEG)", "-->", "***", "•", "- - -"])
def test_noise_is_removed(noise: str) -> None:
    assert texts(classify_lines([PARAGRAPHS[0], line(noise), PARAGRAPHS[1]])) == [LONG, MORE]


def test_repeated_lead_is_removed() -> None:
    assert texts(classify_lines(PARAGRAPHS, lead=LONG)) == [MORE]


def test_repeated_lead_with_other_tone_marks_is_removed() -> None:
    lines = [line("Nhà văn hoá xã Hoà Bình mở cửa."), *PARAGRAPHS]
    assert texts(classify_lines(lines, lead="Nhà văn hóa xã Hòa Bình mở cửa.")) == [LONG, MORE]


def test_lead_repeated_later_is_kept() -> None:
    assert texts(classify_lines(PARAGRAPHS, lead=MORE)) == [LONG, MORE]


class TestCaptions:
    def test_caption_element(self) -> None:
        composed = body(line("Bà con nạo vét mương.", caption=True), line(LONG))
        assert composed.captions == ["Bà con nạo vét mương."]
        assert texts(composed) == [LONG, MORE, LONG]

    @pytest.mark.parametrize("hint", [{"align": "center"}, {"italic": True}])
    def test_centred_or_italic_line_under_a_picture_is_a_caption(
        self, hint: dict[str, Any]
    ) -> None:
        composed = body(line("Bà con nạo vét mương.", after_image=True, **hint), line(LONG))
        assert composed.captions == ["Bà con nạo vét mương."]

    def test_short_line_without_full_stop_under_a_picture_is_a_caption(self) -> None:
        assert body(line("Bà con nạo vét mương", after_image=True), line(LONG)).captions

    def test_plain_sentence_under_a_picture_is_text(self) -> None:
        composed = body(line("Bà con nạo vét mương.", after_image=True), line(LONG))
        assert composed.captions == []

    def test_sentence_with_a_photo_credit_is_a_caption(self) -> None:
        text = "Bà con nạo vét mương. Ảnh: Hà Thu"
        assert body(line(text, after_image=True), line(LONG)).captions == [text]

    def test_two_centred_lines_under_one_picture_are_captions(self) -> None:
        composed = body(
            line("Bà con nạo vét mương", align="center", italic=True, after_image=True),
            line("(Ảnh: Hà Thu)", align="center"),
            line(LONG),
        )
        assert composed.captions == ["Bà con nạo vét mương", "(Ảnh: Hà Thu)"]

    def test_bracketed_credit_is_a_caption(self) -> None:
        assert body(line("(Ảnh: Hà Thu)"), line(LONG)).captions == ["(Ảnh: Hà Thu)"]

    def test_centred_heading_under_a_picture_is_no_caption(self) -> None:
        composed = body(line("Giữ nghề", tag="h3", align="center", after_image=True), line(LONG))
        assert composed.captions == []
        assert kinds(composed)[2] == "subhead"

    def test_bold_line_under_a_picture_is_a_subhead(self) -> None:
        composed = body(line("Giữ nghề", bold=True, after_image=True), line(LONG))
        assert composed.captions == []
        assert kinds(composed)[2] == "subhead"

    def test_long_text_under_a_picture_is_no_caption(self) -> None:
        composed = body(line("nước về ruộng " * 40, align="center", after_image=True), line(LONG))
        assert composed.captions == []

    def test_centred_italics_without_picture_are_a_caption(self) -> None:
        assert body(line("Bà con nạo vét mương", align="center", italic=True), line(LONG)).captions

    def test_centred_sentence_without_picture_is_text(self) -> None:
        assert body(line("“Nước là của chung.”", align="center"), line(LONG)).captions == []

    def test_repeated_caption_is_stored_once(self) -> None:
        twice = [line("Bà con nạo vét mương", caption=True) for _ in range(2)]
        assert body(*twice, line(LONG)).captions == ["Bà con nạo vét mương"]

    def test_table_row_after_a_picture_is_no_caption(self) -> None:
        composed = body(line("Y Tý | 12", tag="tr", row=True, after_image=True), line(LONG))
        assert composed.captions == []


class TestKinds:
    def test_rows_items_quotes_and_headings(self) -> None:
        composed = body(
            line("Giữ nghề", tag="h2"),
            line("Y Tý | 12", tag="tr", row=True),
            line("Không tự ý mở cống;", item=True),
            line("“Nước là của chung”.", quote=True),
            line(LONG),
        )
        assert kinds(composed)[2:] == ["subhead", "table row", "list item", "quote", "paragraph"]

    def test_bold_line_without_punctuation_is_a_subhead(self) -> None:
        assert kinds(body(line("Giữ lấy nghề rèn", bold=True), line(LONG)))[2] == "subhead"

    @pytest.mark.parametrize("end", [".", "!", "?", ":", ";", "…", ".”", ".)", "?'"])
    def test_bold_sentence_is_a_paragraph(self, end: str) -> None:
        composed = body(line(f"Bà con ra đồng{end}", bold=True), line(LONG))
        assert kinds(composed)[2] == "paragraph"

    def test_bold_line_is_a_paragraph_without_bold_is_subhead(self) -> None:
        composed = body(line("Giữ nghề", bold=True), line(LONG), bold_is_subhead=False)
        assert kinds(composed)[2] == "paragraph"

    def test_no_subheads_if_most_lines_are_bold(self) -> None:
        lines = [line(text, bold=True) for text in (LONG, "Giữ nghề", MORE)]
        assert kinds(classify_lines(lines)) == ["paragraph"] * 3

    def test_long_bold_paragraph_is_no_subhead(self) -> None:
        assert kinds(body(line("nước về ruộng " * 20, bold=True), line(LONG)))[2] == "paragraph"


class TestEnd:
    @pytest.mark.parametrize(
        "byline",
        ["Hà Thu", "ThS. Lò Thị Hạnh", "HÀ THU - LÊ TRỌNG", "Bài, ảnh: H.L", "Tin, ảnh: Hà Thu"],
    )
    def test_byline_at_the_end_is_removed_from_the_text(self, byline: str) -> None:
        composed = body(line(byline, align="right", bold=True))
        assert composed.bylines == [byline]
        assert texts(composed) == [LONG, MORE]

    @pytest.mark.parametrize(
        "source", ["Theo Báo Nhân Dân", "(Theo TTXVN)", "Nguồn: baochinhphu.vn"]
    )
    def test_source_at_the_end_is_removed_from_the_text(self, source: str) -> None:
        composed = body(line(source, align="right", italic=True))
        assert composed.sources == [source]
        assert composed.bylines == []
        assert texts(composed) == [LONG, MORE]

    def test_byline_and_source_in_either_order(self) -> None:
        for lines in (("Hà Thu", "Theo TTXVN"), ("Theo TTXVN", "Hà Thu")):
            composed = body(*(line(text, align="right") for text in lines))
            assert (composed.bylines, composed.sources) == (["Hà Thu"], ["Theo TTXVN"])

    def test_name_and_role_in_two_lines(self) -> None:
        composed = body(line("Hà Thu", align="right"), line("Ban Dân vận Huyện ủy", align="right"))
        assert composed.bylines == ["Hà Thu", "Ban Dân vận Huyện ủy"]

    def test_byline_before_the_last_picture(self) -> None:
        composed = body(
            line("Hà Thu", align="right"),
            line("Bà con nạo vét mương", align="center", after_image=True),
        )
        assert composed.bylines == ["Hà Thu"]
        assert composed.captions == ["Bà con nạo vét mương"]

    def test_centred_byline_under_the_last_picture_is_no_caption(self) -> None:
        composed = body(
            line("Bà con nạo vét mương", align="center", after_image=True),
            line("Bài, ảnh: Hà Thu", align="center"),
        )
        assert composed.bylines == ["Bài, ảnh: Hà Thu"]
        assert composed.captions == ["Bà con nạo vét mương"]

    def test_last_sentence_is_no_byline(self) -> None:
        composed = body(line("Ông Hà Thu nói vậy.", align="right"))
        assert composed.bylines == []
        assert texts(composed)[-1] == "Ông Hà Thu nói vậy."

    def test_name_in_the_middle_is_text(self) -> None:
        assert "Hà Thu" in texts(classify_lines([PARAGRAPHS[0], line("Hà Thu"), PARAGRAPHS[1]]))

    def test_list_of_names_at_the_end_is_a_list(self) -> None:
        composed = body(line("Hà Thu", item=True), line("Lê Trọng", item=True))
        assert composed.bylines == []
        assert kinds(composed)[2:] == ["list item", "list item"]

    def test_only_line_is_never_a_byline(self) -> None:
        assert texts(classify_lines([line("Hà Thu")])) == ["Hà Thu"]

    def test_table_row_of_names_is_no_byline(self) -> None:
        composed = body(line("Hà Thu | Lê Trọng", tag="tr", row=True))
        assert composed.bylines == []
