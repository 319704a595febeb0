"""Tables as files: CSV, XLSX or JSON, with the same columns and rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any, Literal

from storage.exports.csv_sheet import write_table
from storage.exports.spreadsheet_cells import cell
from storage.exports.xlsx_sheet import write_workbook

TableFormat = Literal["csv", "xlsx", "json"]
Row = dict[str, Any]
Writer = Callable[[Sequence[str], Iterable[Row]], bytes]


def csv_file(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    output = BytesIO()
    output.write("\ufeff".encode())
    write_table(output, columns, ([_csv_cell(row[name]) for name in columns] for row in rows))
    return output.getvalue()


def _csv_cell(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else cell(as_text(value))


def xlsx_file(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    output = BytesIO()
    write_workbook(output, "tinwatch", columns, ([row[name] for name in columns] for row in rows))
    return output.getvalue()


def json_file(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    listed = [{name: as_text(row[name]) for name in columns} for row in rows]
    return json.dumps(listed, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def as_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


WRITERS: dict[str, tuple[str, Writer]] = {
    "csv": ("text/csv; charset=utf-8", csv_file),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_file),
    "json": ("application/json", json_file),
}
