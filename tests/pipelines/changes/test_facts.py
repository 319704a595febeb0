"""The numbers, names and dates that an edit changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.changes.diff import FieldDiff
from pipelines.changes.facts import changed_regions, fact_changes, negations
from pipelines.changes.word_diff import spans

NUMBER_EDITS = [
    ("dài 45 mét", "dài 54 mét", ("45", "54")),
    ("diện tích 1.234,5 ha", "diện tích 1.243,5 ha", ("1.234,5", "1.243,5")),
    ("đạt 30% kế hoạch", "đạt 30,5% kế hoạch", ("30%", "30,5%")),
    ("vốn 3 tỷ đồng", "vốn 3 triệu đồng", ("3 tỷ", "3 triệu")),
    ("vốn 1,2 nghìn tỷ đồng", "vốn 2,1 nghìn tỷ đồng", ("1,2 nghìn tỷ", "2,1 nghìn tỷ")),
    ("có 3 đồng", "có 3 tỷ đồng", ("3", "3 tỷ")),
    ("mất 5-6 ngày", "mất 5-7 ngày", ("5-6", "5-7")),
    ("Chỉ thị 05-CT/TW đã nêu", "Chỉ thị 06-CT/TW đã nêu", ("05-CT/TW", "06-CT/TW")),
    ("quốc lộ 1A đã thông", "quốc lộ 2B đã thông", ("1A", "2B")),
    ("rộng 600m, dài", "rộng 900m, dài", ("600m", "900m")),
    ("hơn 2/3 hộ", "hơn 3/4 hộ", ("2/3", "3/4")),
    ("có 20 hộ dân", "có hộ dân", ("20", None)),
    ("có hộ dân", "có 20 hộ dân", (None, "20")),
]
NAME_EDITS = [
    ("do ông Nguyễn Văn A làm", "do ông Nguyễn Văn B làm", ("Nguyễn Văn A", "Nguyễn Văn B")),
    ("gặp Nguyễn Văn hôm ấy", "gặp Nguyễn Văn An hôm ấy", ("Nguyễn Văn", "Nguyễn Văn An")),
    ("tới tỉnh Hậu Giang, rồi", "tới tỉnh Kiên Giang, rồi", ("Hậu Giang", "Kiên Giang")),
    ("theo ông Dín, nước về", "theo ông Sính, nước về", ("Dín", "Sính")),
    ("Bà Lầu Thị Máy cười", "Bà Lầu Thị Mảy cười", ("Lầu Thị Máy", "Lầu Thị Mảy")),
    ("Lầu Seo Dín nói to", "Lầu Seo Sính nói to", ("Lầu Seo Dín", "Lầu Seo Sính")),
]
DATE_EDITS = [
    ("họp ngày 12/3 tại xã", "họp ngày 13/3 tại xã", ("ngày 12/3", "ngày 13/3")),
    ("từ 7/4/2025 đến nay", "từ 8/4/2025 đến nay", ("7/4/2025", "8/4/2025")),
    ("ngày 2 tháng 9 năm 1945, khi", "ngày 2 tháng 9 năm 1946, khi",
     ("ngày 2 tháng 9 năm 1945", "ngày 2 tháng 9 năm 1946")),
    ("nhiệm kỳ 2020-2025 của", "nhiệm kỳ 2025-2030 của", ("2020-2025", "2025-2030")),
    ("trong quý I/2025 đạt", "trong quý II/2025 đạt", ("quý I/2025", "quý II/2025")),
    ("lúc 10h30 sáng", "lúc 11h30 sáng", ("10h30", "11h30")),
    ("từ năm 2024 đã", "từ năm 2023 đã", ("năm 2024", "năm 2023")),
]  # fmt: skip
EDITS = [
    (kind, *edit)
    for kind, edits in (("number", NUMBER_EDITS), ("name", NAME_EDITS), ("date", DATE_EDITS))
    for edit in edits
]


def field(old: str, new: str, name: str = "body") -> FieldDiff:
    return FieldDiff(name, (spans(old, new),), (), (0,))


def facts(old: str, new: str, name: str = "body") -> list[tuple[str, str | None, str | None]]:
    return [(f.kind, f.old, f.new) for f in fact_changes([field(old, new, name)])]


@pytest.mark.parametrize(("kind", "old", "new", "fact"), EDITS, ids=lambda value: str(value)[:30])
def test_changed_fact(kind: str, old: str, new: str, fact: tuple[str | None, str | None]) -> None:
    assert facts(old, new) == [(kind, *fact)]
    assert facts(new, old) == [(kind, *fact[::-1])]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("có 1.000 hộ", "có 1000 hộ"),
        ("có 05 hộ", "có 5 hộ"),
        ("vốn 3 tỷ", "vốn 3 tỉ"),
        ("ngày 7/4/2025 họp", "ngày 07/04/2025 họp"),
        ("ngày 7/4/2025 họp", "ngày 7 tháng 4 năm 2025 họp"),
        ("ông Lầu Hoà nói", "ông Lầu Hòa nói"),
        ("Bà con ra đồng", "Dân bản ra đồng"),
        ("Bộ Chính trị họp", "Bộ Y tế họp"),
        ("ông Trần Văn B đến", "ông Trần Văn B vội đến"),
        ("UBND xã họp", "HĐND xã họp"),
        ("Hôm nay. Trời mưa to", "Hôm nay. Nước mưa to"),
    ],
)
def test_unchanged_fact(old: str, new: str) -> None:
    assert facts(old, new) == []


def test_title_in_capitals_has_numbers_but_no_names() -> None:
    assert facts("LẦU SEO DÍN TRỒNG 5 HA LÚA", "LẦU SEO SÍNH TRỒNG 6 HA LÚA", "title") == [
        ("number", "5", "6")
    ]


def test_bylines_and_dates_of_publication_have_no_facts() -> None:
    assert facts("Lầu Dín (text)", "Lầu Sính (text)", "byline") == []
    assert facts("2025-04-07", "2025-04-08", "published") == []


def test_whole_paragraphs_have_no_facts() -> None:
    gone = FieldDiff("body", (spans("", "ông Lầu Dín có 5 bò"),), (), ())
    assert fact_changes([gone]) == []


def test_facts_are_paired_within_a_region() -> None:
    old, new = "Có 10 bò, cả trâu, 20 gà", "Có cả trâu, 20 gà, 30 vịt"
    assert facts(old, new) == [("number", "10", None), ("number", None, "30")]


def test_each_fact_is_listed_once() -> None:
    assert facts("5 bò và 5 bò nữa", "6 bò và 6 bò nữa") == [("number", "5", "6")]


def test_region_not_covered_by_its_facts() -> None:
    (region,) = changed_regions(one := field("dài 45 mét rưỡi", "dài 54 cây số rưỡi"), one.parts[0])
    assert (region.old, region.new, region.covered_by_facts) == ("45 mét", "54 cây số", False)


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [
        ("xã có làm", "xã không làm", 1),
        ("xã không làm", "xã chưa làm", 2),
        ("hãng hàng không bay", "hãng hàng hải bay", 0),
        ("ông ấy nhận tin này", "ông ấy bác bỏ tin này", 1),
        ("không ai không biết", "ai cũng biết", 2),
        ("không đi", "không về", 0),
    ],
)
def test_negations(old: str, new: str, count: int) -> None:
    assert negations([field(old, new)]) == count


WORDS = ["12/3", "ngày", "5", "tỷ", "Lầu", "Dín.", "“Ông", "A,", "năm", "2025", "-", "không", "30%"]
word_lists = st.lists(st.sampled_from(WORDS), max_size=15)


@given(word_lists, word_lists)
def test_facts_are_substrings_of_the_text(old: list[str], new: list[str]) -> None:
    left, right = " ".join(old), " ".join(new)
    for kind, before, after in facts(left, right):
        assert before is None or before.split()[0] in left
        assert after is None or after.split()[0] in right
        assert (before, after) != (None, None)
        assert before != after, kind
