"""A filtered list of events as a file: CSV, XLSX or JSON, with the changed words of each edit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Literal

from pipelines.changes.diff import Part
from storage.db.connection import Database, from_utc_text
from storage.events.listing import Position
from storage.exports.csv_sheet import write_table
from storage.exports.spreadsheet_cells import cell
from storage.exports.xlsx_sheet import write_workbook
from storage.timezone import VIETNAM
from tinwatch.web.components.event_list import ListedEvent, event_lines
from tinwatch.web.components.province_label import province_label

Format = Literal["csv", "xlsx", "json"]
Row = dict[str, Any]
BATCH_EVENTS = 200
MARKS = {"added": ("{+", "+}"), "removed": ("[-", "-]"), "same": ("", "")}  # as wdiff prints
COLUMNS = (
    "event", "observed_at", "kind", "class", "priority", "site", "site_title", "province",
    "article", "title", "url", "status", "from_revision", "to_revision", "change", "review",
    "review_note", "summary",
)  # fmt: skip


def event_rows(
    db: Database, positions: Sequence[Position], provinces: dict[str, str]
) -> Iterator[Row]:
    """Yield the rows of COLUMNS. `provinces`: site -> slug of its former province."""
    for start in range(0, len(positions), BATCH_EVENTS):
        batch = positions[start : start + BATCH_EVENTS]
        for line in event_lines(db, [position.event for position in batch], excerpts=True):
            yield _row(line, provinces)


def _row(line: ListedEvent, provinces: dict[str, str]) -> Row:
    event, detail = line.event, line.event.detail
    return {
        "event": event.id,
        "observed_at": from_utc_text(event.observed_at).astimezone(VIETNAM),
        "kind": event.kind,
        "class": detail.get("class"),
        "priority": detail.get("priority"),
        "site": event.site,
        "site_title": line.site_title,
        "province": province_label(provinces.get(event.site, ""))["name"],
        "article": event.article,
        "title": line.heading,
        "url": event.url,
        "status": line.titled.status,
        "from_revision": detail.get("from_revision"),
        "to_revision": detail.get("to_revision"),
        "change": _change(line),
        "review": line.review.mark if line.review else None,
        "review_note": line.review.note if line.review else None,
        "summary": event.summary,
    }


def _change(line: ListedEvent) -> str | None:
    if line.excerpt is None:
        return None
    parts = (f"{field}: {_marked(part)}" for field, part in line.excerpt.parts)
    more = [f"(+{line.excerpt.more})"] if line.excerpt.more else []
    return "\n".join([*parts, *more])


def _marked(part: Part) -> str:
    return " ".join(f"{MARKS[s.op][0]}{s.text}{MARKS[s.op][1]}" for s in part if s.text)


def csv_file(rows: Iterator[Row]) -> bytes:
    output = BytesIO()
    output.write("\ufeff".encode())
    write_table(output, COLUMNS, ([_csv_cell(row[name]) for name in COLUMNS] for row in rows))
    return output.getvalue()


def _csv_cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return cell(_as_text(value))  # type: ignore[arg-type]


def xlsx_file(rows: Iterator[Row]) -> bytes:
    output = BytesIO()
    write_workbook(output, "changes", COLUMNS, ([row[name] for name in COLUMNS] for row in rows))
    return output.getvalue()


def json_file(rows: Iterator[Row]) -> bytes:
    listed = [{name: _as_text(value) for name, value in row.items()} for row in rows]
    return json.dumps(listed, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _as_text(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


WRITERS: dict[str, tuple[str, Callable[[Iterator[Row]], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", csv_file),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_file),
    "json": ("application/json", json_file),
}
