"""What the letters of the old Vietnamese encodings stand for, and how to read each one.

Sources: TCVN 5712:1993 (VN3, the ABC fonts .VnTime), the VNI-Times fonts, RFC 1456 (VIQR), and
the code pages that Python knows. Every reader here takes the whole text for that encoding;
pipelines.text.encodings.repair decides whether and where it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from pipelines.text.syllables import ACUTE, DOT, GRAVE, HOOK, TILDE, is_syllable

Reader = Callable[[str], str]

_BYTE_ORDER = (GRAVE, HOOK, TILDE, ACUTE, DOT)  # the order of the tones in TCVN 5712
_TCVN3_UNUSED = {0xBA, *range(0xBF, 0xC6), 0xCD, 0xD9, 0xDA, 0xDB, 0xE0, 0xF0}


def nfc(text: str) -> str:
    """The text composed (NFC)."""
    return unicodedata.normalize("NFC", text)


def _tcvn3_table() -> dict[str, str]:
    """Capitals with a mark but no tone, the same in lower case, then each vowel by tone."""
    codes = (chr(byte) for byte in range(0xB5, 0xFF) if byte not in _TCVN3_UNUSED)
    table = dict(zip(map(chr, range(0xA1, 0xAF)), "ĂÂÊÔƠƯĐăâêôơưđ", strict=True))
    toned = (nfc(vowel + tone) for vowel in "aăâeêioôơuưy" for tone in _BYTE_ORDER)
    return table | dict(zip(codes, toned, strict=True))


TCVN3_CODES = _tcvn3_table()
_TCVN3_MAP = str.maketrans(TCVN3_CODES)
_LETTERS = re.compile(r"[^\W\d_]+")


def _capitals(match: re.Match[str]) -> str:
    """TØNH is read as TỉNH, for the fonts have no toned capitals; its plain letters tell."""
    plain = [letter for letter in match[0] if letter.isascii()]
    all_capitals = len(plain) > 1 and "".join(plain).isupper()
    return match[0].upper() if all_capitals else match[0]


def read_tcvn3(text: str) -> str:
    """TCVN3 letters as Unicode. Toned letters are lower case, save in words of plain capitals."""
    return _LETTERS.sub(_capitals, text.translate(_TCVN3_MAP))


_VNI_TONES = {"ù": ACUTE, "ø": GRAVE, "û": HOOK, "õ": TILDE, "ï": DOT}
_VNI_HATS = {"â": "", "á": ACUTE, "à": GRAVE, "å": HOOK, "ã": TILDE, "ä": DOT}
_VNI_BREVES = {"ê": "", "é": ACUTE, "è": GRAVE, "ú": HOOK, "ü": TILDE, "ë": DOT}
_VNI_SINGLE = dict(zip("ñôöíìæóòî", "đơưíìỉĩịỵ", strict=True))


def _vni_pairs() -> Iterator[tuple[str, str]]:
    """(letter and its mark, Unicode letter), lower case."""
    for vowel in "aeouyôö":
        for mark, tone in _VNI_TONES.items():
            yield vowel + mark, nfc(_VNI_SINGLE.get(vowel, vowel) + tone)
    for vowel, hatted in ("aâ", "eê", "oô"):
        for mark, tone in _VNI_HATS.items():
            yield vowel + mark, nfc(hatted + tone)
    for mark, tone in _VNI_BREVES.items():
        yield "a" + mark, nfc("ă" + tone)


def _vni_table() -> dict[str, str]:
    """In all cases; the letter, not its mark, says whether it is a capital."""
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


def read_vni(text: str) -> str:
    """VNI-Times letters, one or two characters each, as Unicode."""
    return _VNI_CODE.sub(_vni_letter, text)


def _cp1258_table() -> dict[str, str]:
    """What windows-1252 shows for a byte -> what windows-1258 meant, where they differ."""
    table = {}
    for byte in range(0xA0, 0x100):
        shown, meant = (bytes([byte]).decode(page, "replace") for page in ("cp1252", "cp1258"))
        if shown != meant and "\ufffd" not in shown + meant:
            table[shown] = meant
    return table


CP1258_CODES = _cp1258_table()
_CP1258_MAP = str.maketrans(CP1258_CODES)


def read_cp1258(text: str) -> str:
    """Text in windows-1258 that was shown as windows-1252, as Unicode."""
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


def viqr_word(word: str) -> str | None:
    """One match of VIQR_WORD as Unicode with its punctuation; None if it is no syllable.

    By RFC 1456 `.` and `?` after a vowel are tones unless a backslash precedes; a last one that
    leaves no syllable is punctuation.
    """
    for cut in (len(word), len(word) - 1):
        read = _VIQR_LETTER.sub(_viqr_letter, word[:cut]) + word[cut:]
        if is_syllable(read.rstrip(".?!'`~(*+\\")):
            return read
    return None


def read_viqr(text: str) -> str:
    """VIQR as Unicode, word by word; what makes no syllable stays as it is."""
    return VIQR_WORD.sub(lambda match: viqr_word(match[0]) or match[0], text)


# What a mangled sequence may come out as: Latin letters and signs, the marks of decomposed
# Vietnamese, punctuation, and what text mangled twice shows. Anything else (Cyrillic, IPA) was
# characters that met by chance.
_EXPECTED = re.compile(
    "[\u0080-\u017f\u0192\u01a0\u01a1\u01af\u01b0\u02c6\u02dc\u0300-\u0303\u0306\u0309\u031b"
    "\u0323\u1ea0-\u1ef9\u2000-\u2122\ufeff]"
)


def _shown_bytes(page: str) -> dict[str, int]:
    """Character -> byte for bytes 80..FF; controls too, which browsers show for gaps in a page."""
    shown = {chr(byte): byte for byte in range(0x80, 0x100)} if page != "mac-roman" else {}
    for byte in range(0x80, 0x100):
        letter = bytes([byte]).decode(page, "replace")
        if letter != "\ufffd":
            shown[letter] = byte
    return shown


class Mojibake:
    """UTF-8 that was read as another code page, of which each byte has become one character."""

    def __init__(self, page: str) -> None:
        self._bytes = _shown_bytes(page)
        tail = self._among(0x80, 0xBF)
        self._sequence = re.compile(
            f"{self._among(0xC2, 0xDF)}{tail}|{self._among(0xE1, 0xEF)}{tail}{tail}"
        )

    def _among(self, first: int, last: int) -> str:
        letters = (letter for letter, byte in self._bytes.items() if first <= byte <= last)
        return "[" + "".join(map(re.escape, letters)) + "]"

    def _meant(self, sequence: str) -> str:
        """What the sequence was, or itself."""
        meant = bytes(self._bytes[letter] for letter in sequence).decode("utf-8", "replace")
        return meant if _EXPECTED.fullmatch(meant) else sequence

    def sequences(self, text: str) -> list[tuple[str, str]]:
        """(as shown, as meant) for all the mangled letters in the text."""
        shown = self._sequence.findall(text)
        return [(s, meant) for s in shown if (meant := self._meant(s)) != s]

    def read(self, text: str) -> str:
        """The text mended, also where it was mangled twice or three times; NFC."""
        for _ in range(3):
            mended = self._sequence.sub(lambda match: self._meant(match[0]), text)
            if mended == text:
                break
            text = mended
        return nfc(text)


AS_WINDOWS_1252 = Mojibake("cp1252")
AS_MAC_ROMAN = Mojibake("mac-roman")

_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_GAP = re.compile("(?<=[^\\W\\d_]) +(?=[\u0300\u0301\u0303\u0309\u0323])")
_TONED_WORD = re.compile("(?:[^\\W\\d_]|[\u0300\u0301\u0303\u0309\u0323])+")
_STRAY = re.compile(
    "(?!n\u0303)[bcdđghklmnpqrstvx ][\u0300\u0301\u0303\u0309\u0323]", re.IGNORECASE
)


# Composed text in which a tone is astray holds the tone itself or a letter such as ń.
_LATIN = map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)])
_TONED_CONSONANTS = "".join(c for c in _LATIN if _STRAY.match(unicodedata.normalize("NFD", c)))
_MAY_STRAY = re.compile(f"[\u0300\u0301\u0303\u0309\u0323{_TONED_CONSONANTS}]")


def stray_tones(text: str) -> int:
    """How many tones stand on a consonant or after a space (ñ is a letter elsewhere).

    text: composed (NFC).
    """
    if not _MAY_STRAY.search(text):
        return 0
    return len(_STRAY.findall(unicodedata.normalize("NFD", text)))


def _place_tone(match: re.Match[str]) -> str:
    """Viêt + dot below -> Việt: the tone goes to the last letter where it makes a syllable."""
    word = match[0]
    parts = unicodedata.normalize("NFD", word)
    tones = _TONE.findall(parts)
    if len(tones) != 1 or is_syllable(word):
        return word
    letters = nfc(_TONE.sub("", parts))
    for at in range(len(letters), 0, -1):
        placed = nfc(letters[:at] + tones[0] + letters[at:])
        if is_syllable(placed):
            return placed
    return word


def read_loose_tones(text: str) -> str:
    """Tones that stand after a space or on the wrong letter, put on the vowel of their word."""
    return _TONED_WORD.sub(_place_tone, nfc(_GAP.sub("", nfc(text))))
