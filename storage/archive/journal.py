"""The journal: what happened that no capture shows, one JSON line at a time, beside the captures.

    HOME/captures/journal.jsonl      only grows

With it the database can be made again from the captures: which bytes belong to which run, what
was asked for and brought no answer, what the health gate said and what a person decided.

`line` says what a line is:
run        a run ended: its facts and counts, the bytes it wrote (`wrote`: file -> [from, to]), the
           numbers of the articles it found, `unseen`: what it learned without a capture
published  runs were judged together: their verdicts, and the settings by which it was done
released, discarded      a person decided on a held run (`run`)
reviewed   a person said what an edit or a takedown is worth
pruned     a file was written anew without its old listings: `ends` maps old ends to new ones
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAME = "journal.jsonl"
Line = dict[str, Any]


def write_line(captures: Path, line: Line) -> None:
    """Appends a line; it is on the disk when this returns. Raises OSError."""
    captures.mkdir(parents=True, exist_ok=True)
    data = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    with (captures / NAME).open("a+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = file.seek(0, os.SEEK_END)
        if end and os.pread(file.fileno(), 1, end - 1) != b"\n":
            data = b"\n" + data  # a killed process left half a line
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
    """The lines, those that say what was pruned apart. `torn` counts those that are unreadable."""

    lines: list[Line] = field(default_factory=list)
    pruned: list[Line] = field(default_factory=list)
    torn: int = 0

    def runs(self) -> dict[int, Line]:
        return {line["run"]: line for line in self.lines if line["line"] == "run"}


def read_journal(captures: Path) -> Journal:
    """All lines in the order in which they were written; empty where there is no journal.

    What a later `pruned` line moved is given as it lies now.
    """
    journal = Journal()
    try:
        data = (captures / NAME).read_bytes()
    except FileNotFoundError:
        return journal
    for text in filter(None, data.split(b"\n")):
        try:
            line = json.loads(text)
            known = isinstance(line, dict) and isinstance(line.get("line"), str)
        except ValueError:
            known = False
        if not known:
            journal.torn += 1
        elif line["line"] == "pruned":
            _move(journal.lines, line)
            journal.pruned.append(line)
        else:
            journal.lines.append(line)
    return journal


def _move(lines: list[Line], pruned: Line) -> None:
    ends = {int(old): new for old, new in pruned["ends"].items()}
    for line in lines:
        places = line.get("wrote", {})
        if pruned["file"] in places:
            places[pruned["file"]] = [ends.get(end, end) for end in places[pruned["file"]]]
