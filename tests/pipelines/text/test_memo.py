"""What is remembered of texts, and what is not: pages are hostile."""

from __future__ import annotations

import pytest

from pipelines.text.memo import LONGEST, remembered
from pipelines.text.normal_forms import comparison
from pipelines.text.urls import canonical_url

ASKED: list[tuple[str, int]] = []


@remembered(2)
def counted(text: str, more: int = 0) -> int:
    ASKED.append((text, more))
    return len(text) + more


@pytest.fixture(autouse=True)
def nothing_asked() -> None:
    ASKED.clear()
    vars(counted)["cache_clear"]()


def test_a_text_is_worked_on_once() -> None:
    assert [counted("Bản Mạ"), counted("Bản Mạ")] == [6, 6]
    assert ASKED == [("Bản Mạ", 0)]


def test_each_argument_is_a_question_of_its_own() -> None:
    assert [counted("Bản Mạ"), counted("Bản Mạ", more=3)] == [6, 9]


def test_only_so_many_are_kept() -> None:
    for text in ("một", "hai", "ba", "một"):
        counted(text)
    assert len(ASKED) == 4


def test_nothing_of_a_long_text_is_kept() -> None:
    text = "à" * (LONGEST + 1)
    assert counted(text) == counted(text) == LONGEST + 1
    assert len(ASKED) == 2


def test_a_long_text_is_read_as_a_short_one_is() -> None:
    assert comparison("hoà " * LONGEST) == comparison("hoà " * 9)[:-4] + " hòa" * (LONGEST - 8)
    url = "https://x.vn/" + "a" * LONGEST + "?utm_source=b"
    assert canonical_url(url) == url.partition("?")[0]
