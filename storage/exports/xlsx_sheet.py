"""XLSX workbooks: one table, with real dates and numbers, and no formulas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import BinaryIO

import xlsxwriter

from storage.exports.flat_rows import COLUMNS, Value, flat
from storage.exports.selection import Selection
from storage.exports.spreadsheet_cells import plain, truncate_cell
from storage.messages.reasons_input import InputError, InputReason
from storage.reasons import Reason

Cell = str | int | float | date | datetime | None
MAX_ROWS = 1_048_575  # of a sheet, without its header
COLUMN_WIDTH = 18  # characters


def write_workbook(
    output: BinaryIO, sheet: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> int:
    """Write a workbook with one sheet. Return the number of rows.

    Times are written as they are shown, without their zone, which spreadsheets do not have.
    """
    buffer = BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "remove_timezone": True,
        "constant_memory": True,  # rows go to a temporary file
    }
    count = 0
    with xlsxwriter.Workbook(buffer, options) as book:
        page = book.add_worksheet(sheet)
        page.freeze_panes(1, 0)
        page.set_column(0, len(header) - 1, COLUMN_WIDTH)
        page.write_row(0, 0, header, book.add_format({"bold": True}))
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for count, row in enumerate(rows, 1):
            if count > MAX_ROWS:
                raise InputError(Reason(InputReason.TOO_MANY_ROWS, limit=MAX_ROWS))
            for column, value in enumerate(row):
                if isinstance(value, datetime):
                    page.write_datetime(count, column, value, moment)
                elif isinstance(value, date):
                    page.write_datetime(count, column, value, day)
                elif isinstance(value, str):
                    page.write_string(count, column, truncate_cell(plain(value)))
                elif value is not None:
                    page.write_number(count, column, value)
        page.autofilter(0, 0, count, len(header) - 1)
    output.write(buffer.getvalue())
    return count


def write(selection: Selection, output: BinaryIO) -> int:
    """Write the rows of the CSV export, with real days and times. Raise InputError."""
    rows = ([_typed(*cell) for cell in flat(row).items()] for row in selection.rows())
    return write_workbook(output, "articles", tuple(COLUMNS), rows)


def _typed(column: str, value: Value) -> Cell:
    """Return a day or a time as such; times of observations are UTC, as in all exports."""
    kind = COLUMNS[column]
    if not isinstance(value, str) or kind == "string":
        return value
    return date.fromisoformat(value) if kind == "date" else datetime.fromisoformat(value)
