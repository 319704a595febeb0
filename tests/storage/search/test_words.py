"""Tokenizer: the fast implementation equals the reference."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage.search import tokenizer as module
from storage.search.tokenizer import index_tokens, index_tokens_any_script, site_word
from storage.text.folding import BASE_LETTERS, TONE_ON_SECOND_VOWEL

MARKED = "".join(letter for letter, _ in BASE_LETTERS)
LETTERS = MARKED + MARKED.upper()
VIETNAMESE = st.text(
    alphabet=LETTERS + "abcdeghiklmnopqrstuvxyADENOUY019 .,-“”…\n\t_²³", max_size=60
)
SPELLINGS = st.sampled_from([spelling for pair in TONE_ON_SECOND_VOWEL for spelling in pair])
FOREIGN = st.sampled_from(
    ["😀", "÷", "½", "Ελ", "ö", "ក្រ", "\u0301", "\x00", "\u20d0", "\u2028", "\x1f", "\u0130", "ſ",
     "\ufb01", "\ud800", "北京", "30ºC"]
)  # fmt: skip
MIXED = st.lists(st.one_of(VIETNAMESE, SPELLINGS, FOREIGN)).map("".join)


@given(st.one_of(VIETNAMESE, MIXED, st.text(max_size=60)))
@example("Hòa bình, hoà thuận; THUỶ thủy: ÐẢNG bộ 25m², khuýa oà òa òe")
@example("a\u20d0b ÷ c")
@example(unicodedata.normalize("NFD", LETTERS))
def test_fast_tokenizer_equals_the_reference(text: str) -> None:
    assert (
        index_tokens(text).split()
        == index_tokens_any_script(text).encode("utf-8", "replace").split()
    )


@given(st.lists(st.one_of(VIETNAMESE, SPELLINGS)).map(" ".join))
@example(LETTERS)
def test_vietnamese_uses_the_fast_tokenizer(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(module, "index_tokens_any_script")
        index_tokens(text)


def test_folded_and_exact_tokens_are_disjoint() -> None:
    assert index_tokens("Đảng bộ, dang 5").decode().split() == [
        "dang", "bo", "dang", "5", "_đảng", "_bộ", "_dang", "_5",
    ]  # fmt: skip
    assert index_tokens("dang_bo").decode().split() == ["dang", "bo", "_dang", "_bo"]


def test_text_without_words_has_no_tokens() -> None:
    assert index_tokens("") == index_tokens(" – …\n") == index_tokens("😀") == b""


@given(st.text(max_size=20), st.text(max_size=60))
def test_no_text_contains_a_site_token(name: str, text: str) -> None:
    assert site_word(name) not in index_tokens(text).decode().split()
