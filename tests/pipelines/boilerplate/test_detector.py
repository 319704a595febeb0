"""The template memory learns what stands on many pages, and never an article's own words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.boilerplate.detector import LEAST_PAGES, MEMORY, Memory, Template, form_of, zoned

SLOGAN = "Việc gì có lợi cho dân thì làm cho bằng được"


def paragraph(number: int) -> str:
    return (
        f"Chi bộ ấp {number} họp bàn chuyện đắp lại đoạn bờ bao bị sạt, mỗi nhà góp một ngày công "
        f"và {number + 3} bao cát; anh em đoàn viên nhận phần khó nhất ở khúc sông cong, làm xong "
        "trước con nước rong."
    )


def bulletin(number: int) -> list[str]:
    """A weekly form: the same lines with other numbers, and that is what it says."""
    return [f"Số cuộc họp chi bộ trong tuần: {number}", f"Số hộ được thăm: {number * 2}"]


def page(number: int, *, head: list[str], middle: list[str], tail: list[str]) -> list[str]:
    return [*head, paragraph(number), *middle, paragraph(number + 500), *tail]


def learned(pages: list[list[str]]) -> Template:
    memory = Memory()
    for lines in pages:
        memory.learn(zoned(lines))
    return memory.template()


def test_a_counter_is_learned_whatever_its_number() -> None:
    pages = [page(n, head=[], middle=[], tail=[f"Lượt xem: {n * 37}.{n}"]) for n in range(20)]
    assert learned(pages).holds("Lượt xem: 1.204.377")


def test_the_heading_of_a_related_list_is_learned() -> None:
    pages = [
        page(n, head=[], middle=[], tail=["Cùng chuyên mục", f"Tin số {n}"]) for n in range(20)
    ]
    found = learned(pages)
    assert found.holds("Cùng chuyên mục")


def test_a_banner_between_the_paragraphs_needs_more_pages() -> None:
    often = [page(n, head=[], middle=["Tải ứng dụng đọc báo"], tail=[]) for n in range(20)]
    assert learned(often).holds("Tải ứng dụng đọc báo")
    seldom = [
        page(n, head=[], middle=["Tải ứng dụng đọc báo"] if n % 2 else [], tail=[])
        for n in range(20)
    ]
    assert not learned(seldom).holds("Tải ứng dụng đọc báo")


def test_a_slogan_inside_running_paragraphs_is_never_swallowed() -> None:
    quoting = f"Ông kể, cả đời ông chỉ nhớ một câu: “{SLOGAN}”, rồi cứ thế mà làm."
    pages = [page(n, head=[], middle=[f"{quoting} Nhà số {n}."], tail=[]) for n in range(40)]
    found = learned(pages)
    assert not found.holds(SLOGAN)
    assert not found.holds(paragraph(3))


def test_a_slogan_that_a_fifth_of_the_articles_print_alone_stays() -> None:
    pages = [page(n, head=[], middle=[SLOGAN] if n % 5 == 0 else [], tail=[]) for n in range(100)]
    assert not learned(pages).holds(SLOGAN)


def test_a_closing_formula_of_some_articles_stays() -> None:
    formula = "Một số hình ảnh tại buổi lễ"
    pages = [page(n, head=[], middle=[], tail=[formula] if n % 5 == 0 else []) for n in range(100)]
    assert not learned(pages).holds(formula)


def test_a_weekly_bulletin_keeps_its_lines() -> None:
    found = learned([bulletin(n) for n in range(60)])
    assert not any(found.holds(line) for line in bulletin(7))


def test_numbers_between_paragraphs_are_the_article_s() -> None:
    pages = [page(n, head=[], middle=[f"Tổng số: {n} đảng viên"], tail=[]) for n in range(60)]
    assert not learned(pages).holds("Tổng số: 9 đảng viên")


def test_nothing_is_learned_from_a_few_pages() -> None:
    pages = [page(n, head=[], middle=[], tail=["Quay lại"]) for n in range(LEAST_PAGES - 1)]
    assert not learned(pages).holds("Quay lại")


def test_long_paragraphs_are_never_a_template() -> None:
    long = "Nội dung này dài hơn mọi dòng của khung trang. " * 12
    pages = [page(n, head=[], middle=[], tail=[long]) for n in range(30)]
    assert not learned(pages).holds(long)


def test_an_old_template_fades() -> None:
    memory = Memory()
    for n in range(100):
        memory.learn(zoned(page(n, head=[], middle=[], tail=["Khung cũ"])))
    assert memory.template().holds("Khung cũ")
    for n in range(5000):
        memory.learn(zoned(page(n, head=[], middle=[], tail=["Khung mới"])))
    assert not memory.template().holds("Khung cũ")
    assert memory.template().holds("Khung mới")


def test_memory_is_bounded_and_keeps_the_frequent() -> None:
    memory = Memory()
    for n in range(4000):
        memory.learn(zoned([paragraph(n), f"Tiêu đề riêng {'x' * (n % 300)} {chr(97 + n % 26)}",
                            "Về đầu trang"]))  # fmt: skip
    assert len(memory.lines) <= MEMORY
    assert memory.template().holds("Về đầu trang")


@given(st.text(max_size=80), st.integers(0, 10**9), st.integers(0, 10**9))
def test_numbers_fold_and_words_do_not(text: str, first: int, second: int) -> None:
    assert form_of(f"xem {first} {text}") == form_of(f"xem {second} {text}")
    assert form_of("bí thư") != form_of("bị thu")
