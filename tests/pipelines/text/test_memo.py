"""Caches of text functions are bounded in entries and in the length of a text."""

from __future__ import annotations

import pytest

from pipelines.text.memo import MAX_CACHED_CHARS, cache_short_texts
from pipelines.text.normal_forms import comparison
from pipelines.text.urls import canonical_url

CALLS: list[tuple[str, int]] = []


@cache_short_texts(2)
def counted(text: str, extra: int = 0) -> int:
    CALLS.append((text, extra))
    return len(text) + extra


@pytest.fixture(autouse=True)
def clear_calls() -> None:
    CALLS.clear()
    vars(counted)["cache_clear"]()


def test_result_is_cached() -> None:
    assert [counted("Bản Mạ"), counted("Bản Mạ")] == [6, 6]
    assert CALLS == [("Bản Mạ", 0)]


def test_other_arguments_are_part_of_the_key() -> None:
    assert [counted("Bản Mạ"), counted("Bản Mạ", extra=3)] == [6, 9]


def test_oldest_result_is_evicted() -> None:
    for text in ("một", "hai", "ba", "một"):
        counted(text)
    assert len(CALLS) == 4


def test_result_of_a_long_text_is_not_cached() -> None:
    text = "à" * (MAX_CACHED_CHARS + 1)
    assert counted(text) == counted(text) == MAX_CACHED_CHARS + 1
    assert len(CALLS) == 2


def test_long_texts_give_the_same_result() -> None:
    assert comparison("hoà " * MAX_CACHED_CHARS) == comparison("hoà " * 9)[:-4] + " hòa" * (
        MAX_CACHED_CHARS - 8
    )
    url = "https://x.vn/" + "a" * MAX_CACHED_CHARS + "?utm_source=b"
    assert canonical_url(url) == url.partition("?")[0]
