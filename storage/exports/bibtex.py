"""BibTeX export, for biblatex and classic styles: one @article entry per article.

biblatex reads `date`, classic styles read `year`. Unicode is not escaped. Names and titles have
extra braces, so that no style splits a Vietnamese name or changes the case of a title.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from storage.exports.citations import Citation, Name, citation
from storage.exports.selection import Selection

# BibTeX also counts escaped braces, so use named ones, which always balance.
TEX_ESCAPES = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "%": r"\%", "&": r"\&", "$": r"\$", "#": r"\#", "_": r"\_",
})  # fmt: skip
URL_SAFE_CHARS = "%/:?#[]@!$&'()*+,;=-._~"  # not percent-encoded in a URL field
LANGUAGES = {"vi": "vietnamese", "en": "english", "zh": "chinese", "km": "khmer", "fr": "french"}


def write(selection: Selection, output: BinaryIO) -> int:
    return selection.write_rows(output, lambda row: _entry(citation(selection, row)))


def _entry(cited: Citation) -> bytes:
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(cited))
    return f"@article{{{cited.key},\n{lines}}}\n\n".encode()


def escaped(text: str) -> str:
    """Return text with the special characters of TeX escaped."""
    return text.translate(TEX_ESCAPES)


def _fields(cited: Citation) -> Iterator[tuple[str, str]]:
    yield "title", f"{{{escaped(cited.title)}}}"
    if cited.authors:
        yield "author", _names(cited.authors)
    if cited.translators:
        yield "translator", _names(cited.translators)
    yield "journal", escaped(cited.publisher)
    yield "entrysubtype", "newspaper"
    if cited.day:
        yield "date", cited.day
        yield "year", cited.day[:4]
    if cited.url:
        yield "url", quote(cited.url, safe=URL_SAFE_CHARS)
    if cited.accessed:
        yield "urldate", cited.accessed
    if cited.language in LANGUAGES:
        yield "langid", LANGUAGES[cited.language]
    if cited.lead:
        yield "abstract", escaped(cited.lead)
    if cited.tags:
        yield "keywords", escaped(", ".join(cited.tags))
    yield "annote", escaped(cited.note)


def _names(names: tuple[Name, ...]) -> str:
    return " and ".join(f"{{{escaped(name.name)}}}" for name in names)
