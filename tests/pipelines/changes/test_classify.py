"""Classification of edits: class, size, signals and summary."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.changes.classify import (
    MAX_CORRECTION_SYLLABLES,
    MAX_LISTED_FACTS,
    MAX_QUOTED_CHARS,
    Edit,
    edit_between,
)
from pipelines.record.normalise import normalise

if TYPE_CHECKING:
    from pipelines.record.raw_article import RawArticle

Pages = Callable[..., "RawArticle"]
BODY = ["Mương dài hơn 600 mét bị bồi lấp.", "Đến trưa nước đã về ruộng."]
CASES: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    ("figure", {}, {"body": ["Mương dài hơn 900 mét bị bồi lấp.", BODY[1]]},
     "correction", "body: number 600 became 900"),
    ("comma", {}, {"body": ["Mương dài hơn 600 mét, bị bồi lấp.", BODY[1]]},
     "cosmetic", "body: “mét” became “mét,”"),
    ("case", {}, {"body": ["Mương dài hơn 600 Mét bị bồi lấp.", BODY[1]]},
     "cosmetic", "body: “mét” became “Mét”"),
    ("paragraph gone", {}, {"body": BODY[:1]}, "substantive", "body: 1 paragraph removed"),
    ("paragraphs added", {}, {"body": [*BODY, "Trời mưa to.", "Lúa tốt bời bời."]},
     "substantive", "body: 2 paragraphs added"),
    ("both", {}, {"body": [BODY[0], "Trời mưa to suốt cả tuần sau."]},
     "substantive", "body: 1 paragraph removed, 1 paragraph added"),
    ("title", {}, {"title": "Suối Vàng khơi mương"}, "title",
     "title: “Suối Vàng nạo vét mương trước vụ mới” became “Suối Vàng khơi mương”"),
    ("title and body", {}, {"title": "Suối Vàng khơi mương", "body": BODY[:1]}, "substantive",
     "title: “Suối Vàng nạo vét mương trước vụ mới” became “Suối Vàng khơi mương”; "
     "body: 1 paragraph removed"),
    ("date", {}, {"published": "08/04/2025 08:15"}, "date",
     "published: “07/04/2025” became “08/04/2025”"),
    ("byline", {}, {"byline": "Minh Lý"}, "byline",
     "byline: “Hà Thu” became “Minh Lý”"),
    ("byline gone", {}, {"byline": None}, "byline", "byline: removed “Hà Thu (text)”"),
    ("lead added", {"lead": None}, {"lead": "Hơn bốn mươi hộ góp công."}, "correction",
     "lead: added “Hơn bốn mươi hộ góp công.”"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "edit_class", "summary"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_class_and_summary(
    page: Pages, before: dict[str, Any], after: dict[str, Any], edit_class: str, summary: str
) -> None:
    base = {"body": BODY}
    found = edit_between(normalise(page(**base | before)), normalise(page(**base | before | after)))
    assert found is not None
    assert (found.edit_class, found.summary) == (edit_class, summary)


def test_no_difference_is_no_edit(page: Pages) -> None:
    assert edit_between(normalise(page()), normalise(page(tags=["mới"]))) is None


@pytest.mark.parametrize(
    ("syllables", "edit_class"),
    [
        (MAX_CORRECTION_SYLLABLES // 2, "correction"),
        (MAX_CORRECTION_SYLLABLES // 2 + 1, "substantive"),
    ],
)
def test_more_than_six_syllables_are_substantive(
    page: Pages, syllables: int, edit_class: str
) -> None:
    words = ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mươi", "chục"]
    other = [f"{w}x" for w in words[:syllables]] + words[syllables:]
    found = edit_between(
        normalise(page(body=[" ".join(words)])), normalise(page(body=[" ".join(other)]))
    )
    assert found is not None
    assert found.edit_class == edit_class
    assert (found.added, found.removed) == (syllables, syllables)


def test_syllable_counts_cover_all_fields(page: Pages) -> None:
    old = normalise(page(body=["Một hai ba."], title="Tựa cũ"))
    new = normalise(page(body=["Một hai."], title="Tựa rất mới"))
    found = edit_between(old, new)
    assert found is not None
    assert found.as_detail() == {
        "changed": ["title", "body"], "class": "correction", "priority": 0.38,
        "signs": ["title", "body"], "facts": {"numbers": [], "names": [], "dates": []},
        "syllables_added": 3, "syllables_removed": 3,
    }  # fmt: skip


def test_summary_is_short(page: Pages) -> None:
    old = [f"Thôn số {n} có 100 hộ dân làm ruộng nước từ nhiều đời nay." for n in range(9)]
    new = [text.replace("100", f"20{n // 2}") for n, text in enumerate(old)]
    found = edit_between(normalise(page(body=old)), normalise(page(body=new)))
    assert found is not None
    numbers = [f"number 100 became 20{n} (2 times)" for n in range(3)]
    assert found.summary == f"body: {', '.join(numbers)}, ..."
    long = " ".join(["rất dài"] * 40)
    found = edit_between(normalise(page(lead="Sapo cũ")), normalise(page(lead=f"Sapo cũ {long}")))
    assert found is not None
    assert len(found.summary) < MAX_QUOTED_CHARS + 30
    assert found.summary.endswith(" …”")


def edit(page: Pages, old: str, new: str) -> Edit:
    found = edit_between(normalise(page(body=[old])), normalise(page(body=[new])))
    assert found is not None
    return found


SENTENCES = [
    ("Mương dài 45 mét.", "Mương dài 54 mét.", "body: number 45 became 54"),
    ("Ông Nguyễn Văn An nói vậy.", "Ông Nguyễn Văn Bình nói vậy.",
     "body: name “Nguyễn Văn An” became “Nguyễn Văn Bình”"),
    ("Họp ngày 12/3 tại xã.", "Họp ngày 13/3 tại xã.",
     "body: date “ngày 12/3” became “ngày 13/3”"),
    ("Mương dài 45 mét.", "Mương dài 54 km.",
     "body: “45 mét.” became “54 km.” (number 45 became 54)"),
    ("Tổng 3 triệu đồng, cả thôn vui.", "Tổng 3 tỷ đồng, cả bản vui.",
     "body: number 3 triệu became 3 tỷ, “thôn” became “bản”"),
    ("Cả thôn vui, tổng 3 triệu.", "Cả bản vui, tổng 3 tỷ.",
     "body: number 3 triệu became 3 tỷ, “thôn” became “bản”"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "summary"), SENTENCES)
def test_summary_has_changed_numbers_names_and_dates(
    page: Pages, old: str, new: str, summary: str
) -> None:
    assert edit(page, old, new).summary == summary


def test_summary_has_changed_numbers_of_a_title(page: Pages) -> None:
    found = edit_between(
        normalise(page(title="Gặt 5 ha lúa")), normalise(page(title="Gặt 6 ha lúa"))
    )
    assert found is not None
    said = "“Gặt 5 ha lúa” became “Gặt 6 ha lúa”"
    assert found.summary == f"title: {said}, number 5 became 6"


def test_moved_paragraph_is_listed_with_another_edit(page: Pages) -> None:
    body = ["Bà con ra đồng từ rất sớm.", "Nước đã về ruộng lúc trưa.", "Lúa tốt bời bời."]
    new = [body[1], body[0], "Lúa xấu bời bời."]
    found = edit_between(normalise(page(body=body)), normalise(page(body=new)))
    assert found is not None
    assert found.summary == "body: 1 paragraph moved, “tốt” became “xấu”"
    assert edit_between(normalise(page(body=body)), normalise(page(body=body[::-1]))) is None


def test_comma_in_a_number_is_not_cosmetic(page: Pages) -> None:
    found = edit(page, "Tổng vốn 1,5 tỷ đồng.", "Tổng vốn 15 tỷ đồng.")
    assert found.edit_class == "correction"
    assert found.as_detail()["facts"]["numbers"] == [{"old": "1,5 tỷ", "new": "15 tỷ"}]
    assert edit(page, "Tổng vốn 1.500 đồng.", "Tổng vốn 1500 đồng.").edit_class == "cosmetic"


def test_listed_facts_are_limited(page: Pages) -> None:
    old = [f"Thôn số {n} có {100 + n} hộ dân làm ruộng nước." for n in range(60)]
    new = [f"Thôn số {n} có {300 + n} hộ dân làm ruộng nước." for n in range(60)]
    found = edit_between(normalise(page(body=old)), normalise(page(body=new)))
    assert found is not None
    assert len(found.as_detail()["facts"]["numbers"]) == MAX_LISTED_FACTS


@pytest.mark.parametrize(
    ("old", "new", "signals"),
    [
        ("Xã có làm đường mới.", "Xã chưa làm đường mới.", ("negation", "body")),
        ("Bay hàng không giá rẻ.", "Bay hàng hải giá rẻ.", ("body",)),
        ("Xã làm đường mới.", "Xã làm đường mới. " + "Rất dài " * 10,
         ("long change", "body")),
        ("Có 5 nhà.", "Có 6 nhà.", ("numbers", "body")),
        ("Có 5 nhà.", "Có 5, nhà.", ("body",)),
    ],
)  # fmt: skip
def test_signs(page: Pages, old: str, new: str, signals: tuple[str, ...]) -> None:
    found = edit(page, old, new)
    assert found.priority.signals == signals
    assert (found.priority.value <= 0.1) is (signals == ("body",))
