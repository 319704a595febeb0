"""Decoding: declared and real encodings, and warnings."""

from __future__ import annotations

import codecs
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.extraction.encoding import decode
from storage.messages import describe
from storage.messages.reasons_warnings import WarningCode
from storage.reasons import Reason

TEXT = "Đảng ủy xã Hòa Bình họp bàn chuyện nước sạch, ai cũng muốn góp một tay."
PAGE = f"<html><head>{{head}}<title>Thử</title></head><body><p>{TEXT}</p></body></html>"


def page(charset: str | None = None) -> str:
    return PAGE.format(head=f'<meta charset="{charset}">' if charset else "")


def legacy(text: str) -> bytes:
    """windows-1258: base letters with circumflex or horn, tone marks as letters of their own."""
    tones = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    out = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones))
        out.append(base + "".join(p for p in parts if p in tones))
    return "".join(out).encode("windows-1258")


def read(body: bytes, content_type: str | None = None) -> tuple[str, list[Reason]]:
    text, warnings = decode(body, content_type)
    return unicodedata.normalize("NFC", text), warnings


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "text/html", None])
def test_utf8_has_no_warning(content_type: str | None) -> None:
    assert read(page("utf-8").encode(), content_type) == (page("utf-8"), [])


@pytest.mark.parametrize(
    ("charset", "content_type"),
    [
        (None, "text/html; charset=ISO-8859-1"),
        ("windows-1258", None),
        ("windows-1252", "text/html; charset=utf-8;"),
        ("iso-8859-1", "text/html"),
    ],
)
def test_utf8_under_a_wrong_header_or_meta_tag(
    charset: str | None, content_type: str | None
) -> None:
    text, warnings = read(page(charset).encode(), content_type)
    assert text == page(charset)
    assert {w.code for w in warnings} <= {WarningCode.ENCODING_DECLARED_WRONGLY}
    if "utf-8" not in (content_type or ""):
        assert len(warnings) == 1


def test_ascii_has_no_warning() -> None:
    assert decode(b"<p>plain</p>", "text/html; charset=windows-1258") == ("<p>plain</p>", [])


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_bom_precedes_declarations(mark: bytes, encoding: str) -> None:
    body = mark + page("windows-1252").encode(encoding)
    text, warnings = read(body, "text/html; charset=windows-1252")
    assert text == page("windows-1252")
    assert "\ufeff" not in text
    assert warnings == []


def test_windows_1258_by_header() -> None:
    assert read(legacy(page()), "text/html; charset=windows-1258") == (page(), [])


def test_windows_1258_by_meta_tag() -> None:
    assert read(legacy(page("windows-1258"))) == (page("windows-1258"), [])


def test_meta_tag_is_used_if_the_header_wrongly_declares_utf8() -> None:
    """The header is the default of the server; the bytes are no UTF-8."""
    text, warnings = read(legacy(page("windows-1258")), "text/html; charset=utf-8")
    assert text == page("windows-1258")
    assert warnings


def test_undeclared_legacy_text_is_detected_with_a_warning() -> None:
    text, warnings = decode(legacy(page()))
    assert "<title>" in text
    assert len(warnings) == 1
    assert warnings[0].code == WarningCode.ENCODING_GUESSED


def test_unknown_encoding_name_is_ignored() -> None:
    body = legacy(page("x-vps-3000"))
    text, warnings = decode(body)
    assert "<title>" in text
    assert warnings


@pytest.mark.parametrize("name", ["idna", "undefined", "hex", "rot13", "utf-7", "?", "\x00", ""])
def test_codec_that_is_no_charset_is_ignored(name: str) -> None:
    text, warnings = decode(legacy(page()), f"text/html; charset={name}")
    assert "<title>" in text
    assert warnings


def test_utf8_cut_in_the_middle_of_a_letter() -> None:
    body = (page("utf-8") + "<p>" + TEXT).encode()
    cut = body[: body.rindex("ộ".encode()) + 1]
    text, warnings = read(cut, "text/html; charset=utf-8")
    assert text.startswith(page("utf-8"))
    assert warnings == [Reason(WarningCode.UTF8_BROKEN)]


def test_one_invalid_byte_loses_one_letter() -> None:
    body = bytearray(page("utf-8").encode() * 3)
    body[body.index("ủ".encode()) + 1] = 0xFF
    text, warnings = read(bytes(body))
    assert text.count("Hòa Bình") == 3
    assert "\ufffd" in text
    assert warnings == [Reason(WarningCode.UTF8_BROKEN)]


def test_nul_bytes_and_controls_become_spaces() -> None:
    body = "Xã\x00Hòa\x01 Bình \x0bđẹp\tlắm\r\n".encode()
    text, warnings = decode(body, "text/html; charset=utf-8")
    assert text.split() == ["Xã", "Hòa", "Bình", "đẹp", "lắm"]
    assert "\t" in text
    assert warnings == []


def test_empty() -> None:
    assert decode(b"") == ("", [])


@given(st.binary(max_size=400), st.sampled_from([None, "text/html; charset=big5", "x; charset=?"]))
def test_any_bytes_give_text_that_can_be_parsed(body: bytes, content_type: str | None) -> None:
    text, warnings = decode(body, content_type)
    assert "\x00" not in text
    assert text.encode("utf-8", "replace") is not None
    assert all(describe(warning) for warning in warnings)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"])))
def test_utf8_text_is_unchanged(text: str) -> None:
    if not text.startswith("\ufeff"):
        assert decode(text.encode())[0] == text


@given(
    st.text(
        alphabet="aăâeêoôơuưyđ\u0300\u0301\u0302\u0303\u0309\u0323\u031b\u0306 <p>\n", max_size=80
    )
)
def test_page_is_nfc_for_the_parser(text: str) -> None:
    """The rules of the sites contain words in NFC."""
    decoded, _ = decode(text.encode(), "text/html; charset=utf-8")
    assert decoded == unicodedata.normalize("NFC", text)


def test_fully_decomposed_page_is_nfc() -> None:
    text = unicodedata.normalize("NFD", TEXT) * 40
    decoded, _ = decode(text.encode(), None)
    assert decoded == TEXT * 40
