"""Vertical export, parsed with lxml."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from storage.exports.registry import FORMATS
from storage.exports.vertical import tokens

Export = Callable[..., Any]


def read(written: bytes) -> Any:
    return etree.fromstring(b"<corpus>\n" + written + b"</corpus>")


def lines(part: Any) -> list[str]:
    return "".join(part.itertext()).split("\n")[1:-1]


def test_tokens_are_syllables_numbers_and_punctuation() -> None:
    said = "Ngày 8-3, ông Nguyễn Văn Tư (1.072 hộ) xem https://alpha.vn/a?b=1&c=2 lúc 10/3/2025."
    assert list(tokens(said)) == [
        "Ngày", "8-3", "<g/>", ",", "ông", "Nguyễn", "Văn", "Tư", "(", "<g/>", "1.072", "hộ",
        "<g/>", ")", "xem", "https://alpha.vn/a?b=1&amp;c=2", "lúc", "10/3/2025", "<g/>", ".",
    ]  # fmt: skip


def test_document_has_attributes_and_parts(exported: Export) -> None:
    first = read(exported(FORMATS["vertical"]))[0]
    assert first.get("id") == "alpha-142041"
    assert first.get("site_title") == "Báo Alpha & Bạn"
    assert (first.get("published")[:10], first.get("year")) == ("2025-03-07", "2025")
    assert first.get("province_now") == "can-tho"
    assert first.get("author").split("|")[1] == "Trường Sơn"
    assert [part.tag for part in first] == [
        "title", "lead", "p", "head", "item", "item", "quote", "row", "row", "head", "caption",
    ]  # fmt: skip
    assert lines(first[0]) == ["Tổ", "công", "nghệ", "số", "đến", "từng", "nhà"]


def test_text_cannot_inject_tags_or_lines(exported: Export) -> None:
    corpus = read(exported(FORMATS["vertical"]))
    assert len(corpus) == 3
    assert {part.tag for part in corpus.iter()} <= {
        "corpus", "doc", "title", "lead", "p", "head", "quote", "item", "row", "caption", "g",
    }  # fmt: skip
    title = corpus[1][0]
    assert "".join(title.itertext()).replace("\n", "").startswith("<script>x</script>ER-TY-BOOK")
    assert all(token == token.strip() for token in lines(title))
