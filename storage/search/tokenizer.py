"""Tokens of the search index: every word folded, then every word as written with a _ prefix.

The prefix keeps the two forms apart: "dang" matches every word that folds to it, "_dang" only that
spelling. `index_tokens_any_script` defines the tokens. `index_tokens` returns the same about five
times as fast for Vietnamese text: it encodes the text in a private single-byte code page with all
Vietnamese letters and works with `bytes.translate`.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from storage.text.folding import BASE_LETTERS, TONE_ON_SECOND_VOWEL, as_written, search_fold

# Raise the number if a text gets other tokens than before, here or in `record_tokens`: the index of
# each home is then built again. A newer Unicode database in Python may change tokens, too.
TOKENIZER_VERSION = f"1 (Unicode {unicodedata.unidata_version})"

_WORD = re.compile(r"[^\W_]+")
_NON_WORD = re.compile(r"\W")


def phrase_tokens(text: str, exact: bool) -> str:
    """Return the tokens of one form, separated by spaces; "" if the text has no word."""
    if exact:
        return " ".join(f"_{word}" for word in _WORD.findall(as_written(text)))
    return " ".join(_WORD.findall(search_fold(text)))


def index_tokens_any_script(text: str) -> str:
    """Return the index tokens of a text in any script."""
    return f"{phrase_tokens(text, exact=False)} {phrase_tokens(text, exact=True)}".strip()


_BASE = dict(BASE_LETTERS)
_CAPITALS = {letter.upper(): base for letter, base in _BASE.items()}
_PUNCTUATION = "“”‘’–—…•\u00a0·°×€«»\u200b\ufeff"
_ASCII = {c: chr(c) for c in (0, *b"\t\n\v\f\r", *range(32, 127), 0xB2, 0xB3)}


def _code_page() -> str:
    """Return the 256 characters of the code page. Byte 0 must be U+0000."""
    others = iter("".join((*_BASE, *_CAPITALS, _PUNCTUATION)))
    return "".join(_ASCII.get(code) or next(others) for code in range(256))


_CODE_PAGE = _code_page()
_ENCODING_MAP = codecs.charmap_build(_CODE_PAGE)  # codecs accepts this map in C


def _encode_strict(text: str) -> bytes:
    return codecs.charmap_encode(text, "strict", _ENCODING_MAP)[0]


def _table(mapping: dict[str, str]) -> bytes:
    """Return a table for bytes.translate; characters without an entry become a space."""
    return _encode_strict("".join(mapping.get(character, " ") for character in _CODE_PAGE))


_AS_WRITTEN = {c: as_written(c) for c in _CODE_PAGE if _WORD.fullmatch(c)}
_FOLDED_TABLE = _table({**_AS_WRITTEN, **_BASE, **_CAPITALS})
_WRITTEN_TABLE = _table(_AS_WRITTEN)

# Old-style tone placement on the first of two vowels (hòa): pairs of bytes and their replacement,
# and a table that maps every byte to its class (first or second vowel).
_TONE_MOVES = {
    _encode_strict(first): _encode_strict(second) for first, second in TONE_ON_SECOND_VOWEL
}
_VOWEL_CLASSES = _table(
    {first[0]: {"a": "o", "e": "o", "y": "u"}[first[1]] for first, _ in TONE_ON_SECOND_VOWEL}
    | {vowel: vowel for vowel in "aey"}
)
_PAIRS = (b"oa", b"oe", b"uy")
_OTHER_SYMBOLS = re.compile("[^\\w\u0300-\u036f" + re.escape(_CODE_PAGE) + "]")


def index_tokens(text: str) -> bytes:
    """Return the index tokens of a text, in UTF-8. For searching only, not for comparison."""
    page = _encoded(text)
    if page is None:
        return index_tokens_any_script(text).encode("utf-8", "replace")
    written = b" _".join(_unify_tones(page.translate(_WRITTEN_TABLE)).split())
    if not written:
        return b""
    folded = page.translate(_FOLDED_TABLE)
    if not folded.isascii():
        folded = folded.decode("latin-1").encode()
    return b"%b _%b" % (folded, codecs.charmap_decode(written, "strict", _CODE_PAGE)[0].encode())


def _encoded(text: str) -> bytes | None:
    """Return the text in the code page, or None if it has letters of other scripts."""
    text = unicodedata.normalize("NFC", text)
    try:
        return _encode_strict(text)
    except UnicodeEncodeError:
        pass
    try:
        return _encode_strict(_OTHER_SYMBOLS.sub(" ", text))
    except UnicodeEncodeError:
        return None


def _unify_tones(page: bytes) -> bytes:
    """Move every tone of oa, oe and uy to the second vowel."""
    vowels = page.translate(_VOWEL_CLASSES)
    changed = None
    for pair in _PAIRS:
        position = vowels.find(pair)
        while position >= 0:
            changed = changed or bytearray(page)
            changed[position : position + 2] = _TONE_MOVES[page[position : position + 2]]
            position = vowels.find(pair, position + 2)
    return page if changed is None else bytes(changed)


def site_word(name: str) -> str:
    """Return the token of a site. No token of a text starts with two underscores."""
    return f"__{_NON_WORD.sub('_', name.lower())}"
