"""Bytes to text, once."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

# Control characters, which no HTML may hold; below 0x80 a byte means itself in UTF-8 and in every
# legacy encoding of these sites.
SAMPLE = 100_000  # bytes by which an encoding is told
CONTROLS = bytes.maketrans(
    bytes(c for c in range(32) if c not in b"\t\n\r"), b" " * (32 - len(b"\t\n\r"))
)
# Vietnamese that is not composed holds one of these: breve, circumflex, horn and the five tones.
MARKS = "\u0306\u0302\u031b\u0300\u0301\u0309\u0303\u0323"
MARKS_LEAD = b"\xcc"  # the first byte of each of them in UTF-8, and of no other letter of a page
FEW = 500  # marks; composing the whole page takes longer than composing so many letters


def decode(body: bytes, content_type: str | None = None) -> tuple[str, list[str]]:
    """The text of a page and the warnings worth keeping."""
    utf8, warnings = as_utf8(body, content_type)
    return utf8.decode("utf-8", "replace"), warnings


def as_utf8(body: bytes, content_type: str | None = None) -> tuple[bytes, list[str]]:
    """The page in UTF-8, which is what the parser is given; its letters composed (NFC), since the
    rules that look for a word are written so.

    Bytes that are valid UTF-8 are UTF-8 whatever the page claims: several of these sites send
    UTF-8 under a header or meta tag that says otherwise, and legacy Vietnamese text is
    practically never valid UTF-8. What is declared comes next, detection last.
    """
    encoding, bom = read_bom(body)
    if encoding:
        text = body[len(bom or b"") :].decode(encoding, "replace").replace("\x00", " ")
        return _composed(text), []
    if b"\x00" in body:  # the parser stops at it; the other controls go when text is cleaned
        body = body.translate(CONTROLS)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        declared = http_content_type_encoding(content_type) or html_body_declared_encoding(body)
        text, warnings = _decode_other(body, declared)
        return _composed(text), warnings
    if MARKS_LEAD in body and any(mark in text for mark in MARKS):
        body = _composed(text)
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(body)
    if declared and resolve_encoding(declared) not in ("utf-8", None) and not body.isascii():
        return body, [f"declares {declared}, is utf-8"]
    return body, []


def _composed(text: str) -> bytes:
    """In NFC. Only letters with a loose mark are touched: a page has few of them, or all are."""
    places = sorted(place for mark in MARKS for place in _places(text, mark))
    if len(places) > FEW:
        return unicodedata.normalize("NFC", text).encode("utf-8", "replace")
    parts, done = [], 0
    for place in places:
        if place < done:
            continue  # a second mark of the letter before
        start, end = max(done, place - 1), place + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        parts += [text[done:start], unicodedata.normalize("NFC", text[start:end])]
        done = end
    return "".join([*parts, text[done:]]).encode("utf-8", "replace")


def _places(text: str, mark: str) -> Iterator[int]:
    place = text.find(mark)
    while place >= 0:
        yield place
        place = text.find(mark, place + 1)


def _decode_other(body: bytes, declared: str | None) -> tuple[str, list[str]]:
    if declared and declared.lower() not in ("utf-8", "utf8"):
        try:
            return body.decode(declared), []
        except (LookupError, UnicodeError):
            pass
    if _mostly_utf8(body):
        return body.decode("utf-8", "replace"), ["broken utf-8: some bytes were lost"]
    from bs4.dammit import UnicodeDammit  # slow to import, and rarely needed

    guess = UnicodeDammit(body[:SAMPLE], is_html=True).original_encoding or "windows-1252"
    return body.decode(guess, "replace"), [f"encoding guessed: {guess}"]


def _mostly_utf8(body: bytes) -> bool:
    """Valid but for a few bytes, as where a page was cut in the middle of a letter."""
    high = sum(byte >= 0x80 for byte in body[:SAMPLE])
    lost = body[:SAMPLE].decode("utf-8", "replace").count("\ufffd")
    return high > 0 and lost * 20 < high
