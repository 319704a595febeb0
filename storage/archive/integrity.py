"""Walking a WARC file of our own: does every record still hold the bytes that were received?"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from storage.archive.reader import UNREADABLE
from storage.archive.truncation import whole_records


@dataclass(slots=True)
class Walk:
    """`payloads`: offset -> SHA-256 in hex and length. `changed`: offsets of records whose digests
    do not fit. `broke`: why the file could not be read to its end, `at` which offset."""

    payloads: dict[int, tuple[str, int]] = field(default_factory=dict)
    changed: list[int] = field(default_factory=list)
    broke: str | None = None
    at: int = 0


def walk(path: Path) -> Walk:
    """Reads a whole file and hashes each record; never raises for what is in the file."""
    found = Walk()
    try:
        with path.open("rb") as file:
            iterator = ArchiveIterator(file, check_digests=True)
            for record in iterator:
                payload = record.raw_stream.read()
                offset = iterator.get_record_offset()
                found.at = iterator.offset
                if record.digest_checker.passed is False:
                    found.changed.append(offset)
                found.payloads[offset] = (hashlib.sha256(payload).hexdigest(), len(payload))
    except UNREADABLE:
        found.broke = "the record there is damaged"
    _cut(path, found)
    return found


def _cut(path: Path, found: Walk) -> None:
    """warcio takes a record that is cut off for a whole one."""
    last = max(found.payloads, default=0)
    with path.open("rb") as file:
        file.seek(last)
        end = last + whole_records(file)
        size = file.seek(0, os.SEEK_END)
    if end == size or found.broke:
        return
    found.broke, found.at = "a record is cut off", end
    if end == last:
        found.payloads.pop(last, None)
