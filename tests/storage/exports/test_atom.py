"""Atom export, parsed with feedparser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import feedparser

from storage.exports.registry import FORMATS

Export = Callable[..., Any]


def read(written: bytes) -> Any:
    found = feedparser.parse(written)
    assert not found.bozo, found.bozo_exception
    assert found.version == "atom10"
    return found


def test_each_article_is_an_entry(exported: Export) -> None:
    found = read(exported(FORMATS["atom"]))
    assert found.feed.updated == "2025-03-10T18:30:00Z"
    first, _, bare = found.entries
    assert first.id == "tag:tinwatch.invalid,2025:article/alpha/142041"
    assert first.title == "Tổ công nghệ số đến từng nhà"
    assert first.link == "https://alpha.vn/tin/bai-142041.html?a=1&b=50%25_x#c"
    assert (first.updated, first.published) == (
        "2025-03-10T18:30:00Z", "2025-03-07T08:15:00+07:00",
    )  # fmt: skip
    assert [author.name for author in first.authors][1] == "Trường Sơn"
    assert [each.term for each in first.tags] == [
        "alpha", "Xây dựng Đảng", "chuyển đổi số", "Long Mỹ",
    ]  # fmt: skip
    assert first.content[0].type == "text/plain"
    assert "\n\nViệc làm trong hai buổi\n\n" in first.content[0].value
    assert "published" not in bare
    assert not bare.get("links")


def test_markup_is_escaped(exported: Export) -> None:
    bad = read(exported(FORMATS["atom"])).entries[1]
    assert bad.title_detail.type == "text/plain"
    for text in (bad.title, bad.summary, bad.content[0].value):
        assert text.startswith("<script>x</script> ER - TY - BOOK")
        assert not set("\u202e\x1b\x00") & set(text)


def test_empty_selection_is_a_feed_without_entries(exported: Export) -> None:
    found = read(exported(FORMATS["atom"], sites=["beta"]))
    assert found.entries == []
    assert found.feed.updated


def test_each_revision_is_an_entry_with_its_own_id(exported: Export) -> None:
    entries = read(exported(FORMATS["atom"], revisions=True)).entries
    assert len({entry.id for entry in entries}) == 4
