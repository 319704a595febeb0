"""JSON Lines export: one row per line with all fields, UTF-8."""

from __future__ import annotations

import json
from typing import BinaryIO

from storage.exports.selection import Selection


def write(selection: Selection, output: BinaryIO) -> int:
    """Write the rows. Lone surrogates, which UTF-8 cannot encode, are escaped as \\udXXX."""
    return selection.write_rows(output, json_line)


def json_line(row: dict[str, object]) -> bytes:
    try:
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row).encode() + b"\n"
