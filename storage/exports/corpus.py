"""A corpus of plain text: a file an article under texts/, and metadata.csv with a row for each.

AntConc, quanteda (readtext), TXM and Voyant take such a folder; `doc_id` is the name of the file,
as readtext names a document.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from storage.exports.citations import cite_key
from storage.exports.csv_sheet import write_table
from storage.exports.plain_text import one_line
from storage.exports.selection import Chosen, Row
from storage.exports.spreadsheet_cells import cell

COLUMNS = (
    "doc_id", "file", "id", "revision", "site", "site_title", "site_kind", "province",
    "province_now", "url", "title", "authors", "published", "year", "section", "language",
    "status", "story", "observed_at", "syllables",
)  # fmt: skip


def write(chosen: Chosen, folder: Path) -> int:
    (folder / "texts").mkdir()
    with (folder / "metadata.csv").open("wb") as sheet:
        return write_table(sheet, COLUMNS, _documents(chosen, folder / "texts"))


def _documents(chosen: Chosen, folder: Path) -> Iterator[list[str]]:
    """Writes each text and gives its cells."""
    for row in chosen.rows():
        name = f"{cite_key(row, numbered=chosen.revisions)}.txt"
        text = "\n\n".join(filter(None, map(one_line, _parts(row)))) + "\n"
        (folder / name).write_bytes(text.encode())
        stated = row | {
            "doc_id": name,
            "file": f"texts/{name}",
            "title": one_line(row["title"]),
            "section": one_line(row["section"] or "") or None,
            "authors": "; ".join(one_line(author["name"]) for author in row["authors"]),
            "year": (row["published"] or "")[:4],
            "syllables": len(text.split()),
        }
        yield [cell(stated[column]) for column in COLUMNS]


def _parts(row: Row) -> list[str]:
    """What is read as the article's text: captions are not part of it."""
    return [row["title"], row["lead"] or "", *(block["text"] for block in row["body"])]
