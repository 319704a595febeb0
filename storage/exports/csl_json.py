"""CSL-JSON export (Zotero, Pandoc, citeproc): one array of newspaper articles."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

from storage.exports.citations import Citation, Name, citation
from storage.exports.selection import Selection


def write(selection: Selection, output: BinaryIO) -> int:
    count = 0
    output.write(b"[")
    for row in selection.rows():
        item = json.dumps(_item(citation(selection, row)), ensure_ascii=False)
        output.write((",\n" if count else "\n").encode() + item.encode())
        count += 1
    output.write(b"\n]\n")
    return count


def _item(cited: Citation) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": cited.key,
        "type": "article-newspaper",
        "title": cited.title,
        "author": _names(cited.authors),
        "translator": _names(cited.translators),
        "container-title": cited.publisher,
        "issued": _date(cited.day),
        "accessed": _date(cited.accessed),
        "URL": cited.url,
        "section": cited.section,
        "abstract": cited.lead,
        "keyword": ", ".join(cited.tags),
        "language": cited.language,
        "note": cited.note,
    }
    return {name: value for name, value in item.items() if value}


def _names(names: tuple[Name, ...]) -> list[dict[str, str]]:
    """Return names as `literal`, also for persons (see Name in storage/exports/citations.py)."""
    return [{"literal": name.name} for name in names]


def _date(day: str | None) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else None
