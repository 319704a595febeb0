"""RIS export (Zotero, EndNote, JabRef): one NEWS record per article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from storage.exports.citations import Citation, citation
from storage.exports.selection import Selection


def write(selection: Selection, output: BinaryIO) -> int:
    return selection.write_rows(
        output, lambda row: record("NEWS", _tags(citation(selection, row))).encode()
    )


def record(kind: str, tags: Iterable[tuple[str, str]]) -> str:
    """Return a record. Tags start a line, so values must not contain line breaks."""
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
