"""Fingerprints: equal for the same text in another spelling, different for every edit."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.changes.classify import edit_between
from pipelines.changes.diff import diff
from pipelines.changes.fingerprint import fingerprint
from pipelines.record.normalise import normalise
from pipelines.text.normal_forms import comparison
from storage.models import Article, Author, Block, Caption, Source
from storage.reasons import Reason

if TYPE_CHECKING:
    from pipelines.record.raw_article import RawArticle

Pages = Callable[..., "RawArticle"]
WORDS = (
    *("mương", "nước", "làng", "xã", "hòa", "hoà", "thuỷ", "thủy", "quý", "bí", "bị", "bì", "bỉ"),
    *("thư", "thu", "thủ", "thứ", "dân", "dan", "đan", "đàn", "600", "12,5%", "ông", "bà", "Hà"),
    *("HÀ", "ha", "giống,", "ruộng.", "“vụ", "mới”", "y", "i", "quỳ", "quì", "(xã)", "Lai", "Lài"),
)
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12)


def article(body: list[str], **fields: Any) -> Article:
    blank = dict.fromkeys(
        ("url", "lead", "dateline", "published", "published_as_printed", "updated",
         "updated_as_printed", "time_known", "byline_as_printed", "source", "source_as_printed",
         "section"), None,
    )  # fmt: skip
    given_fields: dict[str, Any] = {
        "site": "alpha", "key": "1", "title": "Tựa bài", "title_folded": "", "captions": (),
        "authors": (), "tags": (), "images": (), "language": "vi",
        "body": tuple(Block("paragraph", text) for text in body),
    }  # fmt: skip
    return Article(**{**blank, **given_fields, **fields})


def same(one: Article, other: Article) -> bool:
    """Whether both count as one content; diff and edit must be of one mind.

    Equal fingerprints mean no edit. Different ones may be the same words in other roles.
    """
    equal = diff(one, other) == []
    assert (edit_between(one, other) is None) is equal
    assert equal or fingerprint(one) != fingerprint(other)
    return equal


SAME_TEXT = [
    ("nbsp", "Bà con ra đồng", "Bà\u00a0con ra\u00a0đồng"),
    ("zero width", "Bà con ra đồng", "Bà\u200b con ra đồng\ufeff"),
    ("spaces", "Bà con ra đồng", " Bà  con\n ra đồng "),
    ("nfd", "Bà con ra đồng", unicodedata.normalize("NFD", "Bà con ra đồng")),
    ("tone placement", "Hoà thuận, thuỷ lợi, khoẻ", "Hòa thuận, thủy lợi, khỏe"),
    ("quotes", "“Vụ mới”, ông ‘Dín’ nói", "\"Vụ mới\", ông 'Dín' nói"),
    ("dashes", "2024 – 2025 — vụ mới", "2024 - 2025 - vụ mới"),
    ("ellipsis", "Lúa, ngô…", "Lúa, ngô..."),
    ("entity", "Lúa “nếp”", "Lúa &ldquo;nếp&rdquo;"),
]


@pytest.mark.parametrize(("old", "new"), [c[1:] for c in SAME_TEXT], ids=[c[0] for c in SAME_TEXT])
@pytest.mark.parametrize("field", ["title", "lead", "body", "captions"])
def test_other_spelling_of_the_same_text_is_no_edit(
    page: Pages, field: str, old: str, new: str
) -> None:
    def record(text: str) -> Article:
        many = field in ("body", "captions")
        return normalise(page(**{field: [text] if many else text}))

    assert same(record(old), record(new))


DIFFERENT = [
    ("tone", "bí thư", "bị thư"),
    ("vowel", "thư", "thu"),
    ("d", "dân", "đân"),
    ("i and y", "lí do", "lý do"),
    ("figure", "600 mét", "900 mét"),
    ("comma", "12,5%", "125%"),
    ("case", "Ông hà", "Ông Hà"),
    ("word gone", "không xuống giống", "xuống giống"),
    ("full stop", "xuống giống.", "xuống giống"),
    ("order", "bà và ông", "ông và bà"),
]


@pytest.mark.parametrize(("old", "new"), [c[1:] for c in DIFFERENT], ids=[c[0] for c in DIFFERENT])
@pytest.mark.parametrize("field", ["title", "lead", "body", "captions"])
def test_readable_difference_is_an_edit(page: Pages, field: str, old: str, new: str) -> None:
    def record(text: str) -> Article:
        many = field in ("body", "captions")
        return normalise(page(**{field: [text] if many else text}))

    assert not same(record(old), record(new))


@pytest.mark.parametrize(
    "noise",
    [
        {"tags": ("mới",)}, {"section": "Khác"}, {"images": ("https://a.vn/1.jpg",)},
        {"updated": "2025-04-09"}, {"warnings": (Reason("legacy_text", text="x"),)}, {"url": "https://alpha.vn/khac-1.html"},
        {"published_as_printed": "Thứ hai, 7/4/2025"}, {"byline_as_printed": "HÀ THU"},
        {"source_as_printed": "Nguồn: TTXVN"}, {"time_known": True},
    ],
    ids=lambda noise: next(iter(noise)),
)  # fmt: skip
def test_counters_and_clocks_are_no_edit(noise: dict[str, Any]) -> None:
    base = article(
        ["Một đoạn."], published="2025-04-07", published_as_printed="07/04/2025",
        source=Source("TTXVN"), source_as_printed="Theo TTXVN",
    )  # fmt: skip
    assert same(base, replace(base, **noise))
    # ... and none of it appears beside a real edit.
    found = diff(base, replace(base, title="Tựa mới", **noise))
    assert [d.field for d in found] == ["title"]


@pytest.mark.parametrize(
    "edit",
    [
        {"published": "2025-04-08"}, {"source": Source("Báo Mới")}, {"source": None},
        {"source": Source("TTXVN", "https://ttxvn.example/1")},
        {"authors": (Author("Hà Thu", "person", ("text", "photo")),)}, {"authors": ()},
        {"captions": (Caption("Ảnh khác"),)}, {"lead": None}, {"body": ()},
    ],
    ids=str,
)  # fmt: skip
def test_each_compared_field_counts(edit: dict[str, Any]) -> None:
    base = article(
        ["Một đoạn."], lead="Sapo", published="2025-04-07", published_as_printed="07/04/2025",
        source=Source("TTXVN"), source_as_printed="Theo TTXVN",
        authors=(Author("Hà Thu", "person", ("text",)),), captions=(Caption("Ảnh"),),
    )  # fmt: skip
    assert not same(base, replace(base, **edit))


def test_age_in_place_of_a_date_is_no_edit() -> None:
    """A plugin of WordPress prints ages from one night on; another one prints dates again."""
    old = article(["x"], published="2025-04-07", published_as_printed="07/04/2025")
    new = replace(old, published="2025-04-05", published_as_printed="3 ngày trước")
    assert diff(old, new) == diff(new, old) == []


def test_relative_time_is_no_edit(page: Pages) -> None:
    old = article(["x"], published="2025-04-07", published_as_printed="5 giờ trước")
    new = replace(old, published="2025-04-08", published_as_printed="một ngày trước")
    assert same(old, new)
    assert [d.field for d in diff(old, replace(new, title="Khác"))] == ["title"]


def test_moved_paragraph_or_caption_is_no_edit() -> None:
    paragraphs = ["Đoạn một.", "Đoạn hai.", "Đoạn ba.", "Đoạn hai."]
    captions = (Caption("Ảnh một"), Caption("Ảnh hai"))
    old = article(paragraphs, captions=captions)
    assert same(old, article(paragraphs[::-1], captions=captions[::-1]))
    assert not same(old, article(paragraphs[:3], captions=captions))


ROLES = {
    "paragraph": {"body": (Block("paragraph", "Một."), Block("paragraph", "Hai gốc đa"))},
    "quote": {"body": (Block("paragraph", "Một."), Block("quote", "Hai gốc đa"))},
    "subhead": {"body": (Block("subhead", "Hai gốc đa"), Block("paragraph", "Một."))},
    "list item": {"body": (Block("list item", "Hai gốc đa"), Block("paragraph", "Một."))},
    "caption": {"body": (Block("paragraph", "Một."),), "captions": (Caption("Hai gốc đa"),)},
    "lead": {"body": (Block("paragraph", "Một."),), "lead": "Hai gốc đa"},
    "byline": {
        "body": (Block("paragraph", "Một."),), "byline_as_printed": "Hai gốc đa",
        "authors": (Author("Hai gốc đa", "person", ("text",)),),
    },
    "source": {
        "body": (Block("paragraph", "Một."),), "source_as_printed": "Hai gốc đa",
        "source": Source("Hai gốc đa"),
    },
}  # fmt: skip


@pytest.mark.parametrize("old", [role for role in ROLES if role not in ("byline", "source")])
@pytest.mark.parametrize("new", ROLES)
def test_the_same_words_in_another_role_are_no_edit(old: str, new: str) -> None:
    one, other = replace(article([]), **ROLES[old]), replace(article([]), **ROLES[new])
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize("new", ["quote", "subhead", "caption", "lead"])
def test_one_tone_mark_in_another_role_is_an_edit(new: str) -> None:
    old = replace(article([]), **ROLES["paragraph"])
    other = replace(article([]), **ROLES[new])
    changed = Article.from_dict(
        json.loads(json.dumps(other.to_dict()).replace("g\\u1ed1c", "g\\u1ed3c"))
    )
    assert changed != other
    assert not same(old, changed)


def test_words_in_another_role_do_not_hide_an_edit_of_another_paragraph() -> None:
    old = article(["Một hai.", "Đoạn ngắn", "Ba bốn."], captions=(Caption("Ảnh cũ"),))
    new = article(["Một hải.", "Ba bốn."], captions=(Caption("Ảnh cũ"), Caption("Đoạn ngắn")))
    [found] = diff(old, new)
    assert (found.field, found.words("removed"), found.words("added")) == (
        "body",
        ["hai."],
        ["hải."],
    )


def test_paragraph_that_is_split_is_an_edit() -> None:
    assert not same(article(["Một Hai"]), article(["Một", "Hai"]))


def test_one_of_two_equal_paragraphs_that_becomes_a_caption_is_no_edit() -> None:
    old = article(["Một", "Hai", "Hai"])
    assert same(old, article(["Một", "Hai"], captions=(Caption("Hai"),)))
    assert not same(old, article(["Một"], captions=(Caption("Hai"),)))


@given(texts, st.data())
def test_one_changed_syllable_is_always_an_edit(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    other = data.draw(st.sampled_from(WORDS))
    assume(comparison(other) != comparison(words[place]))
    changed = [*words[:place], other, *words[place + 1 :]]
    assume(comparison(" ".join(changed)) != comparison(" ".join(words)))  # all in capitals
    old, new = article([" ".join(words)]), article([" ".join(changed)])
    assert not same(old, new)
    found = edit_between(old, new)
    assert found is not None
    assert found.added + found.removed > 0
    assert found.summary.startswith("body: ")


TONED = "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"


@given(st.sampled_from(TONED), st.sampled_from("\u0300\u0301\u0309\u0303\u0323"), texts)
def test_another_tone_mark_is_always_an_edit(letter: str, tone: str, around: list[str]) -> None:
    base, *marks = unicodedata.normalize("NFD", letter)
    kept = [m for m in marks if m not in "\u0300\u0301\u0309\u0303\u0323"]
    other = unicodedata.normalize("NFC", "".join([base, *kept, tone]))
    assume(other != letter)
    for frame in ("m{}n", "{}", "th{}", "q{}"):
        old = article([" ".join([*around, frame.format(letter)])])
        new = article([" ".join([*around, frame.format(other)])])
        assert not same(old, new)


@given(st.lists(texts, max_size=4), st.lists(texts, max_size=4), texts, texts)
def test_fingerprint_and_diff_agree(
    old: list[list[str]], new: list[list[str]], title: list[str], other: list[str]
) -> None:
    same(
        article([" ".join(p) for p in old], title=" ".join(title)),
        article([" ".join(p) for p in new], title=" ".join(other)),
    )
