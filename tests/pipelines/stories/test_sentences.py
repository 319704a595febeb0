"""Sentences and their shingles, which do not depend on the text around them."""

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
from pipelines.stories.sentences import (
    MAX_INDEXED_SENTENCES,
    SHINGLE_RULES_VERSION,
    ShingledText,
    phrase_shingles,
    shingle_text,
)
from pipelines.stories.shingles import SHINGLE_SYLLABLES
from pipelines.text.memo import MAX_CACHED_CHARS
from tests.conftest import raw_article

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


def test_each_sentence_has_its_text_and_paragraph(shingled: Callable[..., ShingledText]) -> None:
    found = shingled(f"{ONE} {TWO}", THREE)
    assert [p.text.split()[0] for p in found.sentences] == ["Sáng", "Ủy", '"Mỗi']
    assert [p.paragraph for p in found.sentences] == [0, 0, 1]


def test_joined_and_split_paragraphs_have_the_same_shingles(
    shingled: Callable[..., ShingledText],
) -> None:
    assert shingled(f"{ONE} {TWO}").sketch.min_shingles == shingled(TWO, ONE).sketch.min_shingles


def test_lead_that_the_body_repeats_counts_once(shingled: Callable[..., ShingledText]) -> None:
    assert len(shingled(ONE, TWO, lead=ONE).sentences) == 2


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_encoding_tone_placement_and_capitals_are_ignored(
    shingled: Callable[..., ShingledText], form: Any
) -> None:
    typed = unicodedata.normalize(form, TWO.replace("Ủy", "Uỷ"))
    assert (
        shingled(typed.replace("hộ", "HỘ")).sketch.min_shingles == shingled(TWO).sketch.min_shingles
    )


def test_tone_marks_change_the_shingles(shingled: Callable[..., ShingledText]) -> None:
    assert shingled(ONE.replace("bà", "ba")).shingles != shingled(ONE).shingles


def test_numbers_are_masked_in_masked_shingles_only(shingled: Callable[..., ShingledText]) -> None:
    one, two = (shingled(f"Trong tuần toàn tỉnh xảy ra {n} vụ tai nạn trên các tuyến đường.")
                for n in (12, 9))  # fmt: skip
    assert one.masked == two.masked
    assert one.shingles != two.shingles


def test_sentence_in_quotation_marks_is_quoted(shingled: Callable[..., ShingledText]) -> None:
    assert [p.quoted for p in shingled(ONE, THREE).sentences] == [False, True]


def test_stock_phrases_are_ignored(page: Callable[..., Any]) -> None:
    record = normalise(page(body=(ONE, TWO), lead=None))
    kept = shingle_text(record, frozenset(phrase_shingles(TWO)))
    assert [p.text for p in kept.sentences] == [shingle_text(record).sentences[0].text]


def test_index_takes_one_sentence_of_every_paragraph_first(
    shingled: Callable[..., ShingledText],
) -> None:
    long = " ".join(
        f"Câu thứ {n} của đoạn dài kể chuyện con suối chảy qua bản làng." for n in "abcdefgh"
    )
    found = shingled(long, ONE, TWO)
    indexed = found.sketch.index_shingles(set())
    assert len(indexed) == MAX_INDEXED_SENTENCES
    assert {p.min_shingle for p in found.sentences if p.paragraph > 0} <= set(indexed)


@given(st.text(alphabet="abc đờ ạ.,;“”\n12", max_size=200))
def test_any_text_can_be_hashed(text: str) -> None:
    assert all(value >= 0 for value in phrase_shingles(text))


def digest(text: str, size: int) -> bytes:
    return blake2b(text.encode(), digest_size=size).digest()


def expected_shingles(tokens: list[str]) -> list[int]:
    """The sum of each run's tokens, each times the factor of its position."""
    drawn = digest("shingle", 8 * SHINGLE_SYLLABLES)
    factors = [
        int.from_bytes(drawn[8 * n : 8 * n + 8], "little") | 1 for n in range(SHINGLE_SYLLABLES)
    ]
    numbers = [int.from_bytes(digest(token, 7), "little") for token in tokens]
    runs = [
        numbers[start : start + SHINGLE_SYLLABLES]
        for start in range(len(numbers) - SHINGLE_SYLLABLES + 1)
    ]
    sums = [sum(n * f for n, f in zip(run, reversed(factors), strict=True)) for run in runs]
    return [total >> 40 & 2**64 - 1 for total in sums]


WORDS = ("một", "hai", "ba", "bốn", "năm", "sáu", "7", "8.000", "1/2", "đ")
TOKENS = st.lists(st.sampled_from(WORDS), max_size=40)


@given(TOKENS)
def test_shingle_is_the_sum_of_tokens_times_factors(tokens: list[str]) -> None:
    assert list(phrase_shingles(" ".join(tokens))) == expected_shingles(tokens)


@given(st.lists(TOKENS, max_size=6))
def test_shingles_do_not_depend_on_other_sentences(
    sentences: list[list[str]],
) -> None:
    found = shingle_text(
        normalise(raw_article(body=[f"{' '.join(s)}." for s in sentences], lead=None))
    )
    assert all(
        list(p.shingles) == expected_shingles(p.text.strip(".").split()) for p in found.sentences
    )


def test_rules_version_changes_with_the_shingles(
    shingled: Callable[..., ShingledText],
) -> None:
    """Homes store these. If they change, increase SHINGLE_RULES_VERSION and update this test."""
    numbers = shingled(ONE, TWO, THREE).sketch.min_shingles
    assert (SHINGLE_RULES_VERSION, numbers) == (3, [39510450, 59278816, 63391979])


def test_minimum_is_equally_likely_at_each_position(shingled: Callable[..., ShingledText]) -> None:
    chance, words = Random(1), [f"từ{n}" for n in range(500)]
    counts = [0] * 10
    for _ in range(2000):
        shingles = phrase_shingles(" ".join(chance.choices(words, k=SHINGLE_SYLLABLES + 9)))
        counts[shingles.index(min(shingles))] += 1
    assert all(150 < count < 250 for count in counts), counts


def test_neighbouring_shingles_are_independent() -> None:
    chance, words = Random(2), [f"từ{n}" for n in range(500)]
    shingles = phrase_shingles(" ".join(chance.choices(words, k=4000)))
    larger = sum(a < b for a, b in pairwise(shingles))
    assert 0.48 < larger / len(shingles) < 0.52


def test_long_paragraph_without_cache_has_the_same_shingles() -> None:
    words = [f"chữ{n}" for n in range(MAX_CACHED_CHARS)]
    assert list(phrase_shingles(" ".join(words))) == expected_shingles(words)
