"""WARC export: the captures of the selected articles, copied from the archive.

With all revisions, the captures of all revisions, else those of the current one. A revisit record
follows the record that it refers to. Each record is copied once.
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


def records(selection: Selection) -> Iterator[bytes]:
    """Yield the records, each a gzip member. Raise CaptureError."""
    selection.db.execute(
        "CREATE TEMP TABLE IF NOT EXISTS copied (warc TEXT, warc_offset INTEGER, "
        "PRIMARY KEY (warc, warc_offset)) WITHOUT ROWID"
    )
    selection.db.execute("DELETE FROM temp.copied")
    which = "" if selection.revisions else "AND number = revision"
    rows = selection.db.execute(
        "SELECT warc, warc_offset, number = revision FROM temp.selected "
        "JOIN articles ON articles.id = selected.article "
        f"JOIN revisions ON revisions.article = articles.id {which} "
        "LEFT JOIN captures ON captures.id = capture ORDER BY articles.id, number"
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
