"""CSV that 4CAT takes as a custom upload: its column names, one item an article or revision."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import BinaryIO

from storage.db.connection import from_utc_text
from storage.exports.csv_sheet import write_table
from storage.exports.flat_rows import Value, flat
from storage.exports.selection import Chosen, Row
from storage.exports.spreadsheet_cells import cell
from storage.timezone import VIETNAM

# 4CAT guesses how quotation marks in cells are written, from the first megabyte. A header that
# holds some lets it guess right; else a text with quotation marks would break its row.
LEAD = 'lead "sapo"'


def write(chosen: Chosen, to: BinaryIO) -> int:
    rows = ([cell(value) for value in item(row).values()] for row in chosen.rows())
    return write_table(to, COLUMNS, rows)


COLUMNS = (
    "id", "thread_id", "timestamp", "unix_timestamp", "timestamp_from", "author", "subject",
    "body", "url", "tags", LEAD, "section", "site", "site_title", "province", "province_now",
    "source", "status", "article", "revision", "story", "language",
)  # fmt: skip


def item(row: Row) -> dict[str, Value]:
    """The columns of COLUMNS. 4CAT drops an item without time: first_seen stands in for it."""
    cells = flat(row)
    moment = _moment(row["published"]) if row["published"] else from_utc_text(row["first_seen"])
    text = [row["lead"], cells["body"]]
    made: dict[str, Value] = {
        "id": f"{row['id']}.{row['revision']}",
        "thread_id": f"story {row['story']}" if row["story"] else f"article {row['id']}",
        "timestamp": moment.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M:%S"),
        "unix_timestamp": int(moment.timestamp()),
        "timestamp_from": "published" if row["published"] else "first_seen",
        "author": cells["authors"],
        "subject": row["title"],
        "body": "\n\n".join(str(part) for part in text if part),
        "tags": ",".join(tag.replace(",", " ") for tag in row["tags"]),
        LEAD: row["lead"],
        "article": row["id"],
    }
    return {column: made[column] if column in made else cells[column] for column in COLUMNS}


def _moment(published: str) -> datetime:
    """A day without a time is its midnight in Vietnam."""
    if len(published) == len("2025-03-07"):
        return datetime.combine(date.fromisoformat(published), time(), VIETNAM)
    moment = datetime.fromisoformat(published)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
