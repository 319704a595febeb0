"""The end of a WARC file of our own: half a record that a killed process left behind."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import IO

CHUNK = 1 << 20  # bytes
GZIP_START = b"\x1f\x8b\x08"


def cut_torn_end(path: Path) -> int:
    """Cuts off a record that a killed process left half written; returns the bytes cut.

    Damage with whole records behind it is another matter: nothing is cut then, since offsets in
    the database refer to them.
    """
    if not path.exists():
        return 0
    with path.open("rb") as file:
        end = whole_records(file)
        file.seek(end)
        rest = file.read()
    if not rest or _holds_record(rest[1:]):
        return 0
    os.truncate(path, end)
    return len(rest)


def _holds_record(data: bytes) -> bool:
    """Whether a record begins anywhere in these bytes."""
    place = data.find(GZIP_START)
    while place >= 0:
        try:
            start = zlib.decompressobj(wbits=31).decompress(data[place:], 64)
        except zlib.error:
            start = b""
        if start.startswith(b"WARC/"):
            return True
        place = data.find(GZIP_START, place + 1)
    return False


def whole_records(file: IO[bytes]) -> int:
    """How far the gzip members that are complete reach from the file's present place on."""
    end = taken = 0
    member = zlib.decompressobj(wbits=31)
    while chunk := file.read(CHUNK):
        taken += len(chunk)
        while chunk:
            try:
                member.decompress(chunk)
            except zlib.error:
                return end
            if not member.eof:
                break
            chunk = member.unused_data
            end = taken - len(chunk)
            member = zlib.decompressobj(wbits=31)
    return end
