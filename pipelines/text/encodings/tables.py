"""Character tables and decoders of legacy Vietnamese encodings and of mojibake.

Sources: TCVN 5712:1993 (VN3, the ABC fonts .VnTime), the VNI-Times fonts, RFC 1456 (VIQR), and
Python's code pages. A decoder assumes that its whole input is in that encoding; repair.py decides
which parts of a text are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from pipelines.text.syllables import ACUTE, DOT, GRAVE, HOOK, TILDE, is_syllable

Decoder = Callable[[str], str]

_BYTE_ORDER = (GRAVE, HOOK, TILDE, ACUTE, DOT)  # the order of the tones in TCVN 5712
_TCVN3_UNUSED = {0xBA, *range(0xBF, 0xC6), 0xCD, 0xD9, 0xDA, 0xDB, 0xE0, 0xF0}


def nfc(text: str) -> str:
    """Return the text in Unicode NFC."""
    return unicodedata.normalize("NFC", text)


def _tcvn3_table() -> dict[str, str]:
    """Return TCVN3 character -> letter, built in the order of the bytes in TCVN 5712."""
    codes = (chr(byte) for byte in range(0xB5, 0xFF) if byte not in _TCVN3_UNUSED)
    table = dict(zip(map(chr, range(0xA1, 0xAF)), "ĂÂÊÔƠƯĐăâêôơưđ", strict=True))
    toned = (nfc(vowel + tone) for vowel in "aăâeêioôơuưy" for tone in _BYTE_ORDER)
    return table | dict(zip(codes, toned, strict=True))


TCVN3_CODES = _tcvn3_table()
_TCVN3_MAP = str.maketrans(TCVN3_CODES)
_LETTERS = re.compile(r"[^\W\d_]+")


def _capitals(match: re.Match[str]) -> str:
    """TØNH is decoded as TỉNH: the fonts lack toned capitals, so plain letters decide the case."""
    plain = [letter for letter in match[0] if letter.isascii()]
    all_capitals = len(plain) > 1 and "".join(plain).isupper()
    return match[0].upper() if all_capitals else match[0]


def decode_tcvn3(text: str) -> str:
    """Decode TCVN3. Toned letters are lower case, except in words in capitals."""
    return _LETTERS.sub(_capitals, text.translate(_TCVN3_MAP))


_VNI_TONES = {"ù": ACUTE, "ø": GRAVE, "û": HOOK, "õ": TILDE, "ï": DOT}
_VNI_HATS = {"â": "", "á": ACUTE, "à": GRAVE, "å": HOOK, "ã": TILDE, "ä": DOT}
_VNI_BREVES = {"ê": "", "é": ACUTE, "è": GRAVE, "ú": HOOK, "ü": TILDE, "ë": DOT}
_VNI_SINGLE = dict(zip("ñôöíìæóòî", "đơưíìỉĩịỵ", strict=True))


def _vni_pairs() -> Iterator[tuple[str, str]]:
    """Yield (letter and mark, Unicode letter) in lower case."""
    for vowel in "aeouyôö":
        for mark, tone in _VNI_TONES.items():
            yield vowel + mark, nfc(_VNI_SINGLE.get(vowel, vowel) + tone)
    for vowel, hatted in ("aâ", "eê", "oô"):
        for mark, tone in _VNI_HATS.items():
            yield vowel + mark, nfc(hatted + tone)
    for mark, tone in _VNI_BREVES.items():
        yield "a" + mark, nfc("ă" + tone)


def _vni_table() -> dict[str, str]:
    """Return the pairs in all mixtures of case; the letter, not its mark, decides the case."""
    table: dict[str, str] = {}
    for old, new in (*_VNI_SINGLE.items(), *_vni_pairs()):
        table |= {old: new, old.upper(): new.upper()}
        table |= {old[0].upper() + old[1:]: new.upper(), old[0] + old[1:].upper(): new}
    return table


VNI_CODES = _vni_table()
_VNI_CODE = re.compile("[aeouyôöAEOUYÔÖ][ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË]|[ñôöíìæóòîÑÔÖÍÌÆÓÒÎ]")


def _vni_letter(match: re.Match[str]) -> str:
    pair = match[0]
    if pair in VNI_CODES:
        return VNI_CODES[pair]
    return VNI_CODES.get(pair[0], pair[0]) + pair[1:]


def decode_vni(text: str) -> str:
    """Decode VNI-Times text, in which a letter takes one or two characters."""
    return _VNI_CODE.sub(_vni_letter, text)


def _cp1258_table() -> dict[str, str]:
    """Return windows-1252 character -> windows-1258 character of the bytes in which they differ."""
    table = {}
    for byte in range(0xA0, 0x100):
        shown, meant = (bytes([byte]).decode(page, "replace") for page in ("cp1252", "cp1258"))
        if shown != meant and "\ufffd" not in shown + meant:
            table[shown] = meant
    return table


CP1258_CODES = _cp1258_table()
_CP1258_MAP = str.maketrans(CP1258_CODES)


def decode_cp1258(text: str) -> str:
    """Decode windows-1258 text that was decoded as windows-1252."""
    return nfc(text.translate(_CP1258_MAP))


_VIQR_TONES = {"'": ACUTE, "`": GRAVE, "?": HOOK, "~": TILDE, ".": DOT, "": ""}
_VIQR_SHAPES = {"^": "\u0302", "(": "\u0306", "+": "\u031b", "*": "\u031b", "": ""}
_VIQR_LETTER = re.compile(
    r"\\(?P<literal>.)|(?P<d>[dD][dD])"
    r"|(?P<vowel>[aeiouyAEIOUY])(?P<shape>(?<=[aeoAEO])\^|(?<=[aA])\(|(?<=[ouOU])[+*]|)"
    r"(?P<tone>['`?~.]?)"
)
VIQR_WORD = re.compile(r"[A-Za-z][A-Za-z^(+*'`?~.\\]*")


def _viqr_letter(match: re.Match[str]) -> str:
    if match["literal"]:
        return match["literal"]
    if match["d"]:
        return "Đ" if match["d"][0] == "D" else "đ"
    return nfc(match["vowel"] + _VIQR_SHAPES[match["shape"]] + _VIQR_TONES[match["tone"]])


def decode_viqr_word(word: str) -> str | None:
    """Decode one match of VIQR_WORD, with its punctuation. Return None if it is no syllable.

    In RFC 1456 `.` and `?` after a vowel are tones unless a backslash precedes. If the word is no
    syllable with its last character as a tone, that character is punctuation.
    """
    for cut in (len(word), len(word) - 1):
        decoded = _VIQR_LETTER.sub(_viqr_letter, word[:cut]) + word[cut:]
        if is_syllable(decoded.rstrip(".?!'`~(*+\\")):
            return decoded
    return None


def decode_viqr(text: str) -> str:
    """Decode VIQR word by word; words that are no syllables stay unchanged."""
    return VIQR_WORD.sub(lambda match: decode_viqr_word(match[0]) or match[0], text)


# A sequence is repaired only to one of these: Latin letters and symbols, the marks of decomposed
# Vietnamese, punctuation, and characters of text mangled twice. Any other result (Cyrillic, IPA)
# means that the characters stood together by chance.
_EXPECTED = re.compile(
    "[\u0080-\u017f\u0192\u01a0\u01a1\u01af\u01b0\u02c6\u02dc\u0300-\u0303\u0306\u0309\u031b"
    "\u0323\u1ea0-\u1ef9\u2000-\u2122\ufeff]"
)


def _byte_of_character(page: str) -> dict[str, int]:
    """Return character -> byte for bytes 80..FF.

    Browsers show undefined bytes of a code page as control characters, so these are included.
    """
    shown = {chr(byte): byte for byte in range(0x80, 0x100)} if page != "mac-roman" else {}
    for byte in range(0x80, 0x100):
        letter = bytes([byte]).decode(page, "replace")
        if letter != "\ufffd":
            shown[letter] = byte
    return shown


class Mojibake:
    """UTF-8 that was decoded as a single-byte code page, so each byte became one character."""

    def __init__(self, page: str) -> None:
        self._bytes = _byte_of_character(page)
        tail = self._among(0x80, 0xBF)
        self._sequence = re.compile(
            f"{self._among(0xC2, 0xDF)}{tail}|{self._among(0xE1, 0xEF)}{tail}{tail}"
        )

    def _among(self, first: int, last: int) -> str:
        characters = (letter for letter, byte in self._bytes.items() if first <= byte <= last)
        return "[" + "".join(map(re.escape, characters)) + "]"

    def _meant(self, sequence: str) -> str:
        """Return the letter that the sequence encodes, or the sequence if that is not plausible."""
        meant = bytes(self._bytes[letter] for letter in sequence).decode("utf-8", "replace")
        return meant if _EXPECTED.fullmatch(meant) else sequence

    def sequences(self, text: str) -> list[tuple[str, str]]:
        """Return (sequence, letter) for every mangled letter in the text."""
        shown = self._sequence.findall(text)
        return [(s, meant) for s in shown if (meant := self._meant(s)) != s]

    def repair(self, text: str) -> str:
        """Return the repaired text in NFC; up to three rounds of mangling are undone."""
        for _ in range(3):
            repaired = self._sequence.sub(lambda match: self._meant(match[0]), text)
            if repaired == text:
                break
            text = repaired
        return nfc(text)


AS_WINDOWS_1252 = Mojibake("cp1252")
AS_MAC_ROMAN = Mojibake("mac-roman")

_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_GAP = re.compile("(?<=[^\\W\\d_]) +(?=[\u0300\u0301\u0303\u0309\u0323])")
_TONED_WORD = re.compile("(?:[^\\W\\d_]|[\u0300\u0301\u0303\u0309\u0323])+")
_STRAY = re.compile(
    "(?!n\u0303)[bcdđghklmnpqrstvx ][\u0300\u0301\u0303\u0309\u0323]", re.IGNORECASE
)


# Composed text with a stray tone contains the combining tone or a letter such as ń.
_LATIN = map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)])
_TONED_CONSONANTS = "".join(c for c in _LATIN if _STRAY.match(unicodedata.normalize("NFD", c)))
_MAY_STRAY = re.compile(f"[\u0300\u0301\u0303\u0309\u0323{_TONED_CONSONANTS}]")


def stray_tones(text: str) -> int:
    """Return how many tones follow a consonant or a space in NFC text.

    ñ is not counted: it is a letter of other languages.
    """
    if not _MAY_STRAY.search(text):
        return 0
    return len(_STRAY.findall(unicodedata.normalize("NFD", text)))


def _reattach_tone(match: re.Match[str]) -> str:
    """Return Việt for Viêt + dot below: the tone moves to the last letter that gives a syllable."""
    word = match[0]
    parts = unicodedata.normalize("NFD", word)
    tones = _TONE.findall(parts)
    if len(tones) != 1 or is_syllable(word):
        return word
    characters = nfc(_TONE.sub("", parts))
    for at in range(len(characters), 0, -1):
        placed = nfc(characters[:at] + tones[0] + characters[at:])
        if is_syllable(placed):
            return placed
    return word


def reattach_tones(text: str) -> str:
    """Move tones after a space or on a wrong letter to the vowel of their word."""
    return _TONED_WORD.sub(_reattach_tone, nfc(_GAP.sub("", nfc(text))))
