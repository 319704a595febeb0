"""The journal: what captures do not show, one JSON object per line, in the captures folder.

    HOME/captures/journal.jsonl      only grows

The database can be rebuilt from the captures and the journal: which bytes belong to which run,
which requests got no response, the verdicts of the health gate and what a person decided.

A line begins with `crc32`, the CRC-32 of its other bytes as 8 hexadecimal digits; those of versions
up to 0.1 begin with `line`. Key `line` is the kind of a line:
run        a run ended: its facts and counts, the bytes it wrote (`wrote`: file -> [from, to]), the
           ids of the articles it found and their URLs, `unseen`: observations without a capture
published  runs were evaluated together: their verdicts, and the settings used
released, discarded      a person decided on a held run (`run`)
reviewed   a person reviewed an edit or a takedown
pruned     a file was rewritten without old listings: `ends` maps old offsets to new ones
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

JOURNAL_NAME = "journal.jsonl"
MAX_LISTED_LINES = 10
CHECKSUM = re.compile(rb'\{"crc32":"([0-9a-f]{8})",')
Line = dict[str, Any]


def write_line(captures: Path, line: Line) -> None:
    """Append a line and flush it to the disk. Raise OSError."""
    captures.mkdir(parents=True, exist_ok=True)
    data = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()
    data = b'{"crc32":"%08x",%b\n' % (zlib.crc32(data), data[1:])
    with (captures / JOURNAL_NAME).open("a+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = file.seek(0, os.SEEK_END)
        if end and os.pread(file.fileno(), 1, end - 1) != b"\n":
            data = b"\n" + data  # a killed process left a partial line
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(end)
            raise


def write_lines(captures: Path, lines: list[Line]) -> None:
    """Write the journal anew. Raise OSError."""
    (captures / JOURNAL_NAME).unlink(missing_ok=True)
    for line in lines:
        write_line(captures, line)


@dataclass(slots=True)
class Journal:
    """The lines of the journal.

    Attributes:
        lines: all but the `pruned` ones
        pruned: the lines of this kind
        unreadable: numbers of the lines that cannot be read or were changed, from 1
    """

    lines: list[Line] = field(default_factory=list)
    pruned: list[Line] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)

    def run_lines(self) -> list[Line]:
        """Return the lines of runs. A run may have two (storage/archive/applied_lines.py)."""
        return [line for line in self.lines if line["line"] == "run"]

    def problems(self) -> list[str]:
        """Return a sentence about the damaged lines."""
        if not self.unreadable:
            return []
        numbers = ", ".join(map(str, self.unreadable[:MAX_LISTED_LINES]))
        more = " ..." if len(self.unreadable) > MAX_LISTED_LINES else ""
        return [f"journal: {len(self.unreadable)} lines are damaged: {numbers}{more}"]


def read_journal(captures: Path) -> Journal:
    """Return all lines in the order in which they were written; empty if there is no journal.

    Offsets are those after all pruning.
    """
    journal = Journal()
    try:
        data = (captures / JOURNAL_NAME).read_bytes()
    except FileNotFoundError:
        return journal
    for number, text in enumerate(data.split(b"\n"), 1):
        line = _parsed(text) if text else {}
        if line is None:
            journal.unreadable.append(number)
        elif line.get("line") == "pruned":
            _apply_pruning(journal.lines, line)
            journal.pruned.append(line)
        elif line:
            journal.lines.append(line)
    return journal


def _parsed(text: bytes) -> Line | None:
    """Return a line, or None if it cannot be read or was changed."""
    stated = CHECKSUM.match(text)
    if stated is not None:
        text = b"{" + text[stated.end() :]
        if zlib.crc32(text) != int(stated[1], 16):
            return None
    elif not text.startswith(b'{"line":'):
        return None
    try:
        line = json.loads(text)
    except ValueError:
        return None
    match line:
        case {"line": "run", "run": int()}:
            wrote = line.setdefault("wrote", {})
            readable = isinstance(wrote, dict) and all(map(_is_range, wrote.values()))
        case {"line": "pruned"}:
            ends = line.get("ends")
            readable = {"pruning", "file"} <= line.keys() and isinstance(ends, dict)
        case {"line": str() as kind}:
            readable = kind != "run"
        case _:
            readable = False
    return line if readable else None


def _is_range(value: Any) -> bool:
    match value:
        case [int(), int()]:
            return True
    return False


def _apply_pruning(lines: list[Line], pruned: Line) -> None:
    ends = {int(old): new for old, new in pruned["ends"].items()}
    for line in lines:
        written = line.get("wrote", {})
        if pruned["file"] in written:
            written[pruned["file"]] = [ends.get(end, end) for end in written[pruned["file"]]]
