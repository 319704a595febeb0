"""JSON Lines: one row a line, UTF-8, nothing left out."""

from __future__ import annotations

import json
from typing import BinaryIO

from storage.exports.selection import Chosen


def write(chosen: Chosen, to: BinaryIO) -> int:
    """Half a surrogate pair, which UTF-8 has no bytes for, is written as JSON's \\udXXX."""
    written = 0
    for row in chosen.rows():
        to.write(json_line(row))
        written += 1
    return written


def json_line(row: dict[str, object]) -> bytes:
    try:
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row).encode() + b"\n"
