"""Passages: sentences that are found again whatever a reprint does around them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from hashlib import blake2b
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.record.normalise import normalise
from pipelines.stories.sentences import KEPT, RULES, Passages, passages_of, shingles_of
from pipelines.stories.shingles import SHINGLE
from pipelines.text.memo import MAX_CACHED_CHARS
from tests.conftest import printed

ONE = "Sáng thứ hai, bà con thôn Suối Vàng cùng nhau ra đồng nạo vét mương nước trước vụ mới."
TWO = "Ủy ban xã hỗ trợ mỗi hộ hai trăm nghìn đồng tiền xăng dầu cho máy cày trong tháng này."
THREE = (
    "“Mỗi nhà một người, ai có xe thì chở đất, ai không có thì gánh”, ông Dín nói với chúng tôi."
)


@pytest.fixture
def passages(page: Callable[..., Any]) -> Callable[..., Passages]:
    def of(*body: str, lead: str | None = None) -> Passages:
        return passages_of(normalise(page(body=body, lead=lead)))

    return of


def test_each_sentence_is_a_passage(passages: Callable[..., Passages]) -> None:
    found = passages(f"{ONE} {TWO}", THREE)
    assert [p.text.split()[0] for p in found.items] == ["Sáng", "Ủy", '"Mỗi']
    assert [p.paragraph for p in found.items] == [0, 0, 1]


def test_joined_and_split_paragraphs_have_the_same_passages(
    passages: Callable[..., Passages],
) -> None:
    assert passages(f"{ONE} {TWO}").sketch.numbers == passages(TWO, ONE).sketch.numbers


def test_a_lead_that_the_body_repeats_is_one_passage(passages: Callable[..., Passages]) -> None:
    assert len(passages(ONE, TWO, lead=ONE).items) == 2


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_encoding_tone_placement_and_capitals_change_nothing(
    passages: Callable[..., Passages], form: Any
) -> None:
    typed = unicodedata.normalize(form, TWO.replace("Ủy", "Uỷ"))
    assert passages(typed.replace("hộ", "HỘ")).sketch.numbers == passages(TWO).sketch.numbers


def test_another_tone_mark_is_another_word(passages: Callable[..., Passages]) -> None:
    assert passages(ONE.replace("bà", "ba")).shingles != passages(ONE).shingles


def test_a_number_is_folded_in_the_form_only(passages: Callable[..., Passages]) -> None:
    one, two = (passages(f"Trong tuần toàn tỉnh xảy ra {n} vụ tai nạn trên các tuyến đường.")
                for n in (12, 9))  # fmt: skip
    assert one.masked == two.masked
    assert one.shingles != two.shingles


def test_what_is_said_in_quotation_marks_is_quoted(passages: Callable[..., Passages]) -> None:
    assert [p.quoted for p in passages(ONE, THREE).items] == [False, True]


def test_stock_phrases_are_left_out(page: Callable[..., Any]) -> None:
    record = normalise(page(body=(ONE, TWO), lead=None))
    left = passages_of(record, frozenset(shingles_of(TWO)))
    assert [p.text for p in left.items] == [passages_of(record).items[0].text]


def test_the_index_takes_from_every_paragraph_before_it_takes_twice(
    passages: Callable[..., Passages],
) -> None:
    long = " ".join(
        f"Câu thứ {n} của đoạn dài kể chuyện con suối chảy qua bản làng." for n in "abcdefgh"
    )
    found = passages(long, ONE, TWO)
    kept = found.sketch.kept(set())
    assert len(kept) == KEPT
    assert {p.number for p in found.items if p.paragraph > 0} <= set(kept)


@given(st.text(alphabet="abc đờ ạ.,;“”\n12", max_size=200))
def test_any_text_has_passages_or_none(text: str) -> None:
    assert all(value >= 0 for value in shingles_of(text))


def digest(text: str, size: int) -> bytes:
    return blake2b(text.encode(), digest_size=size).digest()


def summed(tokens: list[str]) -> list[int]:
    """The same by its definition: the sum of each run's tokens, each times its place's factor."""
    drawn = digest("shingle", 8 * SHINGLE)
    factors = [int.from_bytes(drawn[8 * n : 8 * n + 8], "little") | 1 for n in range(SHINGLE)]
    numbers = [int.from_bytes(digest(token, 7), "little") for token in tokens]
    runs = [numbers[start : start + SHINGLE] for start in range(len(numbers) - SHINGLE + 1)]
    sums = [sum(n * f for n, f in zip(run, reversed(factors), strict=True)) for run in runs]
    return [total >> 40 & 2**64 - 1 for total in sums]


WORDS = ("một", "hai", "ba", "bốn", "năm", "sáu", "7", "8.000", "1/2", "đ")
TOKENS = st.lists(st.sampled_from(WORDS), max_size=40)


@given(TOKENS)
def test_a_shingle_is_the_sum_of_its_tokens_times_factors(tokens: list[str]) -> None:
    assert list(shingles_of(" ".join(tokens))) == summed(tokens)


@given(st.lists(TOKENS, max_size=6))
def test_a_sentence_has_the_same_shingles_whatever_stands_around_it(
    sentences: list[list[str]],
) -> None:
    found = passages_of(normalise(printed(body=[f"{' '.join(s)}." for s in sentences], lead=None)))
    assert all(list(p.shingles) == summed(p.text.strip(".").split()) for p in found.items)


def test_the_rules_number_is_raised_when_the_numbers_change(
    passages: Callable[..., Passages],
) -> None:
    """Homes hold these numbers. Where they change, raise RULES and state the new ones here."""
    numbers = passages(ONE, TWO, THREE).sketch.numbers
    assert (RULES, numbers) == (2, [39510450, 59278816, 63391979])


def test_any_run_of_a_sentence_may_stand_for_it(passages: Callable[..., Passages]) -> None:
    chance, words = Random(1), [f"từ{n}" for n in range(500)]
    places = [0] * 10
    for _ in range(2000):
        shingles = shingles_of(" ".join(chance.choices(words, k=SHINGLE + 9)))
        places[shingles.index(min(shingles))] += 1
    assert all(150 < count < 250 for count in places), places


def test_neighbours_numbers_say_nothing_of_each_other() -> None:
    chance, words = Random(2), [f"từ{n}" for n in range(500)]
    shingles = shingles_of(" ".join(chance.choices(words, k=4000)))
    larger = sum(a < b for a, b in pairwise(shingles))
    assert 0.48 < larger / len(shingles) < 0.52


def test_a_long_paragraph_has_the_shingles_of_its_words() -> None:
    words = [f"chữ{n}" for n in range(MAX_CACHED_CHARS)]
    assert list(shingles_of(" ".join(words))) == summed(words)
