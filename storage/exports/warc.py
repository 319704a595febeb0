"""The captures that the chosen articles were read from, as they lie in the archive.

With every revision, the captures of every revision, else those of the newest. A record that
repeats the bytes of an earlier one comes behind that one. Each record is there once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from storage.archive.reader import copy_record, record_places
from storage.exports.selection import Chosen


def write(chosen: Chosen, to: BinaryIO) -> int:
    """One WARC file, each record a gzip member. Raises CaptureError where a capture is gone."""
    written = 0
    for record in records(chosen):
        to.write(record)
        written += 1
    return written


def records(chosen: Chosen) -> Iterator[bytes]:
    """The records, each a gzip member. Raises CaptureError."""
    chosen.db.execute(
        "CREATE TEMP TABLE IF NOT EXISTS copied (warc TEXT, warc_offset INTEGER, "
        "PRIMARY KEY (warc, warc_offset)) WITHOUT ROWID"
    )
    chosen.db.execute("DELETE FROM temp.copied")
    which = "" if chosen.revisions else "AND number = revision"
    rows = chosen.db.execute(
        "SELECT warc, warc_offset, number = revision FROM temp.chosen "
        "JOIN articles ON articles.id = chosen.article "
        f"JOIN revisions ON revisions.article = articles.id {which} "
        "LEFT JOIN captures ON captures.id = capture ORDER BY articles.id, number"
    )
    for warc, offset, newest in rows:
        if warc is not None:
            yield from _new_ones(chosen, warc, offset)
        if newest:
            chosen.tell()


def _new_ones(chosen: Chosen, warc: str, offset: int) -> Iterator[bytes]:
    for place in record_places(chosen.captures, warc, offset):
        new = chosen.db.execute("INSERT OR IGNORE INTO temp.copied VALUES (?, ?)", place)
        if new.rowcount:
            yield copy_record(chosen.captures, *place)
