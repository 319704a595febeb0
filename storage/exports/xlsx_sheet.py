"""XLSX workbooks: one table, with real dates and numbers, and no formulas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

import xlsxwriter

from storage.exports.spreadsheet_cells import plain, truncate_cell

Cell = str | int | float | datetime | None
MAX_ROWS = 1_048_575  # of a sheet, without its header
COLUMN_WIDTH = 18  # characters


def write_workbook(
    output: BinaryIO, sheet: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> int:
    """Write a workbook with one sheet. Return the number of rows.

    Times are written as they are shown, without their zone, which spreadsheets do not have.
    """
    buffer = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    count = 0
    with xlsxwriter.Workbook(buffer, options) as book:
        page = book.add_worksheet(sheet)
        page.freeze_panes(1, 0)
        page.set_column(0, len(header) - 1, COLUMN_WIDTH)
        page.write_row(0, 0, header, book.add_format({"bold": True}))
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for count, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, datetime):
                    page.write_datetime(count, column, value, moment)
                elif isinstance(value, str):
                    page.write_string(count, column, truncate_cell(plain(value)))
                elif value is not None:
                    page.write_number(count, column, value)
        page.autofilter(0, 0, count, len(header) - 1)
    output.write(buffer.getvalue())
    return count
