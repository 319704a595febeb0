"""Detect and repair Vietnamese text that is in a legacy encoding or was decoded with a wrong one.

Call this before pipelines.text.normal_forms.clean, which removes soft hyphens and control
characters: here they are letters (TCVN3 ư) or parts of letters (UTF-8 decoded as latin-1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.text.encodings.tables import (
    AS_MAC_ROMAN,
    AS_WINDOWS_1252,
    TCVN3_CODES,
    VIQR_WORD,
    Decoder,
    decode_cp1258,
    decode_tcvn3,
    decode_viqr,
    decode_viqr_word,
    decode_vni,
    nfc,
    reattach_tones,
    stray_tones,
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

_SINGLE_BYTE: dict[str, Decoder] = {
    TCVN3: decode_tcvn3,
    VNI: decode_vni,
    CP1258_AS_1252: decode_cp1258,
}
_WHOLE_TEXT: dict[str, Decoder] = {
    VIQR: decode_viqr,
    LOOSE_TONES: reattach_tones,
    UTF8_AS_LATIN1: AS_WINDOWS_1252.repair,  # also maps the control characters of latin-1
    UTF8_AS_1252: AS_WINDOWS_1252.repair,
    UTF8_AS_MAC: AS_MAC_ROMAN.repair,
}
ENCODING_PROBLEMS = (*_SINGLE_BYTE, *_WHOLE_TEXT)

_UNDEFINED_IN_1252 = set("\x81\x8d\x8f\x90\x9d")
_LOWER = set(TCVN3_CODES.values())
_VIETNAMESE = _LOWER | set("".join(_LOWER).upper()) | set(TONES)

# A text of at least _MIN_CONCLUSIVE_CHARS in any of these encodings contains one of the strings
# below; a shorter text is always checked in full. Characters that correct pages print (« » § ® ° ·
# ², Ð for Đ) are not in the list. Almost no page contains any of the strings, and for that case
# one `in` per letter is many times faster than a regular expression.
_MIN_CONCLUSIVE_CHARS = 300
_SUSPICIOUS_LETTERS = (
    *"\u00adªµ¸¹Ö×Þß÷",  # TCVN3 ư ê à á ạ ệ ì ị ò ữ
    *"øûïöñåäëü",  # VNI grave, hook, dot; ư đ; circumflex with hook, with dot; breve
    *"ºÄÆ√∫",  # first or second bytes of Vietnamese letters in UTF-8
    *(HOOK, TILDE, DOT),  # combining tones; the other two are slow to search for
)
_SUSPICIOUS_PAIRS = (("ô", "ò"), ("ý", "õ"))  # windows-1258 ộ ươ

# Letters that exist in Unicode only: a word that contains one is in no legacy encoding.
_UNICODE_ONLY = re.compile("[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9]")
_WORD = re.compile("[^\\s!-/:-@\\[-`{-~\u2000-\u206f]+")
_VIQR_MARKED = re.compile("[\\^+]|dd|[aeiouy]['`?~.][a-z]", re.IGNORECASE)
_ASCII_LETTER = re.compile("[A-Za-z]")

_MIN_WORDS = 2  # distinct words that are syllables in the legacy encoding only
_MIN_WORDS_MIXED = 3  # the same, for a text that is partly correct Unicode
_MIN_SHARE = 0.6  # of the words that decoding changes; of all words if no word is Unicode
_MIN_VIQR_WORDS = 4  # distinct words of three letters or more


def detect_encoding_problem(text: str) -> str | None:
    """Return the one of ENCODING_PROBLEMS that a Vietnamese text has, or None.

    Return None also for other languages and for texts that are too short to decide.
    """
    if text.isascii() or not _needs_full_check(text):
        return VIQR if _is_viqr(text) else None
    text = nfc(text)
    if not _needs_full_check(text):  # it was only decomposed (NFD)
        return VIQR if _is_viqr(text) else None
    named = _detect_mojibake(text) or _detect_loose_tones(text) or _detect_single_byte(text)
    return named or (VIQR if _is_viqr(text) else None)


def _needs_full_check(text: str) -> bool:
    if len(text) < _MIN_CONCLUSIVE_CHARS or any(letter in text for letter in _SUSPICIOUS_LETTERS):
        return True
    # Faster than to search for both letters: the second one is rare.
    return any(
        part.endswith(first)
        for first, second in _SUSPICIOUS_PAIRS
        for part in text.split(second)[:-1]
    )


def _detect_mojibake(text: str) -> str | None:
    for name, page in ((UTF8_AS_1252, AS_WINDOWS_1252), (UTF8_AS_MAC, AS_MAC_ROMAN)):
        mangled = [shown for shown, meant in page.sequences(text) if meant in _VIETNAMESE]
        # Two letters are enough if one of them takes three characters: that is rarely chance.
        if len(set(mangled)) >= 2 and (len(mangled) > 2 or max(map(len, mangled)) > 2):
            return UTF8_AS_LATIN1 if _has_controls(mangled) else name
    return None


def _has_controls(mangled: list[str]) -> bool:
    """Return True if symbols of windows-1252 appear as the control characters of latin-1."""
    shown = set("".join(mangled)) - _UNDEFINED_IN_1252
    return any("\x80" <= character <= "\x9f" for character in shown)


def _detect_loose_tones(text: str) -> str | None:
    stray = stray_tones(text)
    if stray < _MIN_WORDS:
        return None
    repaired = stray - stray_tones(reattach_tones(text))
    return LOOSE_TONES if repaired >= _MIN_WORDS else None


def _detect_single_byte(text: str) -> str | None:
    words = {word for word in _WORD.findall(text) if not word.isascii()}
    unusual = words - legal_syllables()  # a quick filter: nearly all words are lower case
    odd = [w for w in unusual if not is_syllable(w) and not _UNICODE_ONLY.search(w)]
    if len(odd) < _MIN_WORDS:  # only such words can prove a legacy encoding
        return None
    found = {name: _count_explained_words(words, decode) for name, decode in _SINGLE_BYTE.items()}
    name = max(found, key=lambda name: found[name])
    mixed = _UNICODE_ONLY.search(text) is not None
    if found[name] < (_MIN_WORDS_MIXED if mixed else _MIN_WORDS):
        return None
    return name if mixed or valid_share(_SINGLE_BYTE[name](text)) >= _MIN_SHARE else None


def _count_explained_words(words: set[str], decode: Decoder) -> int:
    """Return how many words become syllables by decoding; 0 if too many others become none."""
    verdicts = [_is_explained(word, decode) for word in words]
    explained, contradicting = verdicts.count(True), verdicts.count(False)
    return explained if explained >= _MIN_SHARE * (explained + contradicting) else 0


def _is_explained(word: str, decode: Decoder) -> bool | None:
    """Return True for a syllable in the legacy encoding only, False for none in it, else None."""
    if _UNICODE_ONLY.search(word) or len(word) < 2 or not _ASCII_LETTER.search(word):
        return None
    decoded = decode(word)
    if decoded == word:
        return None
    if not is_syllable(decoded):
        return False
    return None if is_syllable(word) else True


def _is_viqr(text: str) -> bool:
    if "^" not in text or text.count("^") < _MIN_WORDS:
        return False
    with_marks = {word for word in VIQR_WORD.findall(text) if _VIQR_MARKED.search(word)}
    decodable = [word for word in with_marks if decode_viqr_word(word) not in (None, word)]
    long = [
        word for word in decodable if len(_ASCII_LETTER.findall(word)) > 2
    ]  # excludes a^n in formulas
    enough = len(long) >= _MIN_VIQR_WORDS and len(decodable) >= _MIN_SHARE * len(with_marks)
    return enough and valid_share(decode_viqr(text)) >= _MIN_SHARE


def convert_to_unicode(text: str, problem: str) -> str:
    """Return the text in Unicode NFC; sequences that cannot be decoded stay as they are.

    In a text that is partly correct Unicode, only runs of words in the legacy encoding change.
    Raise ValueError if `problem` is not one of ENCODING_PROBLEMS.
    """
    if problem in _SINGLE_BYTE:
        return _convert_words(nfc(text), _SINGLE_BYTE[problem])
    if problem in _WHOLE_TEXT:
        return nfc(_WHOLE_TEXT[problem](text))
    raise ValueError(f"unknown encoding problem {problem!r}: one of {', '.join(ENCODING_PROBLEMS)}")


def _convert_words(text: str, decode: Decoder) -> str:
    if not _UNICODE_ONLY.search(text):
        return nfc(decode(text))
    words = list(_WORD.finditer(text))
    legacy = _fill_runs([_is_legacy(match[0], decode) for match in words])
    parts, end = [], 0
    for match, is_legacy in zip(words, legacy, strict=True):
        parts += [text[end : match.start()], decode(match[0]) if is_legacy else match[0]]
        end = match.end()
    return nfc("".join([*parts, text[end:]]))


def _is_legacy(word: str, decode: Decoder) -> bool | None:
    """Return True for a word that must be legacy, False if it must be Unicode, None if either."""
    if _UNICODE_ONLY.search(word):
        return False
    verdict = _is_explained(word, decode)
    return False if verdict is False and is_syllable(word) else verdict or None


def _fill_runs(certainties: list[bool | None]) -> Iterator[bool]:
    """Decide the undecided words: legacy if the nearest decided words on both sides are."""
    before = _fill_forward(certainties)
    after = _fill_forward(certainties[::-1])[::-1]
    for left, right in zip(before, after, strict=True):
        yield left is not False and right is not False and (left or right) is True


def _fill_forward(certainties: list[bool | None]) -> list[bool | None]:
    filled, last = [], None
    for certainty in certainties:
        last = last if certainty is None else certainty
        filled.append(last)
    return filled
