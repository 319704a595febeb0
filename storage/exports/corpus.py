"""Plain text corpus export: one file per article under texts/, and metadata.csv.

AntConc, quanteda (readtext), TXM and Voyant read such a folder; `doc_id` is the file name, as in
readtext.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from storage.exports.citations import cite_key
from storage.exports.csv_sheet import write_table
from storage.exports.people import writers
from storage.exports.plain_text import one_line
from storage.exports.selection import Row, Selection
from storage.exports.spreadsheet_cells import cell

COLUMNS = (
    "doc_id", "file", "id", "revision", "site", "site_title", "site_kind", "province",
    "province_now", "url", "title", "authors", "published", "year", "section", "language",
    "status", "story", "observed_at", "syllables",
)  # fmt: skip


def write(selection: Selection, folder: Path) -> int:
    (folder / "texts").mkdir()
    with (folder / "metadata.csv").open("wb") as sheet:
        return write_table(sheet, COLUMNS, _documents(selection, folder / "texts"))


def _documents(selection: Selection, folder: Path) -> Iterator[list[str]]:
    """Write each text and yield its row of metadata."""
    for row in selection.rows():
        name = f"{cite_key(row, numbered=selection.revisions)}.txt"
        text = "\n\n".join(filter(None, map(one_line, _parts(row)))) + "\n"
        (folder / name).write_bytes(text.encode())
        metadata = row | {
            "doc_id": name,
            "file": f"texts/{name}",
            "title": one_line(row["title"]),
            "section": one_line(row["section"] or "") or None,
            "authors": "; ".join(one_line(author["name"]) for author in writers(row["authors"])),
            "year": (row["published"] or "")[:4],
            "syllables": len(text.split()),
        }
        yield [cell(metadata[column]) for column in COLUMNS]


def _parts(row: Row) -> list[str]:
    """Return the article's text, without captions."""
    return [row["title"], row["lead"] or "", *(block["text"] for block in row["body"])]
