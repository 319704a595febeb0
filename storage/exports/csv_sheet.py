"""CSV for spreadsheets: UTF-8 with a byte order mark, CRLF, and no cell that could be a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import TextIOWrapper
from typing import BinaryIO

from storage.exports.flat_rows import COLUMNS, flat
from storage.exports.selection import Chosen, Row
from storage.exports.spreadsheet_cells import cell, cut

SHEET_COLUMNS = (*COLUMNS, "cut")


def write(chosen: Chosen, to: BinaryIO) -> int:
    to.write("\ufeff".encode())
    return write_table(to, SHEET_COLUMNS, (_cells(row) for row in chosen.rows()))


def _cells(row: Row) -> list[str]:
    """`cut` names the columns of which Excel could not hold all."""
    whole = [cell(value) for value in flat(row).values()]
    kept = [cut(text) for text in whole]
    shortened = [c for c, a, b in zip(COLUMNS, whole, kept, strict=True) if a is not b]
    return [*kept, "; ".join(shortened)]


def write_table(to: BinaryIO, header: Iterable[str], rows: Iterable[list[str]]) -> int:
    """Cells are taken as they are: `cell` made them. Returns the number of rows."""
    text = TextIOWrapper(to, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    written = 0
    for row in rows:
        writer.writerow(row)
        written += 1
    text.detach()  # what is beneath belongs to the caller
    return written
