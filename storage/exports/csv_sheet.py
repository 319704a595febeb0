"""CSV export for spreadsheets: UTF-8 with BOM, CRLF, formulas escaped."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import TextIOWrapper
from typing import BinaryIO

from storage.exports.flat_rows import COLUMNS, flat
from storage.exports.selection import Row, Selection
from storage.exports.spreadsheet_cells import cell, truncate_cell

SHEET_COLUMNS = (*COLUMNS, "cut")


def write(selection: Selection, output: BinaryIO) -> int:
    output.write("\ufeff".encode())
    return write_table(output, SHEET_COLUMNS, (_cells(row) for row in selection.rows()))


def _cells(row: Row) -> list[str]:
    """Return the cells; the last one, `cut`, names the columns that were truncated for Excel."""
    cells = [cell(value) for value in flat(row).values()]
    truncated = [truncate_cell(text) for text in cells]
    cut_columns = [c for c, a, b in zip(COLUMNS, cells, truncated, strict=True) if a is not b]
    return [*truncated, "; ".join(cut_columns)]


def write_table(output: BinaryIO, header: Iterable[str], rows: Iterable[list[str]]) -> int:
    """Write a CSV table of cells made by `cell`. Return the number of rows."""
    text = TextIOWrapper(output, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    text.detach()  # the caller closes the stream
    return count
