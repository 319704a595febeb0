"""Noise in the characters of the article's texts. None of it changes a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from mutations.shapes import Draft

ENTITY = re.compile(r"(&[#\w]{2,10};)")
GRAVE, ACUTE, HOOK, TILDE, DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
TONES = (GRAVE, ACUTE, HOOK, TILDE, DOT)
INVISIBLE = ("\u200b", "\u200c", "\u2060", "\ufeff", "\u00ad", "&#8203;", "&shy;")
SPACES = ("\u00a0", "&nbsp;", "&#160;", " \u00a0", "&nbsp; ", "  ", "\n\t ", "\u2009", "\u3000")
NAMED = {"“": "&ldquo;", "”": "&rdquo;", "–": "&ndash;", "à": "&agrave;", "á": "&aacute;",
         "â": "&acirc;", "ê": "&ecirc;", "ô": "&ocirc;", "é": "&eacute;", "í": "&iacute;",
         "ó": "&oacute;", "ú": "&uacute;", "ý": "&yacute;", "…": "&hellip;"}  # fmt: skip
OPEN_DIPHTHONGS = (
    "oa",
    "oe",
    "uy",
)  # an open syllable may carry its tone on either of the two vowels


def nbsp(draft: Draft) -> None:
    """Other white space where a single space stood."""
    for n in draft.of_article():
        words = draft.tokens[n].split(" ")
        if len(words) > 1:
            position = draft.rng.randrange(1, len(words))
            space = draft.rng.choice(SPACES)
            draft.tokens[n] = " ".join(words[:position]) + space + " ".join(words[position:])


def zero_width(draft: Draft) -> None:
    """Characters that print nothing, between syllables and inside them.

    Not in the date: people paste such characters, and dates are printed by programs.
    """
    for n in draft.of_article():
        if draft.shape.fields[n] == "published":
            continue
        text = draft.tokens[n]
        positions = [m.end() for m in re.finditer(r"\w(?=[\w ])(?![^&;]{0,9};)", text)]
        if positions:
            position = draft.rng.choice(positions)
            draft.tokens[n] = text[:position] + draft.rng.choice(INVISIBLE) + text[position:]


def nfd(draft: Draft) -> None:
    _each_text(draft, lambda text: unicodedata.normalize("NFD", text))


def nfc(draft: Draft) -> None:
    _each_text(draft, lambda text: unicodedata.normalize("NFC", text))


def half_decomposed(draft: Draft) -> None:
    """Vowel marks composed, tones apart: what some keyboards of the nineties typed."""
    _each_text(draft, tones_apart)


def tones_apart(text: str) -> str:
    return "".join(_tone_apart(c) for c in unicodedata.normalize("NFC", text))


@cache
def _tone_apart(letter: str) -> str:
    apart = unicodedata.normalize("NFD", letter)
    tones = [c for c in apart if c in TONES]
    if not tones or len(apart) == 1:
        return letter
    return unicodedata.normalize("NFC", "".join(c for c in apart if c not in TONES)) + tones[0]


def tone_placement(draft: Draft) -> None:
    """hoà for hòa and hòa for hoà, quí stays quí."""
    for n in draft.of_article():
        draft.tokens[n] = WORD.sub(
            _other_tone_placement, unicodedata.normalize("NFC", draft.tokens[n])
        )


# Whole syllables: half of one, cut by an invisible character or a reference, looks like another.
WORD = re.compile(
    "(?<![;\u200b\u200c\u2060\ufeff\u00ad])[^\\W\\d_]+(?![&\u200b\u200c\u2060\ufeff\u00ad])"
)


def _other_tone_placement(match: re.Match[str]) -> str:
    word = match[0]
    apart = unicodedata.normalize("NFD", word)
    tone = next((c for c in apart if c in TONES), None)
    plain = unicodedata.normalize("NFC", apart.replace(tone, "")) if tone else word
    if tone is None or plain[-2:].lower() not in OPEN_DIPHTHONGS or len(plain) < 3:
        return word
    if plain[-3].lower() == "q":
        return word
    position = -2 if unicodedata.normalize("NFD", word[-1]) != word[-1] else -1
    letters = list(plain)
    letters[position] = unicodedata.normalize("NFC", letters[position] + tone)
    return "".join(letters)


def typography(draft: Draft) -> None:
    """Straight quotes for curly ones, hyphens for dashes, three dots for an ellipsis."""
    swaps = (("“", '"'), ("”", '"'), ("–", "-"), ("…", "..."), ("’", "'"), (" - ", " – "))
    chosen = draft.rng.sample(swaps, 3)
    for n in draft.of_article():
        for old, new in chosen:
            draft.tokens[n] = draft.tokens[n].replace(old, new)


def entities(draft: Draft) -> None:
    """Letters as numeric or named character references."""
    style = draft.rng.choice(("named", "decimal", "hex"))
    for n in draft.of_article():
        parts = ENTITY.split(unicodedata.normalize("NFC", draft.tokens[n]))
        parts[::2] = ["".join(_reference(c, style) for c in part) for part in parts[::2]]
        draft.tokens[n] = "".join(parts)


def _reference(letter: str, style: str) -> str:
    if letter.isascii():
        return letter
    if style == "named":
        return NAMED.get(letter, letter)
    return f"&#{ord(letter)};" if style == "decimal" else f"&#x{ord(letter):X};"


def inline_markup(draft: Draft) -> None:
    """Spans and fonts around a few words, as editors leave them behind."""
    for n in draft.printing("body", "captions", "lead"):
        words = draft.tokens[n].split(" ")
        if len(words) > 4 and draft.rng.random() < 0.5:
            at = draft.rng.randrange(1, len(words) - 1)
            tag = draft.rng.choice(INLINE)
            words[at] = f"<{tag}>{words[at]}</{tag.split()[0]}>"
            draft.tokens[n] = " ".join(words)


INLINE = ('span style="font-size: 14px"', "span", 'font face="Times New Roman"', 'span lang="VI"')

CHARSETS = ("utf-8 bom", "utf-16", "windows-1258", "undeclared")


def charset(draft: Draft) -> None:
    """Another encoding of the same page; applied when the page is encoded."""
    draft.charset = draft.rng.choice(CHARSETS)


def encoded(page: str, charset: str) -> tuple[bytes, str | None]:
    """The bytes of a page and the Content-Type that goes with them."""
    if charset == "utf-8 bom":
        return b"\xef\xbb\xbf" + page.encode(), "text/html"
    if charset == "utf-16":
        return page.encode("utf-16"), "text/html; charset=utf-16"
    if charset == "undeclared":
        return page.encode(), None
    if charset == "windows-1258":
        page = re.sub(r"(charset=[\"']?)[\w-]+", r"\1windows-1258", page)
        body = tones_apart(page).encode("cp1258", "xmlcharrefreplace")
        return body, "text/html; charset=windows-1258"
    return page.encode(), "text/html; charset=utf-8"


def _each_text(draft: Draft, change: Callable[[str], str]) -> None:
    for n in draft.of_kind("text"):
        draft.tokens[n] = change(draft.tokens[n])
