"""Normal forms of Vietnamese text: stored (clean), compared (comparison), searched (search_fold).

Only search_fold drops tone and vowel marks: "bí thư" and "bị thu" are different words, and a
comparison that ignored the marks would hide an edit.
"""

from __future__ import annotations

import html
import re
import unicodedata
from html.entities import html5

from pipelines.text.memo import cache_short_texts
from storage.text.folding import TONES as TONES
from storage.text.folding import search_fold as search_fold
from storage.text.folding import with_tone as _marked

_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")

# Entity names that are also unescaped without their ampersand, because no Vietnamese or English
# word ends in them. `bull;`, `lt;`, `eth;` end real words, so they need the ampersand.
_NAMED = r"&(?:amp;)*(?P<name>#[0-9]{2,6}|#[xX][0-9a-fA-F]{2,5}|[A-Za-z][A-Za-z0-9]{1,9});"
_WITH_AMPERSAND = re.compile(_NAMED)  # many times faster than the pattern for both
_ENTITY = re.compile(
    rf"{_NAMED}|(?P<bare>[aeiouyAEIOUY](?:grave|acute|circ|tilde)"
    r"|[lr][sd]quo|[lr]aquo|[sb]bquo|bdquo|quot|[nm]dash|hellip|nbsp);"
)

_AMPERSAND = re.compile("&[#\\w;]{2,12};")  # no match in "Sở TT&TT thành phố; ..."
# Semicolons are common in prose, so the entity pattern is only tried if one of these is before one.
_ENTITY_ENDS = ("grave", "acute", "circ", "tilde", "quo", "quot", "dash", "hellip", "nbsp")


def _character(match: re.Match[str]) -> str:
    name = match["name"] or match["bare"]
    return html.unescape(f"&{name};") if name[0] == "#" else html5.get(f"{name};", match[0])


def _without_invisible(text: str) -> str:
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", _INVISIBLE.sub("", text)))


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)  # is_normalized() is no faster


_MAX_UNESCAPE_ROUNDS = 3  # editors produce "&amp;amp;ldquo;" at worst; hostile text nests deeper


def _unescape_entities(text: str) -> str:
    for _ in range(_MAX_UNESCAPE_ROUNDS):
        if not _may_have_entities(text):
            break
        text = _WITH_AMPERSAND.sub(_character, text)
        if _may_have_bare_entities(text):
            text = _ENTITY.sub(_character, text)
        text = _nfc(_without_invisible(text))
    return text


def _may_have_entities(text: str) -> bool:
    """Return False for nearly all texts; the pattern itself is slow."""
    return ";" in text and (
        ("&" in text and _AMPERSAND.search(text) is not None) or _may_have_bare_entities(text)
    )


def _may_have_bare_entities(text: str) -> bool:
    return any(part.endswith(_ENTITY_ENDS) for part in text.split(";"))


_LOWER = "a-z\u00df-\u00ff\u0103\u0111\u0129\u0169\u01a1\u01b0\u1ea0-\u1ef9"
_ETH = re.compile(f"(?<![{_LOWER}])[\u00d0\u00f0]")


# What Word leaves in a text if a CMS escapes its tags: "<_o3a_p>" was <o:p>.
_WORD_TAG = re.compile(r"<(?:/?(?:_o3a_p|o:p)\s?/?|\?xml:namespace[^<>]{0,200})>")


def _eth_to_d(match: re.Match[str]) -> str:
    return "Đ" if match[0] == "\u00d0" else "đ"


@cache_short_texts(512)  # lines are cleaned by each step that may be the first to see them
def clean(text: str) -> str:
    """Return the stored form: one line, NFC, no invisible characters, entities unescaped.

    Quotes, dashes and case stay as printed. Eth (U+00D0, U+00F0), which some papers type for đ,
    becomes đ unless it follows a lower-case letter: đ only begins a syllable, so an eth inside a
    word belongs to a foreign name.
    """
    text = text.strip()
    is_printable = text.isprintable()  # then nothing is invisible, and spaces are the white space
    if not is_printable:  # usually by line breaks and no-break spaces only
        text = " ".join(text.split())
        is_printable = text.isprintable()
    text = _nfc(text if is_printable else _without_invisible(text))
    if _may_have_entities(text):
        text, is_printable = _unescape_entities(text), False
    if "<" in text and ("o:p" in text or "_o3a_p" in text):
        text, is_printable = _WORD_TAG.sub("", text), False
    if "\u00d0" in text or "\u00f0" in text:
        text = _ETH.sub(_eth_to_d, text)
    if "  " in text or not is_printable:
        return " ".join(text.split())
    return text.strip()


def one_line(text: str) -> str:
    """Return the text with single spaces for all white space, and none at its ends."""
    text = text.strip()
    if text.isprintable() and "  " not in text:  # the only white space is single spaces
        return text
    return " ".join(text.split())


def _tone_moves(clusters: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return {tone on second letter: tone on first} for two-letter strings, and the inverse."""
    to_first: dict[str, str] = {}
    for pair in clusters.split():
        for a in (pair[0], pair[0].upper()):
            for b in (pair[1], pair[1].upper()):
                to_first.update({a + _marked(b, t): _marked(a, t) + b for t in TONES})
    return to_first, {v: k for k, v in to_first.items()}


# The comparison form has one spelling of each word: the tone on the first vowel of an open syllable
# (hòa, khỏe, ủy), and on the second in a closed syllable or after q (hoàn, quý, quýt).
_TO_FIRST, _TO_SECOND = _tone_moves("oa oe uy")
_LETTER = "(?:[^\\W\\d_]|[\u0300-\u036f])"
_TONE_ON_SECOND = re.compile(rf"[oOuU][àáảãạèéẻẽẹỳýỷỹỵÀÁẢÃẠÈÉẺẼẸỲÝỶỸỴ](?!{_LETTER})")
# Only in a closed syllable or after q: nearly all other matches are "của".
_TONE_ON_FIRST = re.compile(
    "[òóỏõọùúủũụÒÓỎÕỌÙÚỦŨỤ][aeyAEY](?:(?=\\w)|(?<=[qQ]..))(?![\u0300-\u036f])"
)


def _after_q(match: re.Match[str]) -> bool:
    return match.start() > 0 and match.string[match.start() - 1] in "qQ"


def _to_first(match: re.Match[str]) -> str:
    return match[0] if _after_q(match) else _TO_FIRST.get(match[0], match[0])


def _to_second(match: re.Match[str]) -> str:
    closed = match.string[match.end() : match.end() + 1].isalpha()
    return _TO_SECOND.get(match[0], match[0]) if closed or _after_q(match) else match[0]


def _one_tone_placement(text: str) -> str:
    return _TONE_ON_FIRST.sub(_to_second, _TONE_ON_SECOND.sub(_to_first, text))


_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u2036\u300c\u300d\uff02"
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a\u00b4`\uff07"
_USUAL_FORM = {
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_DOUBLE_QUOTES, '"'),
    **dict.fromkeys(_SINGLE_QUOTES, "'"),
}
_VARIANT = re.compile(f"[{''.join(_USUAL_FORM)}]")
# Cleaned text has single spaces only, so this looks at the characters on both sides of each.
_SPACE_AT_PUNCTUATION = re.compile(
    f" (?:(?=[-{_DASHES},.;:!?)\\]}}%\u201d\u00bb])|(?<=[-{_DASHES}(\\[{{\u201c\u201e\u00ab] ))"
)


def _usual_form(match: re.Match[str]) -> str:
    return _USUAL_FORM[match[0]]


@cache_short_texts(512)  # several steps need the form of the same paragraph in short succession
def comparison(text: str) -> str:
    """Return the form in which two extractions of a page are compared; equal means not edited.

    Folds quotes, dashes, ellipsis, spacing around punctuation, tone placement (hoà = hòa), and
    the case of a line printed all in capitals. Never folds tone marks, i/y, or other case.
    """
    text = clean(text).replace("\u2026", "...")
    text = _VARIANT.sub(_usual_form, _SPACE_AT_PUNCTUATION.sub("", text))
    if not text.isascii():
        text = _one_tone_placement(text)
    if is_all_caps(text) and _has_two_words(text):
        text = _nfc(text.lower())
    return text


def _has_two_words(text: str) -> bool:
    return sum(any(c.isalpha() for c in word) for word in text.split()) >= 2


def is_all_caps(text: str) -> bool:
    """Return True if the text has letters and all of them are capitals."""
    return text.isupper()


# A number with its separators is one token, and so is a document number: 1.150, 112,43%, 05-CT/TW,
# 202/2025/QH15. A dash after a number joins capitals only, so "2024-Đảng bộ" is three tokens.
_CAPS = "A-ZĐƯƠÂÊÔĂ"
_TOKEN = re.compile(
    rf"\d+-[^\W\d_]{{2,4}}/[^\W\d_]{{2,4}}(?!\w)"
    rf"|\d+[^\W\d_]*(?:[.,:/-]\d+[^\W\d_]*|[/-][{_CAPS}]+\d*(?![^\W\d_]))*%?"
    r"|[^\W\d_](?:\w|['’](?=\w)|[\u0300-\u036f])*"
)


def syllables(text: str) -> list[str]:
    """Return the word-level tokens of the comparison form in reading order, without punctuation."""
    return _TOKEN.findall(comparison(text))


_NAME_PART = re.compile(r"[^\W\d_]+")
_VOWEL = re.compile("[aeiouy]")


def _name_word(word: str) -> str:
    """Return one white-space separated word of a name in title case; initials stay unchanged."""
    if "." in word.rstrip("."):
        # "Q.THÁI" is an initial and a name, "P.Y" two initials.
        return ".".join(p.capitalize() if len(p) > 2 else p for p in word.split("."))
    if not _VOWEL.search(search_fold(word)):
        return word
    return _NAME_PART.sub(lambda m: m[0].capitalize(), word)


def title_case_name(text: str) -> str:
    """Return a person's name printed in capitals in title case, and any other text cleaned.

    "BÍCH ĐÀO" -> "Bích Đào", "H'HEN NIÊ" -> "H'Hen Niê"; initials ("N.K", "HT") stay.
    """
    text = clean(text)
    if not is_all_caps(text):
        return text
    return " ".join(_name_word(word) for word in text.split())
