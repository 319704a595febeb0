"""The boilerplate detector finds lines that many pages repeat, never an article's own words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.boilerplate.detector import (
    MAX_COUNTED_LINES,
    Boilerplate,
    BoilerplateDetector,
    line_hash,
    zone_lines,
)

SLOGAN = "Việc gì có lợi cho dân thì làm cho bằng được"


def paragraph(number: int) -> str:
    return (
        f"Chi bộ ấp {number} họp bàn chuyện đắp lại đoạn bờ bao bị sạt, mỗi nhà góp một ngày công "
        f"và {number + 3} bao cát; anh em đoàn viên nhận phần khó nhất ở khúc sông cong, làm xong "
        "trước con nước rong."
    )


def bulletin(number: int) -> list[str]:
    """A weekly form: the same lines each week with other numbers, which are its content."""
    return [f"Số cuộc họp chi bộ trong tuần: {number}", f"Số hộ được thăm: {number * 2}"]


def page(number: int, *, head: list[str], middle: list[str], tail: list[str]) -> list[str]:
    return [*head, paragraph(number), *middle, paragraph(number + 500), *tail]


def detect(pages: list[list[str]]) -> Boilerplate:
    detector = BoilerplateDetector()
    for lines in pages:
        detector.add_page(zone_lines(lines))
    return detector.boilerplate()


def test_counter_is_boilerplate_with_any_number() -> None:
    pages = [page(n, head=[], middle=[], tail=[f"Lượt xem: {n * 37}.{n}"]) for n in range(20)]
    assert detect(pages).contains("Lượt xem: 1.204.377")


def test_heading_of_related_list_is_boilerplate() -> None:
    pages = [
        page(n, head=[], middle=[], tail=["Cùng chuyên mục", f"Tin số {n}"]) for n in range(20)
    ]
    found = detect(pages)
    assert found.contains("Cùng chuyên mục")


def test_banner_between_paragraphs_needs_a_larger_share() -> None:
    often = [page(n, head=[], middle=["Tải ứng dụng đọc báo"], tail=[]) for n in range(20)]
    assert detect(often).contains("Tải ứng dụng đọc báo")
    seldom = [
        page(n, head=[], middle=["Tải ứng dụng đọc báo"] if n % 2 else [], tail=[])
        for n in range(20)
    ]
    assert not detect(seldom).contains("Tải ứng dụng đọc báo")


def test_slogan_inside_paragraphs_is_not_boilerplate() -> None:
    quoting = f"Ông kể, cả đời ông chỉ nhớ một câu: “{SLOGAN}”, rồi cứ thế mà làm."
    pages = [page(n, head=[], middle=[f"{quoting} Nhà số {n}."], tail=[]) for n in range(40)]
    found = detect(pages)
    assert not found.contains(SLOGAN)
    assert not found.contains(paragraph(3))


def test_slogan_alone_on_a_fifth_of_pages_is_not_boilerplate() -> None:
    pages = [page(n, head=[], middle=[SLOGAN] if n % 5 == 0 else [], tail=[]) for n in range(100)]
    assert not detect(pages).contains(SLOGAN)


def test_closing_formula_of_a_fifth_of_pages_is_not_boilerplate() -> None:
    formula = "Một số hình ảnh tại buổi lễ"
    pages = [page(n, head=[], middle=[], tail=[formula] if n % 5 == 0 else []) for n in range(100)]
    assert not detect(pages).contains(formula)


def test_lines_of_a_weekly_bulletin_are_not_boilerplate() -> None:
    found = detect([bulletin(n) for n in range(60)])
    assert not any(found.contains(line) for line in bulletin(7))


def test_lines_with_numbers_between_paragraphs_are_not_boilerplate() -> None:
    pages = [page(n, head=[], middle=[f"Tổng số: {n} đảng viên"], tail=[]) for n in range(60)]
    assert not detect(pages).contains("Tổng số: 9 đảng viên")


def test_no_boilerplate_below_the_minimum_of_pages() -> None:
    some = [page(n, head=[], middle=[], tail=["Quay lại"] if n % 2 else []) for n in range(8)]
    assert not detect(some).contains("Quay lại")
    few = [page(n, head=[], middle=[], tail=["Quay lại"]) for n in range(4)]
    assert not detect(few).contains("Quay lại")


def test_line_of_nearly_all_pages_of_a_small_site_is_boilerplate() -> None:
    pages = [page(n, head=[], middle=[], tail=[f"Đã phục vụ: {n * 7} bạn"]) for n in range(8)]
    assert detect(pages).contains("Đã phục vụ: 4 bạn")


def test_paragraphs_are_never_boilerplate() -> None:
    long = "Nội dung này dài hơn mọi dòng của khung trang. " * 12
    pages = [page(n, head=[], middle=[], tail=[long]) for n in range(30)]
    assert not detect(pages).contains(long)


def test_old_boilerplate_expires() -> None:
    detector = BoilerplateDetector()
    for n in range(100):
        detector.add_page(zone_lines(page(n, head=[], middle=[], tail=["Khung cũ"])))
    assert detector.boilerplate().contains("Khung cũ")
    for n in range(5000):
        detector.add_page(zone_lines(page(n, head=[], middle=[], tail=["Khung mới"])))
    assert not detector.boilerplate().contains("Khung cũ")
    assert detector.boilerplate().contains("Khung mới")


def test_counted_lines_are_bounded_and_frequent_ones_kept() -> None:
    detector = BoilerplateDetector()
    for n in range(4000):
        heading = f"Tiêu đề riêng {'x' * (n % 300)} {chr(97 + n % 26)}"
        detector.add_page(zone_lines([paragraph(n), heading, "Về đầu trang"]))
    assert len(detector.lines) <= MAX_COUNTED_LINES
    assert detector.boilerplate().contains("Về đầu trang")


@given(st.text(max_size=80), st.integers(0, 10**9), st.integers(0, 10**9))
def test_line_hash_ignores_numbers_and_keeps_tone_marks(text: str, first: int, second: int) -> None:
    assert line_hash(f"xem {first} {text}") == line_hash(f"xem {second} {text}")
    assert line_hash("bí thư") != line_hash("bị thu")
