"""Vietnamese text in its three forms: stored (clean), compared (comparison), searched (fold).

Only search_fold may drop tone and vowel marks: "bí thư" and "bị thu" are different words, and a
comparison that cannot tell them apart would hide an edit.
"""

from __future__ import annotations

import html
import re
import unicodedata
from html.entities import html5

from pipelines.text.memo import remembered
from storage.text.folding import TONES as TONES
from storage.text.folding import marked as _marked
from storage.text.folding import search_fold as search_fold

_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")

# Names that a lost ampersand leaves behind and that end no word of Vietnamese or English, so
# they are safe without it. `bull;`, `lt;`, `eth;` end real words and need the ampersand.
_ENTITY = re.compile(
    r"&(?:amp;)*(?P<name>#[0-9]{2,6}|#[xX][0-9a-fA-F]{2,5}|[A-Za-z][A-Za-z0-9]{1,9});"
    r"|(?P<bare>[aeiouyAEIOUY](?:grave|acute|circ|tilde)"
    r"|[lr][sd]quo|[lr]aquo|[sb]bquo|bdquo|quot|[nm]dash|hellip|nbsp);"
)

_AMPERSAND = re.compile("&[#\\w;]{2,12};")  # "Sở TT&TT thành phố; ..." holds none
# Semicolons are common in prose: only these endings are worth a search.
_ENTITY_ENDS = ("grave;", "acute;", "circ;", "tilde;", "quo;", "quot;", "dash;", "hellip;", "nbsp;")


def _character(match: re.Match[str]) -> str:
    name = match["name"] or match["bare"]
    return html.unescape(f"&{name};") if _is_known(name) else match[0]


def _is_known(name: str) -> bool:
    return name.startswith("#") or f"{name};" in html5


def _composed(text: str) -> str:
    """NFC without characters that print nothing. ASCII and printable text pass at once."""
    if not text.isprintable():
        text = _INVISIBLE.sub("", text)
        text = _CONTROL.sub(" ", text)
        text = _SURROGATE.sub("\ufffd", text)
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", text)


_ESCAPED_TIMES = 3  # "&amp;amp;ldquo;" is the worst that editors make; hostile text goes on


def _mend_entities(text: str) -> str:
    for _ in range(_ESCAPED_TIMES):
        mended = _ENTITY.sub(_character, text)
        if mended == text:
            break
        text = _composed(mended)
    return text


_LOWER = "a-z\u00df-\u00ff\u0103\u0111\u0129\u0169\u01a1\u01b0\u1ea0-\u1ef9"
_ETH = re.compile(f"(?<![{_LOWER}])[\u00d0\u00f0]")


def _eth_to_d(match: re.Match[str]) -> str:
    return "Đ" if match[0] == "\u00d0" else "đ"


def clean(text: str) -> str:
    """The form that is stored: one line, NFC, nothing invisible; quotes, dashes, case as printed.

    Eth (U+00D0, U+00F0), which some papers type for đ, becomes đ unless it follows a lower-case
    letter: đ only ever opens a syllable, so that is a foreign name.
    """
    text = _composed(text)
    if ";" in text and (
        ("&" in text and _AMPERSAND.search(text)) or any(end in text for end in _ENTITY_ENDS)
    ):
        text = _mend_entities(text)
    if "\u00d0" in text or "\u00f0" in text:
        text = _ETH.sub(_eth_to_d, text)
    if "  " not in text and text.isprintable():  # the only white space left is single spaces
        return text.strip()
    return " ".join(text.split())


def _tone_moves(clusters: str) -> tuple[dict[str, str], dict[str, str]]:
    """Two-letter strings: tone on the second letter -> tone on the first, and the reverse."""
    to_first: dict[str, str] = {}
    for pair in clusters.split():
        for a in (pair[0], pair[0].upper()):
            for b in (pair[1], pair[1].upper()):
                to_first.update({a + _marked(b, t): _marked(a, t) + b for t in TONES})
    return to_first, {v: k for k, v in to_first.items()}


# An open syllable carries the tone on the first vowel (hòa, khỏe, ủy), a closed one and any
# after q on the second (hoàn, quý, quýt): one of the two spellings of each word is folded away.
_TO_FIRST, _TO_SECOND = _tone_moves("oa oe uy")
_LETTER = "(?:[^\\W\\d_]|[\u0300-\u036f])"
_TONE_ON_SECOND = re.compile(rf"[oOuU][àáảãạèéẻẽẹỳýỷỹỵÀÁẢÃẠÈÉẺẼẸỲÝỶỸỴ](?!{_LETTER})")
_TONE_ON_FIRST = re.compile("[òóỏõọùúủũụÒÓỎÕỌÙÚỦŨỤ][aeyAEY](?![\u0300-\u036f])")


def _after_q(match: re.Match[str]) -> bool:
    return match.start() > 0 and match.string[match.start() - 1] in "qQ"


def _to_first(match: re.Match[str]) -> str:
    return match[0] if _after_q(match) else _TO_FIRST.get(match[0], match[0])


def _to_second(match: re.Match[str]) -> str:
    closed = match.string[match.end() : match.end() + 1].isalpha()
    return _TO_SECOND.get(match[0], match[0]) if closed or _after_q(match) else match[0]


def _one_tone_placement(text: str) -> str:
    return _TONE_ON_FIRST.sub(_to_second, _TONE_ON_SECOND.sub(_to_first, text))


# Cleaned text has single spaces only, so no pattern here needs to repeat one.
_DASH = re.compile("[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_SPACED_DASH = re.compile(" ?- ?")
_SPACE_AFTER = re.compile("([(\\[{\u201c\u201e\u00ab]) ")
_SPACE_BEFORE = re.compile(" (?=[,.;:!?)\\]}%\u201d\u00bb])")
_DOUBLE_QUOTE = re.compile("[\u201c-\u201f\u00ab\u00bb\u2033\u2036\u300c\u300d\uff02]")
_SINGLE_QUOTE = re.compile("[\u2018-\u201b\u2032\u2035\u2039\u203a\u00b4`\uff07]")


@remembered(512)  # of a paragraph it is asked for by several, one soon after the other
def comparison(text: str) -> str:
    """The form in which two readings of a page are compared; equal means nothing was edited.

    Folds quotes, dashes, ellipsis, spacing around punctuation, tone placement (hoà = hòa), and
    the case of a line printed all in capitals. Never folds tone marks, i/y, or other case.
    """
    text = clean(text).replace("\u2026", "...")
    text = _DASH.sub("-", text)
    if "-" in text:
        text = _SPACED_DASH.sub("-", text)
    text = _SPACE_BEFORE.sub("", _SPACE_AFTER.sub(r"\1", text))
    text = _DOUBLE_QUOTE.sub('"', text)
    text = _SINGLE_QUOTE.sub("'", text)
    if not text.isascii():
        text = _one_tone_placement(text)
    if is_all_caps(text) and _has_two_words(text):
        text = _composed(text.lower())
    return text


def _has_two_words(text: str) -> bool:
    return sum(any(c.isalpha() for c in word) for word in text.split()) >= 2


def is_all_caps(text: str) -> bool:
    """True if the text has letters and every one of them is a capital."""
    return text.isupper()


# Numbers with their separators and document numbers are one token: 1.150, 112,43%, 05-CT/TW,
# 202/2025/QH15. A dash after a number joins capitals only, so "2024-Đảng bộ" is three tokens.
_CAPS = "A-ZĐƯƠÂÊÔĂ"
_TOKEN = re.compile(
    rf"\d+-[^\W\d_]{{2,4}}/[^\W\d_]{{2,4}}(?!\w)"
    rf"|\d+[^\W\d_]*(?:[.,:/-]\d+[^\W\d_]*|[/-][{_CAPS}]+\d*(?![^\W\d_]))*%?"
    r"|[^\W\d_](?:\w|['’](?=\w)|[\u0300-\u036f])*"
)


def syllables(text: str) -> list[str]:
    """Word-level tokens of the comparison form, punctuation left out, in reading order."""
    return _TOKEN.findall(comparison(text))


_NAME_PART = re.compile(r"[^\W\d_]+")
_VOWEL = re.compile("[aeiouy]")


def _name_word(word: str) -> str:
    """One white-space separated word of a name in capitals; initials stay as they are."""
    if "." in word.rstrip("."):
        # "Q.THÁI" is an initial and a name, "P.Y" two initials.
        return ".".join(p.capitalize() if len(p) > 2 else p for p in word.split("."))
    if not _VOWEL.search(search_fold(word)):
        return word
    return _NAME_PART.sub(lambda m: m[0].capitalize(), word)


def title_case_name(text: str) -> str:
    """A person's name printed in capitals, in title case; any other text only cleaned.

    "BÍCH ĐÀO" -> "Bích Đào", "H'HEN NIÊ" -> "H'Hen Niê"; initials ("N.K", "HT") stay.
    """
    text = clean(text)
    if not is_all_caps(text):
        return text
    return " ".join(_name_word(word) for word in text.split())
