"""The encoding of a page: BOM, UTF-8, declared, detected, in this order."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

from storage.messages.reasons_warnings import WarningCode
from storage.reasons import Reason

DETECTION_SAMPLE_BYTES = 100_000
# Control characters, which HTML forbids. Bytes below 0x80 are ASCII in UTF-8 and in all legacy
# encodings of these sites.
CONTROL_CHARS = bytes.maketrans(
    bytes(c for c in range(32) if c not in b"\t\n\r"), b" " * (32 - len(b"\t\n\r"))
)
# Decomposed Vietnamese (NFD) holds one of these: breve, circumflex, horn and the five tones.
COMBINING_MARKS = "\u0306\u0302\u031b\u0300\u0301\u0309\u0303\u0323"
COMBINING_MARK_LEAD_BYTE = b"\xcc"  # their first byte in UTF-8, and of no other letter here
MAX_MARKS_COMPOSED_SINGLY = 500  # above, NFC of the whole page is faster


def decode(body: bytes, content_type: str | None = None) -> tuple[str, list[Reason]]:
    """Return the text of a page, in NFC, and warnings."""
    utf8, warnings = as_utf8(body, content_type)
    return utf8.decode("utf-8", "replace"), warnings


def as_utf8(body: bytes, content_type: str | None = None) -> tuple[bytes, list[Reason]]:
    """Return the page as UTF-8 in NFC, and warnings.

    Valid UTF-8 is UTF-8 whatever the page declares: several of these sites declare another
    encoding, and legacy Vietnamese text is practically never valid UTF-8. Otherwise the declared
    encoding is used, and detection if there is none. NFC because the rules match words in NFC.
    """
    encoding, bom = read_bom(body)
    if encoding:
        text = body[len(bom or b"") :].decode(encoding, "replace").replace("\x00", " ")
        return _as_nfc(text), []
    if b"\x00" in body:  # the parser stops at NUL; clean() removes the other controls
        body = body.translate(CONTROL_CHARS)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        declared = http_content_type_encoding(content_type) or html_body_declared_encoding(body)
        text, warnings = _decode_legacy(body, declared)
        return _as_nfc(text), warnings
    if COMBINING_MARK_LEAD_BYTE in body and any(mark in text for mark in COMBINING_MARKS):
        body = _as_nfc(text)
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(body)
    if declared and resolve_encoding(declared) not in ("utf-8", None) and not body.isascii():
        return body, [Reason(WarningCode.ENCODING_DECLARED_WRONGLY, declared=declared)]
    return body, []


def _as_nfc(text: str) -> bytes:
    """Return the text in NFC. Usually only a few letters of a page are decomposed, or all."""
    positions = sorted(position for mark in COMBINING_MARKS for position in _positions(text, mark))
    if len(positions) > MAX_MARKS_COMPOSED_SINGLY:
        return unicodedata.normalize("NFC", text).encode("utf-8", "replace")
    parts, end_of_last = [], 0
    for position in positions:
        if position < end_of_last:
            continue  # a second mark on the same letter
        start, end = max(end_of_last, position - 1), position + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        parts += [text[end_of_last:start], unicodedata.normalize("NFC", text[start:end])]
        end_of_last = end
    return "".join([*parts, text[end_of_last:]]).encode("utf-8", "replace")


def _positions(text: str, mark: str) -> Iterator[int]:
    position = text.find(mark)
    while position >= 0:
        yield position
        position = text.find(mark, position + 1)


def _decode_legacy(body: bytes, declared: str | None) -> tuple[str, list[Reason]]:
    if declared and declared.lower() not in ("utf-8", "utf8"):
        try:
            return body.decode(declared), []
        except (LookupError, UnicodeError):
            pass
    if _mostly_utf8(body):
        return body.decode("utf-8", "replace"), [Reason(WarningCode.UTF8_BROKEN)]
    from bs4.dammit import UnicodeDammit  # slow to import, and rarely needed

    guess = (
        UnicodeDammit(body[:DETECTION_SAMPLE_BYTES], is_html=True).original_encoding
        or "windows-1252"
    )
    return body.decode(guess, "replace"), [Reason(WarningCode.ENCODING_GUESSED, encoding=guess)]


def _mostly_utf8(body: bytes) -> bool:
    """Return whether all but a few bytes are valid, as in a page that was cut inside a letter."""
    non_ascii = sum(byte >= 0x80 for byte in body[:DETECTION_SAMPLE_BYTES])
    invalid = body[:DETECTION_SAMPLE_BYTES].decode("utf-8", "replace").count("\ufffd")
    return non_ascii > 0 and invalid * 20 < non_ascii
