"""Text in its stored, compared and searched forms."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.text.normal_forms import (
    TONES,
    clean,
    comparison,
    is_all_caps,
    search_fold,
    syllables,
    title_case_name,
)

SHARED = Path(__file__).resolve().parents[4] / "shared"

VIETNAMESE = "aăâeêioôơuưyđáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
ODDITIES = (
    " \u00a0\u200b\u00ad\ufeff\t\n.,;:!?-–—“”‘’\"'…()&%0123456789\u00d0\u00f0\u0300\u0301\u0323"
)
PIECES = ["ldquo;", "&amp;", "agrave;", "&#7879;", "hoà", "uỷ", "quý", "òan", " - ", "HỌC TẬP"]
texts = st.one_of(
    st.text(),
    st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + "bcghklmnpqrstvx" + ODDITIES),
    st.lists(st.sampled_from([*PIECES, "xã", " ", ";", "&", "q"])).map("".join),
)

CLEAN = [
    ("nfd", unicodedata.normalize("NFD", "Tổ dân phố"), "Tổ dân phố"),
    ("nbsp", "\u00a0Xã\u00a0Tân\u00a0\u00a0Lập ", "Xã Tân Lập"),
    ("zero_width", "Đồng\u200b \ufeffTháp", "Đồng Tháp"),
    ("soft_hyphen", "chuyên\u00ad đề", "chuyên đề"),
    ("control", "một\x07hai", "một hai"),
    ("line_break", "một\r\n\tdòng", "một dòng"),
    ("ideographic_space", "đầu\u3000dòng", "đầu dòng"),
    ("lone_surrogate", "chữ\ud800", "chữ\ufffd"),
    ("quote_without_ampersand", "ldquo;Nhàrdquo; mới", "“Nhà” mới"),
    ("letters_without_ampersand", "kecirc;nh mugrave;a lũ", "kênh mùa lũ"),
    ("accent_without_ampersand", "lagrave;ng vagrave; xóm", "làng và xóm"),
    ("escaped_twice", "&amp;ldquo;Lúa&amp;rdquo; &amp;amp; ngô", "“Lúa” & ngô"),
    ("numeric", "Ti&#7871;ng g&#xE0;", "Tiếng gà"),
    ("english_word", "a bull; the stamp; Elizabeth;", "a bull; the stamp; Elizabeth;"),
    ("unknown_entity", "&khong;", "&khong;"),
    ("eth_in_a_word", "ă\u00d0 đ\u00d0 ĩ\u00f0 ũ\u00f0", "ă\u00d0 đ\u00d0 ĩ\u00f0 ũ\u00f0"),
    ("eth", "\u00d0oàn xã, H\u00d0ND, \u00f0ường", "Đoàn xã, HĐND, đường"),
    ("icelandic", "Sigur\u00f0sson", "Sigur\u00f0sson"),
    ("printed_form_kept", "“Lúa”  – NGÔ…", "“Lúa” – NGÔ…"),
    ("empty", " \n", ""),
]

EQUAL = [
    ("quotes", "“Xóm nhỏ”", '"Xóm nhỏ"'),
    ("single_quotes", "‘bến’", "'bến'"),
    ("guillemets", "«bến»", '"bến"'),
    ("dash", "Huế – Vinh", "Huế-Vinh"),
    ("ellipsis", "và nhiều nữa…", "và nhiều nữa ..."),
    ("space_before_comma", "lúa , ngô", "lúa, ngô"),
    ("space_in_brackets", "( lúa )", "(lúa)"),
    ("space_in_quotes", "“ lúa ”", "“lúa”"),
    ("tone_oa", "hoà thuận", "hòa thuận"),
    ("tone_uy", "Uỷ viên THUỶ", "Ủy viên THỦY"),
    ("tone_oe", "mạnh khoẻ", "mạnh khỏe"),
    ("tone_closed", "hòan tòan", "hoàn toàn"),
    ("tone_after_q", "qúy giá", "quý giá"),
    ("capitals", "MÙA XUÂN VỀ", "mùa xuân về"),
    ("nfd", unicodedata.normalize("NFD", "nghĩa tình"), "nghĩa tình"),
]

DIFFERENT = [
    ("tone", "bí thư", "bị thư"),
    ("vowel", "tư", "tu"),
    ("d", "đi", "di"),
    ("iy", "quí", "quý"),
    ("case", "Hội nông dân", "Hội Nông dân"),
    ("number", "1.150 người", "1.151 người"),
    ("one_word_in_capitals", "TTXVN", "ttxvn"),
    ("closed_and_open", "hoa", "hoà"),
]


@pytest.mark.parametrize(("raw", "expected"), [c[1:] for c in CLEAN], ids=[c[0] for c in CLEAN])
def test_clean(raw: str, expected: str) -> None:
    assert clean(raw) == expected


@pytest.mark.parametrize(("a", "b"), [c[1:] for c in EQUAL], ids=[c[0] for c in EQUAL])
def test_comparison_ignores_typography(a: str, b: str) -> None:
    assert comparison(a) == comparison(b)


@pytest.mark.parametrize(("a", "b"), [c[1:] for c in DIFFERENT], ids=[c[0] for c in DIFFERENT])
def test_comparison_keeps_differences_in_wording(a: str, b: str) -> None:
    assert comparison(a) != comparison(b)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đường về Bản Phố", "duong ve ban pho"),
        ("QUÝ KHÁCH", "quy khach"),
        ("Ưu đãi: Ấp 3", "uu dai: ap 3"),
        (unicodedata.normalize("NFD", "Nghề gốm"), "nghe gom"),
        ("plain", "plain"),
        ("Côte d’Ivoire ñ", "cote d’ivoire n"),
    ],
)
def test_search_fold(text: str, expected: str) -> None:
    assert search_fold(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đạt 98,7% kế hoạch.", ["Đạt", "98,7%", "kế", "hoạch"]),
        ("Nghị quyết 12-NQ/TW (1.234 hộ)", ["Nghị", "quyết", "12-NQ/TW", "1.234", "hộ"]),
        ("NGHỊ QUYẾT 12-NQ/TW", ["nghị", "quyết", "12-nq/tw"]),
        ("Luật 45/2019/QH14, 2-3 xã", ["Luật", "45/2019/QH14", "2-3", "xã"]),
        ("Ông Tú - Chủ tịch xã", ["Ông", "Tú", "Chủ", "tịch", "xã"]),
        ("Năm 2023 – Đảng bộ", ["Năm", "2023", "Đảng", "bộ"]),
        ("H’Lan và Y Blơ", ["H'Lan", "và", "Y", "Blơ"]),
        ("", []),
    ],
)
def test_syllables(text: str, expected: list[str]) -> None:
    assert syllables(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HOÀNG ĐẠO", "Hoàng Đạo"),
        ("N.H", "N.H"),
        ("KN", "KN"),
        ("H'LUN ÊBAN", "H'Lun Êban"),
        ("T. PHƯỢNG", "T. Phượng"),
        ("Bích Đào", "Bích Đào"),
        ("RƠ CHĂM LÊ-NA", "Rơ Chăm Lê-Na"),
    ],
)
def test_title_case_name(text: str, expected: str) -> None:
    assert title_case_name(text) == expected


def test_all_caps_needs_a_letter() -> None:
    assert is_all_caps("ĐỔI MỚI 2024")
    assert not is_all_caps("Đổi MỚI")
    assert not is_all_caps("2024 - 12%")


@given(texts)
def test_clean_is_idempotent_nfc_and_one_line(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == " ".join(once.split())


@given(texts)
@example("\u00f0\u00d0")
def test_comparison_is_idempotent_nfc_and_independent_of_cleaning(text: str) -> None:
    once = comparison(text)
    assert comparison(once) == once
    assert comparison(clean(text)) == once
    assert unicodedata.is_normalized("NFC", once)


@given(texts)
def test_nfd_and_nfc_input_have_equal_forms(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    decomposed = unicodedata.normalize("NFD", composed)
    assert clean(decomposed) == clean(composed)
    assert comparison(decomposed) == comparison(composed)


@given(texts)
def test_nbsp_is_a_space(text: str) -> None:
    assert clean(text.replace(" ", "\u00a0")) == clean(text)
    assert comparison(text.replace(" ", "\u00a0")) == comparison(text)


@given(texts)
def test_search_fold_is_idempotent_and_removes_vietnamese_marks(text: str) -> None:
    folded = search_fold(text)
    assert not set(folded) & set(VIETNAMESE) - set("aeiouy")


ONSETS = ["", "b", "ch", "đ", "h", "kh", "ng", "th", "tr", "qu"]
RHYMES = ["a", "an", "oa", "oan", "oe", "uy", "uynh", "ê", "iên", "ơ", "ưng", "y"]
words = st.tuples(st.sampled_from(ONSETS), st.sampled_from(RHYMES)).map("".join)


def _with_tone(word: str, tone: str) -> str:
    vowel = max(i for i, c in enumerate(word) if c in "aeiouyăâêôơư")
    return unicodedata.normalize("NFC", word[: vowel + 1] + tone + word[vowel + 1 :])


@given(
    st.lists(words, min_size=1, max_size=8),
    st.data(),
    st.sampled_from(["", *TONES]),
    st.sampled_from(["", *TONES]),
    st.booleans(),
)
def test_changing_one_syllables_tone_changes_the_comparison(
    line: list[str], data: st.DataObject, old: str, new: str, capitals: bool
) -> None:
    at = data.draw(st.integers(0, len(line) - 1))
    before = " ".join([*line[:at], _with_tone(line[at], old), *line[at + 1 :]])
    after = " ".join([*line[:at], _with_tone(line[at], new), *line[at + 1 :]])
    if capitals:
        before, after = before.upper(), after.upper()
    assert (comparison(before) == comparison(after)) == (old == new)


def test_seed_texts_are_clean_and_differ_after_any_swap_of_syllables() -> None:
    path = SHARED / "seeds" / "gold.json"
    if not path.exists():
        pytest.skip("the seeds are not stored beside the repository")
    for record in json.loads(path.read_text(encoding="utf-8")).values():
        for block in record["body"]:
            assert clean(block["text"]) == block["text"]
            tokens = syllables(block["text"])
            assert len(tokens) >= len(block["text"].split()) * 0.8
