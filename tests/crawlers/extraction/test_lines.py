"""page_lines: lines of a body element with their style hints."""

from __future__ import annotations

from lxml.etree import _Element

from crawlers.extraction.html import parse
from crawlers.extraction.lines import PageLine, inner_text, page_lines


def tree(html: str) -> _Element:
    page, _ = parse(f"<html><body><div id='b'>{html}</div></body></html>".encode())
    return next(e for e in page.iter("div") if e.get("id") == "b")


def marked(body: _Element, name: str) -> set[_Element]:
    return {e for e in body.iter("*") if name in (e.get("class") or "").split()}


def lines(html: str) -> list[PageLine]:
    """Class "drop" is excluded, class "cap" is a caption."""
    body = tree(html)
    return page_lines(body, marked(body, "drop"), marked(body, "cap"))[0]


def images(html: str) -> list[str]:
    body = tree(html)
    extracted = page_lines(body, marked(body, "drop"), marked(body, "cap"))[1]
    return [e.get("src", "") for e in extracted]


def texts(html: str) -> list[str]:
    return [line.text for line in lines(html)]


def one(html: str) -> PageLine:
    (line,) = lines(html)
    return line


def test_paragraphs() -> None:
    assert texts("<p>Một</p>\n<p> Hai\n ba </p><p></p><p>&nbsp;</p>") == ["Một", "Hai ba"]


def test_text_outside_any_element() -> None:
    assert texts("Một <p>Hai</p> Ba") == ["Một", "Hai", "Ba"]


def test_one_break_is_a_space_and_two_end_a_paragraph() -> None:
    assert texts("Một<br>hai<br><br>Ba<br/> \n <br/>Bốn") == ["Một hai", "Ba", "Bốn"]


def test_two_breaks_inside_a_paragraph_and_inside_a_span() -> None:
    assert texts("<p>Một<span><br><br></span>Hai</p>") == ["Một", "Hai"]


def test_breaks_with_text_between_end_no_paragraph() -> None:
    assert texts("Một<br>hai<br>ba") == ["Một hai ba"]


def test_nested_divs_give_each_text_once() -> None:
    assert texts("<div><div><div>Một</div></div><div>Hai <b>ba</b></div></div>") == [
        "Một",
        "Hai ba",
    ]


def test_text_beside_a_nested_block() -> None:
    assert texts("<div>Một<div>Hai</div>Ba</div>") == ["Một", "Hai", "Ba"]


def test_inline_elements_do_not_split_words() -> None:
    assert texts("<p><span>Đ</span><span>ảng</span> <i>ủy</i><a href='#'>!</a></p>") == ["Đảng ủy!"]


def test_text_after_a_comment_and_an_instruction() -> None:
    assert texts("<p>Một <!-- quảng cáo --> hai</p><!-- x -->Ba<?php echo 1 ?> bốn") == [
        "Một hai",
        "Ba bốn",
    ]


def test_text_after_skipped_and_excluded_elements() -> None:
    html = "<p>Một <script>var x</script>hai <span class='drop'>bỏ</span> ba</p>"
    assert texts(html) == ["Một hai ba"]


def test_scripts_and_forms_are_no_text() -> None:
    assert texts(
        "<style>p{}</style><script>x</script><noscript>y</noscript><iframe>z</iframe>"
        "<form>f</form><button>b</button><select><option>o</option></select><textarea>t</textarea>"
        "<svg><text>s</text></svg><video>v</video><template>q</template><nav>n</nav>Một"
    ) == ["Một"]


def test_excluded_block_removes_nothing_else() -> None:
    assert texts("<p>Một</p><div class='drop'><p>bỏ</p><p>nữa</p></div><p>Hai</p>") == [
        "Một",
        "Hai",
    ]


def test_unclosed_elements() -> None:
    assert texts("<p>Một<p>Hai<div>Ba<ul><li>Bốn<li>Năm") == ["Một", "Hai", "Ba", "Bốn", "Năm"]


def test_line_that_is_all_bold_or_italic() -> None:
    assert one("<p><b>Một</b> <strong>hai</strong></p>").bold
    assert one("<p style='font-weight: bold'>Một</p>").bold
    assert one("<p><span style='font-weight:700'>Một</span></p>").bold
    assert one("<p><em>Một</em></p>").italic
    assert one("<p><span style='font-style: italic'>Một</span></p>").italic


def test_partly_bold_line_is_not_bold() -> None:
    assert not one("<p><b>(HG)</b> - Bà con ra đồng từ sớm</p>").bold
    assert not one("<p>Bà con <b>ra đồng</b></p>").bold


def test_style_ends_with_its_paragraph() -> None:
    assert [line.bold for line in lines("<p><b>Một</b></p><p>Hai</p>")] == [True, False]
    assert [line.align for line in lines("<center>Một</center><p>Hai</p>")] == ["center", ""]


def test_alignment() -> None:
    assert one("<p align='center'>Một</p>").align == "center"
    assert one("<p style='TEXT-ALIGN: center;'>Một</p>").align == "center"
    assert one("<center>Một</center>").align == "center"
    assert one("<div style='text-align:right'><p>Một</p></div>").align == "right"
    assert one("<p style='text-align: end'>Một</p>").align == "right"
    assert one("<center><p align='left'>Một</p></center>").align == "left"
    assert one("<center><p style='text-align: justify'>Một</p></center>").align == "left"


def test_after_an_image() -> None:
    extracted = lines("<p>Một</p><p><img src='a.jpg'></p><p>Hai</p><p>Ba</p>")
    assert [line.after_image for line in extracted] == [False, True, False]


def test_image_inside_a_paragraph_splits_it() -> None:
    extracted = lines("<p>Một<img src='a.jpg'>Hai</p>")
    assert [(line.text, line.after_image) for line in extracted] == [("Một", False), ("Hai", True)]


def test_images_in_order_without_excluded_ones() -> None:
    html = "<img src='1'><p class='drop'><img src='2'></p><p><a><img src='3'></a></p>"
    assert images(html) == ["1", "3"]


def test_caption_elements() -> None:
    extracted = lines("<figure><img src='a'><figcaption><p>Một</p></figcaption></figure><p>Hai</p>")
    assert [line.caption for line in extracted] == [True, False]
    assert one("<p class='cap'>Một</p>").caption


def test_layout_table_around_a_picture_gives_a_caption() -> None:
    html = "<table><tr><td><img src='a'></td></tr><tr><td>Một</td></tr></table>"
    assert one(html).caption
    assert not one(html).row


def test_data_table_gives_rows() -> None:
    extracted = lines(
        "<p>Một</p><table><thead><tr><th>Xã</th><th>Hộ</th></tr></thead><tbody>"
        "<tr><td>Y Tý</td><td> 12\n </td></tr><tr><td></td><td></td></tr>"
        "</tbody></table><p>Hai</p>"
    )
    assert [(line.text, line.row) for line in extracted] == [
        ("Một", False),
        ("Xã | Hộ", True),
        ("Y Tý | 12", True),
        ("Hai", False),
    ]


def test_paragraphs_and_breaks_in_a_cell_are_separated() -> None:
    html = "<table><tr><td><p>Y Tý</p><p>A Lù</p></td><td>12<br>13</td></tr></table>"
    assert texts(html) == ["Y Tý A Lù | 12 13"]


def test_scripts_and_forms_in_a_cell_are_no_text() -> None:
    html = (
        "<table><tr><td>Y Tý<script>var x</script></td><td>12<!-- bỏ --></td></tr>"
        "<tr><td><span class='drop'>bỏ</span>A Lù</td><td>13<style>p{}</style></td></tr></table>"
    )
    assert texts(html) == ["Y Tý | 12", "A Lù | 13"]


def test_empty_cell_keeps_its_column() -> None:
    html = "<table><tr><td>Y Tý</td><td></td><td>12</td></tr></table>"
    assert texts(html) == ["Y Tý |  | 12"]


def test_layout_table_gives_paragraphs() -> None:
    assert [
        line.row for line in lines("<table><tr><td><p>Một</p><p>Hai</p></td></tr></table>")
    ] == [
        False,
        False,
    ]


def test_nested_table_is_read_once() -> None:
    inner = "<table><tr><td>Xã</td><td>Hộ</td></tr></table>"
    assert texts(f"<table><tr><td>Một</td><td>{inner}</td></tr></table>") == ["Một", "Xã | Hộ"]


def test_lists_and_quotes() -> None:
    extracted = lines("<ul><li>Một</li><li><p>Hai</p></li></ul><blockquote><p>Ba</p></blockquote>")
    assert [(line.item, line.quote) for line in extracted] == [
        (True, False),
        (True, False),
        (False, True),
    ]


def test_headings_keep_their_tag() -> None:
    assert one("<h3><span>Một</span></h3>").tag == "h3"


def test_inner_text() -> None:
    assert inner_text(tree("<p>Một <b>hai</b><!-- bỏ --> ba</p>")).split() == ["Một", "hai", "ba"]


def test_inline_element_that_is_displayed_as_a_block_is_a_line() -> None:
    label = "<span class='rt' style='display: block;'>Thời gian đọc: <b>3</b> phút</span>"
    assert texts(f"{label}Bà con ra đồng.<p>Nước về.</p>") == [
        "Thời gian đọc: 3 phút", "Bà con ra đồng.", "Nước về.",
    ]  # fmt: skip
