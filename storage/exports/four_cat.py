"""CSV export for a custom upload to 4CAT, with its column names: one item per row."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from storage.db.connection import from_utc_text
from storage.exports.csv_sheet import write_table
from storage.exports.flat_rows import Value, flat
from storage.exports.selection import Row, Selection
from storage.exports.spreadsheet_cells import cell
from storage.timezone import VIETNAM

# 4CAT sniffs the quoting of CSV from the first megabyte. A header with quotation marks makes it
# guess right; otherwise text with quotation marks would break its row.
LEAD = 'lead "sapo"'


def write(selection: Selection, output: BinaryIO) -> int:
    rows = ([cell(value) for value in item(row).values()] for row in selection.rows())
    return write_table(output, COLUMNS, rows)


COLUMNS = (
    "id", "thread_id", "timestamp", "unix_timestamp", "timestamp_from", "author", "subject",
    "body", "url", "tags", LEAD, "section", "site", "site_title", "province", "province_now",
    "source", "status", "article", "revision", "story", "language",
)  # fmt: skip


def item(row: Row) -> dict[str, Value]:
    """Return the columns of COLUMNS. 4CAT drops items without a time: fall back to first_seen."""
    cells = flat(row)
    moment = _moment(row["published"]) if row["published"] else from_utc_text(row["first_seen"])
    parts = [row["lead"], cells["body"]]
    columns: dict[str, Value] = {
        "id": f"{row['id']}.{row['revision']}",
        "thread_id": f"story {row['story']}" if row["story"] else f"article {row['id']}",
        "timestamp": moment.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M:%S"),
        "unix_timestamp": int(moment.timestamp()),
        "timestamp_from": "published" if row["published"] else "first_seen",
        "author": cells["authors"] or cells["photographers"],
        "subject": row["title"],
        "body": "\n\n".join(str(part) for part in parts if part),
        "tags": ",".join(tag.replace(",", " ") for tag in row["tags"]),
        LEAD: row["lead"],
        "article": row["id"],
    }
    return {column: columns[column] if column in columns else cells[column] for column in COLUMNS}


def _moment(published: str) -> datetime:
    """Return the time of publication; for a date without a time, midnight in Vietnam."""
    moment = datetime.fromisoformat(published)
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
