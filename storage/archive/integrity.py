"""Integrity of our own WARC files: does every record still hold the bytes that were received?"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from storage.archive.reader import UNREADABLE
from storage.archive.truncation import complete_records_end


@dataclass(slots=True)
class FileCheck:
    """The result of reading a whole WARC file.

    Attributes:
        payloads: offset -> SHA-256 (hex) and length of the record's bytes
        changed: offsets of records whose digests do not match
        error: why the file cannot be read to its end; None if it can
        error_offset: where the error is
    """

    payloads: dict[int, tuple[str, int]] = field(default_factory=dict)
    changed: list[int] = field(default_factory=list)
    error: str | None = None
    error_offset: int = 0


def check_file(path: Path) -> FileCheck:
    """Read a file and hash each record. Never raises because of the file's content."""
    check = FileCheck()
    try:
        with path.open("rb") as file:
            iterator = ArchiveIterator(file, check_digests=True)
            for record in iterator:
                payload = record.raw_stream.read()
                offset = iterator.get_record_offset()
                check.error_offset = iterator.offset
                if record.digest_checker.passed is False:
                    check.changed.append(offset)
                check.payloads[offset] = (hashlib.sha256(payload).hexdigest(), len(payload))
    except UNREADABLE:
        check.error = "the record there is damaged"
    _check_end(path, check)
    return check


def _check_end(path: Path, check: FileCheck) -> None:
    """Find a partial last record, which warcio reads like a complete one."""
    last = max(check.payloads, default=0)
    with path.open("rb") as file:
        file.seek(last)
        end = last + complete_records_end(file)
        size = file.seek(0, os.SEEK_END)
    if end == size or check.error:
        return
    check.error, check.error_offset = "a record is cut off", end
    if end == last:
        check.payloads.pop(last, None)
