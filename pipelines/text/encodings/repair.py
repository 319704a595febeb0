"""Vietnamese text in an old encoding, or in the wrong one: named, and mended where it is sure.

Call this on the text as decoded, before pipelines.text.normal_forms.clean: clean drops soft
hyphens and
controls, which are letters (TCVN3 ư) or parts of letters (UTF-8 read as latin-1) here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.text.encodings.tables import (
    AS_MAC_ROMAN,
    AS_WINDOWS_1252,
    TCVN3_CODES,
    VIQR_WORD,
    Reader,
    nfc,
    read_cp1258,
    read_loose_tones,
    read_tcvn3,
    read_viqr,
    read_vni,
    stray_tones,
    viqr_word,
)
from pipelines.text.syllables import (
    DOT,
    HOOK,
    TILDE,
    TONES,
    is_syllable,
    legal_syllables,
    valid_share,
)

TCVN3 = "TCVN3"
VNI = "VNI"
VIQR = "VIQR"
CP1258_AS_1252 = "windows-1258 read as windows-1252"
LOOSE_TONES = "windows-1258 decomposed"
UTF8_AS_LATIN1 = "mojibake (utf-8 read as latin-1)"
UTF8_AS_1252 = "mojibake (utf-8 read as windows-1252)"
UTF8_AS_MAC = "mojibake (utf-8 read as mac-roman)"

_SINGLE_BYTE: dict[str, Reader] = {
    TCVN3: read_tcvn3,
    VNI: read_vni,
    CP1258_AS_1252: read_cp1258,
}
_WHOLE_TEXT: dict[str, Reader] = {
    VIQR: read_viqr,
    LOOSE_TONES: read_loose_tones,
    UTF8_AS_LATIN1: AS_WINDOWS_1252.read,  # knows the controls that latin-1 shows as well
    UTF8_AS_1252: AS_WINDOWS_1252.read,
    UTF8_AS_MAC: AS_MAC_ROMAN.read,
}
TROUBLES = (*_SINGLE_BYTE, *_WHOLE_TEXT)

_LOWER = set(TCVN3_CODES.values())
_VIETNAMESE = _LOWER | set("".join(_LOWER).upper()) | set(TONES)

# A text of this length in any of the encodings holds one of the tells below; a shorter one is
# read in full. Signs that good pages print («» § ® ° · ²) and Ð for Đ are no tells. One test for
# each is many times faster than a character class, for almost every page passes all of them.
_LONG = 300
_TELLS = (
    *"\u00adªµ¸¹Ö×Þß÷",  # TCVN3 ư ê à á ạ ệ ì ị ò ữ
    *"øûïöñåäëü",  # VNI: grave, hook, dot; ư đ; circumflex with hook, with dot; breve
    *"ºÄÆ√∫",  # first or second bytes of Vietnamese letters in UTF-8
    *(HOOK, TILDE, DOT),  # the others are slow to look for
    *("ôò", "ýõ"),  # windows-1258 ộ ươ
)

# Letters that only Unicode has: where they stand, the words next to them are no old encoding.
_UNICODE_ONLY = re.compile("[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9]")
_WORD = re.compile("[^\\s!-/:-@\\[-`{-~\u2000-\u206f]+")
_VIQR_MARKED = re.compile("[\\^+]|dd|[aeiouy]['`?~.][a-z]", re.IGNORECASE)
_ASCII_LETTER = re.compile("[A-Za-z]")

_MIN_WORDS = 2  # distinct words that the old encoding explains
_MIN_WORDS_MIXED = 3  # the same in a text that is partly good Unicode
_MIN_SHARE = 0.6  # of the words that it changes, and of all words if the whole text is old
_MIN_VIQR_WORDS = 4  # distinct, of three letters or more


def suspect(text: str) -> str | None:
    """What is wrong with a text that should be Vietnamese: one of TROUBLES, or None.

    None also for other languages and for texts that are too short to tell.
    """
    if text.isascii() or not _may_be_legacy(text):
        return VIQR if _is_viqr(text) else None
    text = nfc(text)
    if not _may_be_legacy(text):  # it was only decomposed, as NFD is
        return VIQR if _is_viqr(text) else None
    named = _mojibake(text) or _loose_tones(text) or _single_byte(text)
    return named or (VIQR if _is_viqr(text) else None)


def _may_be_legacy(text: str) -> bool:
    return len(text) < _LONG or any(tell in text for tell in _TELLS)


def _mojibake(text: str) -> str | None:
    for name, page in ((UTF8_AS_1252, AS_WINDOWS_1252), (UTF8_AS_MAC, AS_MAC_ROMAN)):
        letters = [shown for shown, meant in page.sequences(text) if meant in _VIETNAMESE]
        # Chance hardly brings three characters together, so two letters are enough if one did.
        if len(set(letters)) >= 2 and (len(letters) > 2 or max(map(len, letters)) > 2):
            return UTF8_AS_LATIN1 if _has_controls(letters) else name
    return None


def _has_controls(letters: list[str]) -> bool:
    """True if bytes that windows-1252 shows as a sign are shown as the controls of latin-1."""
    shown = set("".join(letters)) - set("\x81\x8d\x8f\x90\x9d")  # its five empty places
    return any("\x80" <= letter <= "\x9f" for letter in shown)


def _loose_tones(text: str) -> str | None:
    stray = stray_tones(text)
    if stray < _MIN_WORDS:
        return None
    mended = stray - stray_tones(read_loose_tones(text))
    return LOOSE_TONES if mended >= _MIN_WORDS else None


def _single_byte(text: str) -> str | None:
    words = {word for word in _WORD.findall(text) if not word.isascii()}
    unusual = words - legal_syllables()  # nearly all are spelt in small letters
    odd = [w for w in unusual if not is_syllable(w) and not _UNICODE_ONLY.search(w)]
    if len(odd) < _MIN_WORDS:  # only such words can be explained
        return None
    found = {name: _explained(words, reader) for name, reader in _SINGLE_BYTE.items()}
    name = max(found, key=lambda name: found[name])
    mixed = _UNICODE_ONLY.search(text) is not None
    if found[name] < (_MIN_WORDS_MIXED if mixed else _MIN_WORDS):
        return None
    return name if mixed or valid_share(_SINGLE_BYTE[name](text)) >= _MIN_SHARE else None


def _explained(words: set[str], reader: Reader) -> int:
    """How many words the reader turns into syllables; 0 if it spoils too many others."""
    verdicts = [_verdict(word, reader) for word in words]
    explained, spoilt = verdicts.count(True), verdicts.count(False)
    return explained if explained >= _MIN_SHARE * (explained + spoilt) else 0


def _verdict(word: str, reader: Reader) -> bool | None:
    """True: a syllable in the old encoding only. False: not one in it. None: cannot tell."""
    if _UNICODE_ONLY.search(word) or len(word) < 2 or not _ASCII_LETTER.search(word):
        return None
    read = reader(word)
    if read == word:
        return None
    if not is_syllable(read):
        return False
    return None if is_syllable(word) else True


def _is_viqr(text: str) -> bool:
    if "^" not in text or text.count("^") < _MIN_WORDS:
        return False
    marked = {word for word in VIQR_WORD.findall(text) if _VIQR_MARKED.search(word)}
    read = [word for word in marked if viqr_word(word) not in (None, word)]
    long = [word for word in read if len(_ASCII_LETTER.findall(word)) > 2]  # not a^n of a formula
    enough = len(long) >= _MIN_VIQR_WORDS and len(read) >= _MIN_SHARE * len(marked)
    return enough and valid_share(read_viqr(text)) >= _MIN_SHARE


def convert(text: str, trouble: str) -> str:
    """The text in Unicode NFC, read as suspect named it; what cannot be read stays as it is.

    In a text that is partly good Unicode, only the runs of words in the old encoding change.
    Raises ValueError for a trouble that is not one of TROUBLES.
    """
    if trouble in _SINGLE_BYTE:
        return _convert_words(nfc(text), _SINGLE_BYTE[trouble])
    if trouble in _WHOLE_TEXT:
        return nfc(_WHOLE_TEXT[trouble](text))
    raise ValueError(f"unknown trouble {trouble!r}: one of {', '.join(TROUBLES)}")


def _convert_words(text: str, reader: Reader) -> str:
    if not _UNICODE_ONLY.search(text):
        return nfc(reader(text))
    words = list(_WORD.finditer(text))
    old = _in_old_runs([_side(match[0], reader) for match in words])
    parts, end = [], 0
    for match, is_old in zip(words, old, strict=True):
        parts += [text[end : match.start()], reader(match[0]) if is_old else match[0]]
        end = match.end()
    return nfc("".join([*parts, text[end:]]))


def _side(word: str, reader: Reader) -> bool | None:
    """True: surely the old encoding. False: surely Unicode. None: could be either."""
    if _UNICODE_ONLY.search(word):
        return False
    verdict = _verdict(word, reader)
    return False if verdict is False and is_syllable(word) else verdict or None


def _in_old_runs(sides: list[bool | None]) -> Iterator[bool]:
    """A word that could be either is old if the nearest sure words on both sides are."""
    before = _carried(sides)
    after = _carried(sides[::-1])[::-1]
    for left, right in zip(before, after, strict=True):
        yield left is not False and right is not False and (left or right) is True


def _carried(sides: list[bool | None]) -> list[bool | None]:
    carried, last = [], None
    for side in sides:
        last = last if side is None else side
        carried.append(last)
    return carried


def repair(text: str) -> tuple[str, str | None]:
    """(text, trouble): mended if that gives more Vietnamese syllables, else as it came.

    The trouble is named either way, so that a page which could not be mended can be reported.
    """
    trouble = suspect(text)
    if trouble is None:
        return text, None
    mended = convert(text, trouble)
    return (mended if valid_share(mended) > valid_share(text) else text), trouble
