"""RIS, as Zotero, EndNote and JabRef read it: a record an article, type NEWS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from storage.exports.citations import Citation, citation
from storage.exports.selection import Chosen


def write(chosen: Chosen, to: BinaryIO) -> int:
    written = 0
    for row in chosen.rows():
        to.write(record("NEWS", _tags(citation(chosen, row))).encode())
        written += 1
    return written


def record(kind: str, tags: Iterable[tuple[str, str]]) -> str:
    """A whole record. A tag stands at the beginning of a line: no value may hold a line break."""
    lines = (f"{tag}  - {value}\r\n" for tag, value in (("TY", kind), *tags, ("ER", "")))
    return "".join(lines) + "\r\n"


def _tags(cited: Citation) -> Iterator[tuple[str, str]]:
    yield "ID", cited.key
    yield "TI", cited.title
    yield from (("AU", name.name) for name in cited.authors)
    yield from (("A4", name.name) for name in cited.translators)
    yield "T2", cited.publisher
    if cited.day:
        yield "PY", cited.day[:4]
        yield "DA", cited.day.replace("-", "/")
    if cited.section:
        yield "SE", cited.section
    if cited.url:
        yield "UR", cited.url
    if cited.accessed:
        yield "Y2", cited.accessed.replace("-", "/")
    yield "LA", cited.language
    if cited.lead:
        yield "AB", cited.lead
    yield from (("KW", tag) for tag in cited.tags)
    yield "N1", cited.note
    if cited.archived:
        yield "DB", "WARC"
        yield "AN", cited.archived
