"""The words of a text as the index holds them: folded, then as written with _ before each.

So the two forms never meet: "dang" is what folds so, "_dang" what is written so. `slow_words` says
what they are; `words` says the same some five times as fast wherever every letter is one of
Vietnamese, by bytes: a code page of our own has a byte for each of them.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from storage.text.folding import FOLD, ONE_PLACE, as_written, search_fold

_WORD = re.compile(r"[^\W_]+")
_NO_WORD = re.compile(r"\W")


def phrase(text: str, exact: bool) -> str:
    """The words of one form, with a space between; "" for a text that has none."""
    if exact:
        return " ".join(f"_{word}" for word in _WORD.findall(as_written(text)))
    return " ".join(_WORD.findall(search_fold(text)))


def slow_words(text: str) -> str:
    return f"{phrase(text, exact=False)} {phrase(text, exact=True)}".strip()


_BASE = dict(FOLD)
_CAPITALS = {letter.upper(): base for letter, base in _BASE.items()}
_PUNCTUATION = "“”‘’–—…•\u00a0·°×€«»\u200b\ufeff"
_ALONE = {c: chr(c) for c in (0, *b"\t\n\v\f\r", *range(32, 127), 0xB2, 0xB3)}


def _page() -> str:
    """The character of each byte: all 256 have one. Byte 0 must be U+0000."""
    others = iter("".join((*_BASE, *_CAPITALS, _PUNCTUATION)))
    return "".join(_ALONE.get(code) or next(others) for code in range(256))


_PAGE = _page()
_BYTES = codecs.charmap_build(_PAGE)  # in this order of bytes a lookup in C for each letter


def _bytes(text: str) -> bytes:
    return codecs.charmap_encode(text, "strict", _BYTES)[0]


def _table(change: dict[str, str]) -> bytes:
    """For bytes.translate: what has no entry is a space."""
    return _bytes("".join(change.get(character, " ") for character in _PAGE))


_SAME = {c: as_written(c) for c in _PAGE if _WORD.fullmatch(c)}
_FOLDED = _table({**_SAME, **_BASE, **_CAPITALS})
_WRITTEN = _table(_SAME)

# A tone that stands on the first of two vowels: which bytes may be the first, and the second.
_MOVED = {_bytes(first): _bytes(second) for first, second in ONE_PLACE}
_VOWELS = _table(
    {first[0]: {"a": "o", "e": "o", "y": "u"}[first[1]] for first, _ in ONE_PLACE}
    | {vowel: vowel for vowel in "aey"}
)
_PAIRS = (b"oa", b"oe", b"uy")
_ODD = re.compile("[^\\w\u0300-\u036f" + re.escape(_PAGE) + "]")


def words(text: str) -> bytes:
    """What is indexed of a text, in UTF-8: for finding, never for comparing."""
    page = _encoded(text)
    if page is None:
        return slow_words(text).encode("utf-8", "replace")
    written = b" _".join(_one_place(page.translate(_WRITTEN)).split())
    if not written:
        return b""
    folded = page.translate(_FOLDED)
    if not folded.isascii():
        folded = folded.decode("latin-1").encode()
    return b"%b _%b" % (folded, codecs.charmap_decode(written, "strict", _PAGE)[0].encode())


def _encoded(text: str) -> bytes | None:
    """None for a text with letters or marks of other languages."""
    text = unicodedata.normalize("NFC", text)
    try:
        return _bytes(text)
    except UnicodeEncodeError:
        pass
    try:
        return _bytes(_ODD.sub(" ", text))
    except UnicodeEncodeError:
        return None


def _one_place(page: bytes) -> bytes:
    vowels = page.translate(_VOWELS)
    moved = None
    for pair in _PAIRS:
        place = vowels.find(pair)
        while place >= 0:
            moved = moved or bytearray(page)
            moved[place : place + 2] = _MOVED[page[place : place + 2]]
            place = vowels.find(pair, place + 2)
    return page if moved is None else bytes(moved)


def site_word(name: str) -> str:
    """The one word by which a site is found; no word of a text begins so."""
    return f"__{_NO_WORD.sub('_', name.lower())}"
