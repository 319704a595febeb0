"""WARC export: the captures of the selected articles, copied from the archive.

With all revisions, the captures of all revisions, else those of the current one; with checks, also
those of failed checks. A revisit record follows the record that it refers to. Each record is copied
once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from storage.archive.reader import copy_record, record_locations
from storage.exports.selection import Selection


def write(selection: Selection, output: BinaryIO) -> int:
    """Write one WARC file, each record a gzip member. Raise CaptureError if one is missing."""
    count = 0
    for record in records(selection):
        output.write(record)
        count += 1
    return count


def captures_sql(selection: Selection) -> str:
    """Return a SELECT of article, capture, number, checked and newest, of every capture to export.

    `checked` is 1 for a failed check, whose number is its id.
    """
    which = "" if selection.revisions else "WHERE number = revision"
    of_revisions = (
        "SELECT article, capture, number, 0 AS checked, number = revision AS newest "
        f"FROM revisions JOIN articles ON articles.id = article {which}"
    )
    if not selection.checks:
        return of_revisions
    return f"{of_revisions} UNION ALL SELECT article, capture, id, 1, 0 FROM failed_checks"


def records(selection: Selection) -> Iterator[bytes]:
    """Yield the records, each a gzip member. Raise CaptureError."""
    selection.db.execute(
        "CREATE TEMP TABLE IF NOT EXISTS copied (warc TEXT, warc_offset INTEGER, "
        "PRIMARY KEY (warc, warc_offset)) WITHOUT ROWID"
    )
    selection.db.execute("DELETE FROM temp.copied")
    rows = selection.db.execute(
        "SELECT warc, warc_offset, newest FROM temp.selected JOIN ("
        f"{captures_sql(selection)}) AS chosen USING (article) "
        "LEFT JOIN captures ON captures.id = capture ORDER BY article, checked, captured_at, number"
    )
    for warc, offset, newest in rows:
        if warc is not None:
            yield from _not_copied(selection, warc, offset)
        if newest:
            selection.on_progress()


def _not_copied(selection: Selection, warc: str, offset: int) -> Iterator[bytes]:
    for location in record_locations(selection.captures, warc, offset):
        inserted = selection.db.execute("INSERT OR IGNORE INTO temp.copied VALUES (?, ?)", location)
        if inserted.rowcount:
            yield copy_record(selection.captures, *location)
