"""The diff: both texts can be rebuilt from it, and it shows no more than what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipelines.diff import FieldDiff, Span, diff
from pipelines.normalise import normalise
from pipelines.printed import PrintedArticle
from pipelines.text import comparison
from storage.records import Article, Block

Pages = Callable[..., PrintedArticle]
Words = list[str]
SYLLABLES = (
    *("mương", "nước", "làng", "xã", "hòa", "hoà", "bí", "bị", "thư", "thu"),
    *("dân", "đàn", "600", "ông", "Hà", "lúa", "ngô", "xuống", "giống."),
)
paragraphs = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=10)


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[Words], list[Words]]:
    """Paragraphs, and the same ones after some random edits."""
    old = draw(st.lists(paragraphs, max_size=5))
    new = [list(p) for p in old]
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["word", "drop", "add", "move", "join", "insert"]))
        if kind == "add" or not new:
            new.insert(draw(st.integers(0, len(new))), draw(paragraphs))
            continue
        place = draw(st.integers(0, len(new) - 1))
        if kind == "word":
            new[place][draw(st.integers(0, len(new[place]) - 1))] = draw(st.sampled_from(SYLLABLES))
        elif kind == "insert":
            new[place].insert(0, draw(st.sampled_from(SYLLABLES)))
        elif kind == "drop":
            new.pop(place)
        elif kind == "move":
            new.insert(0, new.pop(place))
        elif place:
            new[place - 1 : place + 1] = [new[place - 1] + new[place]]
    return old, new


def article(body: list[str], page: dict[str, Any] | None = None) -> Article:
    printed = PrintedArticle(
        "alpha", "1", None, datetime(2025, 4, 7, tzinfo=UTC), "1", title="Tựa",
        blocks=[Block("paragraph", text) for text in body], **(page or {}),
    )  # fmt: skip
    return normalise(printed)


def side(part: tuple[Span, ...], op: str) -> tuple[str, ...]:
    """A part's words before (`removed`) or after (`added`), as they are compared."""
    words = [w for span in part if span.op in ("same", op) for w in span.text.split()]
    return tuple(comparison(word) for word in words)


def forms(texts: list[Words]) -> list[tuple[str, ...]]:
    return [tuple(comparison(word) for word in text) for text in texts]


unrelated = st.tuples(
    st.lists(paragraphs, min_size=4, max_size=8), st.lists(paragraphs, min_size=4, max_size=8)
)


@given(edits() | unrelated)
def test_both_texts_can_be_rebuilt(pair: tuple[list[Words], list[Words]]) -> None:
    old, new = pair
    found = diff(article([" ".join(p) for p in old]), article([" ".join(p) for p in new]))
    if not found:
        assert Counter(forms(old)) == Counter(forms(new))
        return
    (body,) = found
    before = [s for part in body.parts if (s := side(part, "removed"))]
    after = [s for part in body.parts if (s := side(part, "added"))]
    assert Counter(before) == Counter(forms(old))
    assert after == forms(new)
    assert body.changed
    assert len(body.words("same")) + len(body.words("added")) == sum(map(len, new))
    assert len(body.words("same")) + len(body.words("removed")) == sum(map(len, old))


@given(edits())
def test_no_span_is_empty_and_none_follows_its_like(pair: tuple[list[Words], list[Words]]) -> None:
    old, new = pair
    for field in diff(article([" ".join(p) for p in old]), article([" ".join(p) for p in new])):
        for part in field.parts:
            assert all(span.text.strip() for span in part)
            assert all(a.op != b.op for a, b in pairwise(part))


def body_of(old: list[str], new: list[str]) -> FieldDiff:
    (found,) = diff(article(old), article(new))
    return found


def test_a_changed_word_stands_alone() -> None:
    found = body_of(["Mương dài hơn 600 mét."], ["Mương dài hơn 900 mét."])
    assert found.parts == (
        (
            Span("same", "Mương dài hơn"),
            Span("removed", "600"),
            Span("added", "900"),
            Span("same", "mét."),
        ),
    )


def test_a_folded_difference_beside_a_real_one_is_not_shown() -> None:
    found = body_of(["“Hoà thuận” ở 600 hộ"], ['"Hòa thuận" ở 700 hộ'])
    assert (found.words("removed"), found.words("added")) == (["600"], ["700"])


def test_a_paragraph_that_moved_is_not_shown_beside_an_edit() -> None:
    old = ["Đoạn một nói về lúa.", "Đoạn hai nói về ngô.", "Đoạn ba nói về khoai."]
    found = body_of(old, [old[2], old[0], "Đoạn hai nói về sắn."])
    assert (found.words("removed"), found.words("added")) == (["ngô."], ["sắn."])


def test_whole_paragraphs_are_told_from_changed_ones() -> None:
    old = ["Bà con ra đồng từ sáng.", "Nước đã về ruộng."]
    found = body_of(old, [old[0], "Hôm sau trời mưa to suốt buổi."])
    assert found.whole("removed") == [old[1]]
    assert found.whole("added") == ["Hôm sau trời mưa to suốt buổi."]


def test_a_paragraph_printed_twice_is_counted() -> None:
    found = body_of(["Nước về ruộng.", "Nước về ruộng."], ["Nước về ruộng."])
    assert found.words("removed") == ["Nước", "về", "ruộng."]
    assert found.words("added") == []


def test_a_title_is_compared_word_by_word_however_different(page: Pages) -> None:
    old, new = normalise(page(title="Nạo vét mương")), normalise(page(title="Xuống giống vụ mới"))
    (found,) = diff(old, new)
    assert found.field == "title"
    assert (found.side("removed"), found.side("added")) == ("Nạo vét mương", "Xuống giống vụ mới")
