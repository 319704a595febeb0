"""Partial records at the end of our own WARC files, which a killed process left."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import IO

from storage.archive.warc_file import find_packed_record

CHUNK_BYTES = 1 << 20


def truncate_partial_record(path: Path) -> int:
    """Remove a partial record from the end of the file. Return the number of bytes removed.

    Nothing is removed if complete records follow the damage: the database refers to their offsets.
    """
    if not path.exists():
        return 0
    with path.open("rb") as file:
        end = complete_records_end(file)
        file.seek(end)
        tail = file.read()
    if not tail or find_packed_record(tail, 1) is not None:
        return 0
    os.truncate(path, end)
    return len(tail)


def complete_records_end(file: IO[bytes]) -> int:
    """Return the length of the complete gzip members from the current position on."""
    end = bytes_read = 0
    member = zlib.decompressobj(wbits=31)
    while chunk := file.read(CHUNK_BYTES):
        bytes_read += len(chunk)
        while chunk:
            try:
                member.decompress(chunk)
            except zlib.error:
                return end
            if not member.eof:
                break
            chunk = member.unused_data
            end = bytes_read - len(chunk)
            member = zlib.decompressobj(wbits=31)
    return end
