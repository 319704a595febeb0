"""The encoding of a page: BOM, UTF-8, declared, detected, in this order."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

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
# Decomposed Vietnamese (NFD) holds breve, circumflex, horn or one of five tones: U+0300 to U+033F,
# whose first byte in UTF-8 this is. It is the first byte of nothing else.
COMBINING_MARK_LEAD_BYTE = b"\xcc"
COMBINING_MARKS = re.compile(rb"(?:\xcc[\x80-\xbf]|\xcd[\x80-\xaf])+")
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
        return _as_nfc(text.encode("utf-8", "replace")), []
    if b"\x00" in body:  # the parser stops at NUL; clean() removes the other controls
        body = body.translate(CONTROL_CHARS)
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        declared = http_content_type_encoding(content_type) or html_body_declared_encoding(body)
        text, warnings = _decode_legacy(body, declared)
        return _as_nfc(text.encode("utf-8", "replace")), warnings
    body = _as_nfc(body)
    declared = _encoding_in_header(content_type) or html_body_declared_encoding(body)
    if declared and _resolve(declared) not in ("utf-8", None) and not body.isascii():
        return body, [Reason(WarningCode.ENCODING_DECLARED_WRONGLY, declared=declared)]
    return body, []


# The pages of a site are sent with one content type.
_encoding_in_header = lru_cache(maxsize=64)(http_content_type_encoding)
_resolve = lru_cache(maxsize=64)(resolve_encoding)


def _as_nfc(utf8: bytes) -> bytes:
    """Return valid UTF-8 in NFC. Usually only a few letters of a page are decomposed, or all."""
    parts: list[bytes] = []
    end_of_last = 0
    while (position := utf8.find(COMBINING_MARK_LEAD_BYTE, end_of_last)) >= 0:
        marks = COMBINING_MARKS.match(utf8, position)
        if marks is None or len(parts) > 2 * MAX_MARKS_COMPOSED_SINGLY:
            return unicodedata.normalize("NFC", utf8.decode("utf-8")).encode("utf-8")
        start = max(end_of_last, position - 1)
        while start > end_of_last and utf8[start] & 0xC0 == 0x80:  # inside the letter
            start -= 1
        letter = utf8[start : marks.end()].decode("utf-8")
        parts += [utf8[end_of_last:start], unicodedata.normalize("NFC", letter).encode("utf-8")]
        end_of_last = marks.end()
    return b"".join([*parts, utf8[end_of_last:]]) if parts else utf8


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
