"""Diffs: both texts can be reconstructed, and only differences are marked."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.changes import word_diff
from pipelines.changes.diff import FieldDiff, diff
from pipelines.changes.fingerprint import fingerprint
from pipelines.changes.mass_inserted import edited_texts
from pipelines.changes.word_diff import Span, longest_increasing_subsequence, spans
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import comparison
from storage.models import Article, Author, Block, Source

Pages = Callable[..., RawArticle]
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
    printed = RawArticle(
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
def test_both_texts_can_be_reconstructed(pair: tuple[list[Words], list[Words]]) -> None:
    """In their own order: what stayed and came is the new text, what stayed and went the old."""
    old, new = pair
    found = diff(article([" ".join(p) for p in old]), article([" ".join(p) for p in new]))
    if not found:
        assert Counter(forms(old)) == Counter(forms(new))
        return
    (body,) = found
    before = [side(body.parts[place], "removed") for place in body.old_order]
    after = [s for part in body.parts if (s := side(part, "added"))]
    assert before == forms(old)
    assert after == forms(new)
    assert body.changed
    assert len(body.words("same")) + len(body.words("added")) == sum(map(len, new))
    assert len(body.words("same")) + len(body.words("removed")) == sum(map(len, old))
    assert [len(text.split()) for text in body.sides("removed")] == [len(p) for p in old]
    assert [len(text.split()) for text in body.sides("added")] == [len(p) for p in new]


@given(edits() | unrelated)
def test_moved_paragraphs_are_out_of_order(pair: tuple[list[Words], list[Words]]) -> None:
    """Without them and without what came and went, both sides have one order."""
    old, new = pair
    for body in diff(article([" ".join(p) for p in old]), article([" ".join(p) for p in new])):
        stayed = [place for place in body.old_order if place not in body.moved]
        assert stayed == sorted(stayed)
        assert all(any(s.op != "added" for s in body.parts[place]) for place in body.moved)
        assert not set(body.moved) - set(body.old_order)


PRINTED = (
    *("\u201c", "\u201d", '"', "(", ")", "-", "\u2013", ",", ".", "\u2026", "...", "TP.", "HCM"),
    *("hoà", "hòa", "HOÀ", "Hội", "HỘI", "hội", "nghị", "NGHỊ", "a", "A-B", "a", "\u00a0"),
)


@given(
    st.lists(st.sampled_from(PRINTED), max_size=8), st.lists(st.sampled_from(PRINTED), max_size=8)
)
def test_diff_is_empty_iff_fingerprints_are_equal(old: Words, new: Words) -> None:
    """However odd the spaces, quotes and capitals are."""
    assume("(" not in old[:1] + new[:1])  # "(HOÀ)" is a dateline, which is not compared
    left, right = article([" ".join(old)]), article([" ".join(new)])
    found = diff(left, right)
    assert (found == []) is (fingerprint(left) == fingerprint(right))
    for field in found:
        assert bare(field.side("removed")) == bare(" ".join(old))
        assert bare(field.side("added")) == bare(" ".join(new))


def bare(text: str) -> str:
    """Without what depends on the words around: spaces at quotes, case of lines in capitals."""
    return "".join(comparison(text).lower().split())


@pytest.mark.parametrize(("old", "new"), [("Hoà", "Hòa"), ("A - B", "A–B"), ("“A”", '"A"')])
def test_byline_is_normalised_like_other_text(old: str, new: str) -> None:
    left, right = (
        replace(article(["x"]), source=Source(name), authors=(Author(name, "person", ()),))
        for name in (old, new)
    )
    assert diff(left, right) == []
    assert fingerprint(left) == fingerprint(right)


@given(edits())
def test_spans_are_not_empty_and_alternate(pair: tuple[list[Words], list[Words]]) -> None:
    old, new = pair
    for field in diff(article([" ".join(p) for p in old]), article([" ".join(p) for p in new])):
        for part in field.parts:
            assert all(span.text.strip() for span in part)
            assert all(a.op != b.op for a, b in pairwise(part))


def body_of(old: list[str], new: list[str]) -> FieldDiff:
    (found,) = diff(article(old), article(new))
    return found


def test_changed_word_is_one_span() -> None:
    found = body_of(["Mương dài hơn 600 mét."], ["Mương dài hơn 900 mét."])
    assert found.parts == (
        (
            Span("same", "Mương dài hơn"),
            Span("removed", "600"),
            Span("added", "900"),
            Span("same", "mét."),
        ),
    )


def test_normalised_difference_is_not_shown_beside_an_edit() -> None:
    found = body_of(["“Hoà thuận” ở 600 hộ"], ['"Hòa thuận" ở 700 hộ'])
    assert (found.words("removed"), found.words("added")) == (["600"], ["700"])


def test_moved_paragraph_has_no_changed_spans() -> None:
    old = ["Đoạn một nói về lúa.", "Đoạn hai nói về ngô.", "Đoạn ba nói về khoai."]
    found = body_of(old, [old[2], old[0], "Đoạn hai nói về sắn."])
    assert (found.words("removed"), found.words("added")) == (["ngô."], ["sắn."])


def test_whole_paragraphs_are_distinguished_from_changed_ones() -> None:
    old = ["Bà con ra đồng từ sáng.", "Nước đã về ruộng."]
    found = body_of(old, [old[0], "Hôm sau trời mưa to suốt buổi."])
    assert found.whole("removed") == [old[1]]
    assert found.whole("added") == ["Hôm sau trời mưa to suốt buổi."]


def test_repeated_paragraph_is_counted() -> None:
    found = body_of(["Nước về ruộng.", "Nước về ruộng."], ["Nước về ruộng."])
    assert found.words("removed") == ["Nước", "về", "ruộng."]
    assert found.words("added") == []


def test_title_is_always_compared_by_word(page: Pages) -> None:
    old, new = normalise(page(title="Nạo vét mương")), normalise(page(title="Xuống giống vụ mới"))
    (found,) = diff(old, new)
    assert found.field == "title"
    assert (found.side("removed"), found.side("added")) == ("Nạo vét mương", "Xuống giống vụ mới")


def test_changed_tone_mark_shows_the_whole_syllable() -> None:
    found = body_of(["Đồng chí bí thư đến."], ["Đồng chí bị thu đến."])
    assert (found.words("removed"), found.words("added")) == (["bí", "thư"], ["bị", "thu"])


PLACES = ["Đoạn một nói về lúa.", "Đoạn hai nói về ngô.", "Đoạn ba nói về khoai."]


def test_moved_paragraph_is_marked_at_its_new_position() -> None:
    found = body_of([*PLACES, "Hết."], [PLACES[2], PLACES[0], PLACES[1], "Xong."])
    assert [found.parts[place][0].text for place in found.moved] == [PLACES[2]]
    assert found.old_order == (1, 2, 0, 3)


def test_paragraph_can_be_moved_and_changed() -> None:
    found = body_of(PLACES, ["Đoạn ba nói về sắn.", *PLACES[:2]])
    assert found.moved == (0,)
    assert found.words("added") == ["sắn."]


def test_removed_paragraphs_keep_their_position() -> None:
    found = body_of(["A a a.", "B b b.", "C c c."], ["A a a.", "C c c.", "D d d."])
    assert [part[0].text for part in found.parts] == ["A a a.", "B b b.", "C c c.", "D d d."]
    found = body_of(["B b b.", "A a a."], ["A a a."])
    assert found.parts[0] == (Span("removed", "B b b."),)


def test_closer_of_two_equally_similar_paragraphs_matches() -> None:
    old = ["Thôn có 100 hộ dân.", "Giữa hai đoạn.", "Thôn có 100 hộ dân."]
    new = ["Thôn có 200 hộ dân.", "Giữa hai đoạn.", "Thôn có 300 hộ dân."]
    found = body_of(old, new)
    assert found.moved == ()
    assert [part[1].text for part in found.parts if len(part) > 1] == ["100", "100"]


def test_short_common_runs_do_not_split_a_change() -> None:
    old = "một hai ba bốn năm sáu và bảy tám chín mười trăm nghìn"
    new = "xoài ổi mận đào lê táo và cam quýt bưởi chanh dừa khế"
    found = spans(f"Đầu câu {old} hết.", f"Đầu câu {new} hết.")
    assert [s.op for s in found] == ["same", "removed", "added", "same"]


def test_changed_word_is_found_when_capitals_are_dropped() -> None:
    found = spans("HỘI NGHỊ TỔNG KẾT", "Hội nghị tổng kết năm")
    assert [s.text for s in found if s.op != "same"] == ["năm"]
    assert [s.op for s in spans("HỘI NGHỊ", "Hội nghị")] == ["removed", "added"]


# Speed: hostile and merely long texts take time in proportion.


def words(size: int, seed: int, vocabulary: int = 2000) -> Words:
    chance = random.Random(seed)
    return [f"từ{chance.randrange(vocabulary)}" for _ in range(size)]


def changed(text: Words, every: int) -> Words:
    return [f"{w}x" if n % every == 0 else w for n, w in enumerate(text)]


def seconds(call: Callable[[], object]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def test_400_changed_paragraphs_take_less_than_two_seconds() -> None:
    old = [words(50, n) for n in range(400)]
    new = [changed(text, 9) for text in old]
    left, right = (article([" ".join(p) for p in side]) for side in (old, new))
    assert seconds(lambda: diff(left, right)) < 2
    (found,) = diff(left, right)
    assert (found.whole("added"), found.moved) == ([], ())


def test_long_paragraph_takes_less_than_two_seconds() -> None:
    old = words(20_000, 1)
    for new in (changed(old, 7), words(20_000, 2), old[::-1]):
        assert seconds(lambda new=new: spans(" ".join(old), " ".join(new))) < 2


def test_repetitive_text_takes_no_longer() -> None:
    old, new = " ".join(["a"] * 20_000), " ".join(["b", "a"] * 10_000)
    assert seconds(lambda: spans(old, new)) < 2


def test_huge_text_is_split_at_unique_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = [f"từ{n}" for n in range(2000)]
    new = [*old]
    new[5], new[1000], new[1990] = "x", "y", "z"
    whole = spans(" ".join(old), " ".join(new))
    monkeypatch.setattr(word_diff, "MAX_GRID_CELLS", 100)
    assert spans(" ".join(old), " ".join(new)) == whole
    repeated = spans(" ".join(["a", "b"] * 40), " ".join(["b", "c"] * 40))
    assert {s.op for s in repeated} == {"removed", "added"}


@given(st.lists(st.integers(0, 30), max_size=20, unique=True))
def test_longest_increasing_subsequence(numbers: list[int]) -> None:
    run = [numbers[place] for place in longest_increasing_subsequence(numbers)]
    assert run == sorted(run)
    best = [1] * len(numbers)
    for n, number in enumerate(numbers):
        best[n] = 1 + max((best[m] for m in range(n) if numbers[m] < number), default=0)
    assert len(run) == max(best, default=0)


LEAD = "Sáng nay, bà con ba thôn ven sông cùng ra nạo vét con mương chính trước khi vào vụ mới."
REST = ["Nước về đến đầu làng từ chiều qua.", "Mỗi hộ góp hai ngày công."]


def changed_fields(old: Article, new: Article) -> list[tuple[str, list[str], list[str]]]:
    return [(d.field, d.words("removed"), d.words("added")) for d in diff(old, new)]


@pytest.mark.parametrize("edited_above", [False, True])
def test_edited_copy_of_a_lead_printed_twice_is_an_edited_word(*, edited_above: bool) -> None:
    """The record leaves out the second copy as long as both are equal."""
    once = article(REST, {"lead": LEAD})
    edited = LEAD.replace("mương chính", "mương phụ")
    above, below = (edited, LEAD) if edited_above else (LEAD, edited)
    twice = article([below, *REST], {"lead": above})
    field = "lead" if edited_above else "body"
    assert changed_fields(once, twice) == [(field, ["chính"], ["phụ"])]
    assert changed_fields(twice, once) == [(field, ["phụ"], ["chính"])]


def test_new_first_paragraph_is_no_copy_of_the_lead() -> None:
    """Another text about the same matter is a paragraph that was added."""
    other = "Sáng nay, ba thôn ven sông mở hội đua thuyền, bà con đến xem rất đông."
    (body,) = diff(article(REST, {"lead": LEAD}), article([other, *REST], {"lead": LEAD}))
    assert body.whole("added") == [other]
    assert not body.words("removed")


@pytest.mark.parametrize("edited_as_caption", [False, True])
def test_edited_paragraph_in_another_role_is_an_edited_word(*, edited_as_caption: bool) -> None:
    """A picture beside it makes it look like a caption, before the edit or after it."""
    edited = LEAD.replace("mương chính", "mương phụ")
    texts = [LEAD, edited]
    pages = [article([text, *REST]) for text in texts]
    index = int(edited_as_caption)
    pages[index] = article(REST, {"captions": [texts[index]]})
    assert changed_fields(*pages) == [("body", ["chính"], ["phụ"])]


def test_new_caption_is_no_edited_paragraph() -> None:
    """Another text about the same matter stays in its role."""
    caption = "Bà con ba thôn ven sông cùng đua thuyền trong ngày hội đầu vụ."
    old, new = article([LEAD, *REST]), article(REST, {"captions": [caption]})
    assert {field for field, _, _ in changed_fields(old, new)} == {"body", "captions"}


def test_time_of_day_that_the_template_leaves_out_is_no_edit() -> None:
    with_time = article(REST, {"published": "07/04/2025 08:15"})
    day = article(REST, {"published": "07/04/2025"})
    assert diff(with_time, day) == diff(day, with_time) == []
    other_day = article(REST, {"published": "08/04/2025"})
    assert changed_fields(day, other_day) == [("published", ["07/04/2025"], ["08/04/2025"])]
    assert [d.field for d in diff(with_time, other_day)] == ["published"]


def test_seconds_that_the_template_leaves_out_are_no_edit() -> None:
    minute = article(REST, {"published": "07/04/2025 08:15"})
    second = article(REST, {"published": "07/04/2025 08:15:54"})
    assert diff(minute, second) == diff(second, minute) == []
    later = article(REST, {"published": "07/04/2025 08:16:54"})
    assert [d.field for d in diff(minute, later)] == ["published"]
    assert [d.field for d in diff(second, later)] == ["published"]


@pytest.mark.parametrize("midnight", ["07/04/2025 12:00 AM", "7/4/2025 12:00:00 SA"])
def test_minute_after_a_printed_midnight_is_an_edit(midnight: str) -> None:
    """The record has no time for 12:00 AM, but the page prints one, and then another."""
    before = article(REST, {"published": midnight})
    assert before.published == "2025-04-07"
    after = article(REST, {"published": "07/04/2025 12:07 AM"})
    assert changed_fields(before, after) == [("published", [], ["00:07"])]
    assert diff(before, article(REST, {"published": "07/04/2025"})) == []


def test_fields_that_an_edit_gives_and_takes() -> None:
    old, new = article(["Một."], {"byline": "Lò Thị Mai"}), article(["Một."], {"source": "TTXVN"})
    edit = edited_texts(old, new)
    assert (edit.appeared, edit.vanished) == ({"source"}, {"byline"})
    edit = edited_texts(old, article(["Hai."], {"byline": "Vừ A Dơ"}))
    assert (edit.appeared, edit.vanished) == (set(), set())
