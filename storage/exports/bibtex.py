"""BibTeX for biblatex and for the older styles: an @article of a newspaper an article.

`date` is what biblatex reads and `year` what the older styles do; Unicode stays as it
is. Names and titles stand in braces of their own, so that no style cuts a Vietnamese name or
changes the case of a title.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from storage.exports.citations import Citation, Name, citation
from storage.exports.selection import Chosen

# BibTeX counts braces whether a backslash stands before them or not: named ones always match.
SPECIAL = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "%": r"\%", "&": r"\&", "$": r"\$", "#": r"\#", "_": r"\_",
})  # fmt: skip
IN_URL = "%/:?#[]@!$&'()*+,;=-._~"  # stands as it is in a URL field, which is not escaped
LANGUAGES = {"vi": "vietnamese", "en": "english", "zh": "chinese", "km": "khmer", "fr": "french"}


def write(chosen: Chosen, to: BinaryIO) -> int:
    written = 0
    for row in chosen.rows():
        cited = citation(chosen, row)
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(cited))
        to.write(f"@article{{{cited.key},\n{lines}}}\n\n".encode())
        written += 1
    return written


def escaped(text: str) -> str:
    """Text that TeX prints as it is."""
    return text.translate(SPECIAL)


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
        yield "url", quote(cited.url, safe=IN_URL)
    if cited.accessed:
        yield "urldate", cited.accessed
    if cited.language in LANGUAGES:
        yield "langid", LANGUAGES[cited.language]
    if cited.lead:
        yield "abstract", escaped(cited.lead)
    if cited.tags:
        yield "keywords", escaped(", ".join(cited.tags))
    yield "note", escaped(cited.note)
    if cited.archived:
        yield "annotation", escaped(f"WARC {cited.archived}")


def _names(names: tuple[Name, ...]) -> str:
    return " and ".join(f"{{{escaped(name.name)}}}" for name in names)
