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
from pipelines.stories.sentences import MAX_INDEXED_SENTENCES, SHINGLE_RULES_VERSION, ShingledText, shingle_text, phrase_shingles
from pipelines.stories.shingles import SHINGLE_SYLLABLES
from pipelines.text.memo import MAX_CACHED_CHARS
from tests.conftest import printed

ONE = "Sáng thứ hai, bà con thôn Suối Vàng cùng nhau ra đồng nạo vét mương nước trước vụ mới."
TWO = "Ủy ban xã hỗ trợ mỗi hộ hai trăm nghìn đồng tiền xăng dầu cho máy cày trong tháng này."
THREE = (
    "“Mỗi nhà một người, ai có xe thì chở đất, ai không có thì gánh”, ông Dín nói với chúng tôi."
)


@pytest.fixture
def shingled(page: Callable[..., Any]) -> Callable[..., ShingledText]:
    def of(*body: str, lead: str | None = None) -> ShingledText:
        return shingle_text(normalise(page(body=body, lead=lead)))

    return of


def test_each_sentence_is_a_passage(shingled: Callable[..., ShingledText]) -> None:
    found = shingled(f"{ONE} {TWO}", THREE)
    assert [p.text.split()[0] for p in found.items] == ["Sáng", "Ủy", '"Mỗi']
    assert [p.paragraph for p in found.items] == [0, 0, 1]


def test_joined_and_split_paragraphs_have_the_same_passages(
    shingled: Callable[..., ShingledText],
) -> None:
    assert shingled(f"{ONE} {TWO}").sketch.numbers == shingled(TWO, ONE).sketch.numbers


def test_a_lead_that_the_body_repeats_is_one_passage(shingled: Callable[..., ShingledText]) -> None:
    assert len(shingled(ONE, TWO, lead=ONE).items) == 2


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_encoding_tone_placement_and_capitals_change_nothing(
    shingled: Callable[..., ShingledText], form: Any
) -> None:
    typed = unicodedata.normalize(form, TWO.replace("Ủy", "Uỷ"))
    assert shingled(typed.replace("hộ", "HỘ")).sketch.numbers == shingled(TWO).sketch.numbers


def test_another_tone_mark_is_another_word(shingled: Callable[..., ShingledText]) -> None:
    assert shingled(ONE.replace("bà", "ba")).shingles != shingled(ONE).shingles


def test_a_number_is_folded_in_the_form_only(shingled: Callable[..., ShingledText]) -> None:
    one, two = (shingled(f"Trong tuần toàn tỉnh xảy ra {n} vụ tai nạn trên các tuyến đường.")
                for n in (12, 9))  # fmt: skip
    assert one.masked == two.masked
    assert one.shingles != two.shingles


def test_what_is_said_in_quotation_marks_is_quoted(shingled: Callable[..., ShingledText]) -> None:
    assert [p.quoted for p in shingled(ONE, THREE).items] == [False, True]


def test_stock_phrases_are_left_out(page: Callable[..., Any]) -> None:
    record = normalise(page(body=(ONE, TWO), lead=None))
    left = shingle_text(record, frozenset(phrase_shingles(TWO)))
    assert [p.text for p in left.items] == [shingle_text(record).items[0].text]


def test_the_index_takes_from_every_paragraph_before_it_takes_twice(
    shingled: Callable[..., ShingledText],
) -> None:
    long = " ".join(
        f"Câu thứ {n} của đoạn dài kể chuyện con suối chảy qua bản làng." for n in "abcdefgh"
    )
    found = shingled(long, ONE, TWO)
    kept = found.sketch.kept(set())
    assert len(kept) == MAX_INDEXED_SENTENCES
    assert {p.number for p in found.items if p.paragraph > 0} <= set(kept)


@given(st.text(alphabet="abc đờ ạ.,;“”\n12", max_size=200))
def test_any_text_has_passages_or_none(text: str) -> None:
    assert all(value >= 0 for value in phrase_shingles(text))


def digest(text: str, size: int) -> bytes:
    return blake2b(text.encode(), digest_size=size).digest()


def summed(tokens: list[str]) -> list[int]:
    """The same by its definition: the sum of each run's tokens, each times its place's factor."""
    drawn = digest("shingle", 8 * SHINGLE_SYLLABLES)
    factors = [int.from_bytes(drawn[8 * n : 8 * n + 8], "little") | 1 for n in range(SHINGLE_SYLLABLES)]
    numbers = [int.from_bytes(digest(token, 7), "little") for token in tokens]
    runs = [numbers[start : start + SHINGLE_SYLLABLES] for start in range(len(numbers) - SHINGLE_SYLLABLES + 1)]
    sums = [sum(n * f for n, f in zip(run, reversed(factors), strict=True)) for run in runs]
    return [total >> 40 & 2**64 - 1 for total in sums]


WORDS = ("một", "hai", "ba", "bốn", "năm", "sáu", "7", "8.000", "1/2", "đ")
TOKENS = st.lists(st.sampled_from(WORDS), max_size=40)


@given(TOKENS)
def test_a_shingle_is_the_sum_of_its_tokens_times_factors(tokens: list[str]) -> None:
    assert list(phrase_shingles(" ".join(tokens))) == summed(tokens)


@given(st.lists(TOKENS, max_size=6))
def test_a_sentence_has_the_same_shingles_whatever_stands_around_it(
    sentences: list[list[str]],
) -> None:
    found = shingle_text(normalise(printed(body=[f"{' '.join(s)}." for s in sentences], lead=None)))
    assert all(list(p.shingles) == summed(p.text.strip(".").split()) for p in found.items)


def test_the_rules_number_is_raised_when_the_numbers_change(
    shingled: Callable[..., ShingledText],
) -> None:
    """Homes hold these numbers. Where they change, raise RULES and state the new ones here."""
    numbers = shingled(ONE, TWO, THREE).sketch.numbers
    assert (SHINGLE_RULES_VERSION, numbers) == (2, [39510450, 59278816, 63391979])


def test_any_run_of_a_sentence_may_stand_for_it(shingled: Callable[..., ShingledText]) -> None:
    chance, words = Random(1), [f"từ{n}" for n in range(500)]
    places = [0] * 10
    for _ in range(2000):
        shingles = phrase_shingles(" ".join(chance.choices(words, k=SHINGLE_SYLLABLES + 9)))
        places[shingles.index(min(shingles))] += 1
    assert all(150 < count < 250 for count in places), places


def test_neighbours_numbers_say_nothing_of_each_other() -> None:
    chance, words = Random(2), [f"từ{n}" for n in range(500)]
    shingles = phrase_shingles(" ".join(chance.choices(words, k=4000)))
    larger = sum(a < b for a, b in pairwise(shingles))
    assert 0.48 < larger / len(shingles) < 0.52


def test_a_long_paragraph_has_the_shingles_of_its_words() -> None:
    words = [f"chữ{n}" for n in range(MAX_CACHED_CHARS)]
    assert list(phrase_shingles(" ".join(words))) == summed(words)
