"""Edits in words: class, size and summary."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.change import CORRECTION_SYLLABLES, QUOTED, change
from pipelines.normalise import normalise

if TYPE_CHECKING:
    from pipelines.printed import PrintedArticle

Pages = Callable[..., "PrintedArticle"]
BODY = ["Mương dài hơn 600 mét bị bồi lấp.", "Đến trưa nước đã về ruộng."]
CASES: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    ("figure", {}, {"body": ["Mương dài hơn 900 mét bị bồi lấp.", BODY[1]]},
     "correction", "body: “600” became “900”"),
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
     "published: “2025-04-07T08:15:00+07:00” became “2025-04-08T08:15:00+07:00”"),
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
    found = change(normalise(page(**base | before)), normalise(page(**base | before | after)))
    assert found is not None
    assert (found.edit_class, found.summary) == (edit_class, summary)


def test_no_difference_is_no_change(page: Pages) -> None:
    assert change(normalise(page()), normalise(page(tags=["mới"]))) is None


@pytest.mark.parametrize(
    ("syllables", "edit_class"),
    [(CORRECTION_SYLLABLES // 2, "correction"), (CORRECTION_SYLLABLES // 2 + 1, "substantive")],
)
def test_more_than_a_slip_is_substantive(page: Pages, syllables: int, edit_class: str) -> None:
    words = ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mươi", "chục"]
    other = [f"{w}x" for w in words[:syllables]] + words[syllables:]
    found = change(normalise(page(body=[" ".join(words)])), normalise(page(body=[" ".join(other)])))
    assert found is not None
    assert found.edit_class == edit_class
    assert (found.added, found.removed) == (syllables, syllables)


def test_counts_are_over_all_fields(page: Pages) -> None:
    old = normalise(page(body=["Một hai ba."], title="Tựa cũ"))
    new = normalise(page(body=["Một hai."], title="Tựa rất mới"))
    found = change(old, new)
    assert found is not None
    assert found.as_detail() == {
        "changed": ["title", "body"], "class": "correction",
        "syllables_added": 3, "syllables_removed": 3,
    }  # fmt: skip


def test_a_summary_stays_short(page: Pages) -> None:
    old = [f"Thôn số {n} có 100 hộ dân làm ruộng nước từ nhiều đời nay." for n in range(9)]
    new = [text.replace("100", "200") for text in old]
    found = change(normalise(page(body=old)), normalise(page(body=new)))
    assert found is not None
    assert found.summary == "body: " + ", ".join(["“100” became “200”"] * 3) + ", ..."
    long = " ".join(["rất dài"] * 40)
    found = change(normalise(page(lead="Sapo cũ")), normalise(page(lead=f"Sapo cũ {long}")))
    assert found is not None
    assert len(found.summary) < QUOTED + 30
    assert found.summary.endswith(" …”")
