"""The journal: what captures do not show, one JSON object per line, in the captures folder.

    HOME/captures/journal.jsonl      only grows

The database can be rebuilt from the captures and the journal: which bytes belong to which run,
which requests got no response, the verdicts of the health gate and what a person decided.

Key `line` is the kind of a line:
run        a run ended: its facts and counts, the bytes it wrote (`wrote`: file -> [from, to]), the
           ids of the articles it found, `unseen`: observations without a capture
published  runs were evaluated together: their verdicts, and the settings used
released, discarded      a person decided on a held run (`run`)
reviewed   a person reviewed an edit or a takedown
pruned     a file was rewritten without old listings: `ends` maps old offsets to new ones
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

JOURNAL_NAME = "journal.jsonl"
Line = dict[str, Any]


def write_line(captures: Path, line: Line) -> None:
    """Append a line and flush it to the disk. Raise OSError."""
    captures.mkdir(parents=True, exist_ok=True)
    data = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
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


@dataclass(slots=True)
class Journal:
    """The lines of the journal.

    Attributes:
        lines: all but the `pruned` ones
        pruned: the lines of this kind
        unreadable: number of lines that cannot be read
    """

    lines: list[Line] = field(default_factory=list)
    pruned: list[Line] = field(default_factory=list)
    unreadable: int = 0

    def runs(self) -> dict[int, Line]:
        """Return run id -> its line."""
        return {line["run"]: line for line in self.lines if line["line"] == "run"}


def read_journal(captures: Path) -> Journal:
    """Return all lines in the order in which they were written; empty if there is no journal.

    Offsets are those after all pruning.
    """
    journal = Journal()
    try:
        data = (captures / JOURNAL_NAME).read_bytes()
    except FileNotFoundError:
        return journal
    for text in filter(None, data.split(b"\n")):
        try:
            line = json.loads(text)
            is_readable = isinstance(line, dict) and isinstance(line.get("line"), str)
        except ValueError:
            is_readable = False
        if not is_readable:
            journal.unreadable += 1
        elif line["line"] == "pruned":
            _apply_pruning(journal.lines, line)
            journal.pruned.append(line)
        else:
            journal.lines.append(line)
    return journal


def _apply_pruning(lines: list[Line], pruned: Line) -> None:
    ends = {int(old): new for old, new in pruned["ends"].items()}
    for line in lines:
        written = line.get("wrote", {})
        if pruned["file"] in written:
            written[pruned["file"]] = [ends.get(end, end) for end in written[pruned["file"]]]
