"""The journal: what captures do not show, one JSON object per line, in the captures folder.

    HOME/captures/journal.jsonl      only grows

The database can be rebuilt from the captures and the journal: which bytes belong to which run,
which requests got no response, the verdicts of the health gate and what a person decided.

A line begins with `crc32`, the CRC-32 of its other bytes as 8 hexadecimal digits, and `offset`, the
place in the file at which it was written. So lines that were moved, copied or deleted are detected,
and read in their order. Lines of versions up to 0.1 have neither. `line` is the kind of a line:
run        a run ended: its facts and counts, the bytes it wrote (`wrote`: file -> [from, to]), the
           ids of the articles it found and their URLs, `unseen`: observations without a capture
published  runs were evaluated together: their verdicts, and the settings used
released, discarded      a person decided on a held run (`run`)
reviewed   a person reviewed an edit or a takedown
pruned     a file was rewritten without old listings: `ends` maps old offsets to new ones

A reader finds a line `lost` where one or more lines are damaged or missing.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storage.archive.regular_file import file_problem, open_regular
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason

JOURNAL_NAME = "journal.jsonl"
MAX_LISTED = 10
LOST = "lost"  # kind of the line in place of lines that cannot be read
CHECKSUM = re.compile(rb'\{"crc32":"([0-9a-f]{8})",')
JournalLine = dict[str, Any]  # its kind is under "line"


def write_line(captures: Path, line: JournalLine) -> None:
    """Append a line and flush it to the disk. Raise OSError."""
    captures.mkdir(parents=True, exist_ok=True)
    with (captures / JOURNAL_NAME).open("a+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = file.seek(0, os.SEEK_END)
        # A killed process may have left a partial line.
        is_partial = bool(end) and os.pread(file.fileno(), 1, end - 1) != b"\n"
        try:
            rest = memoryview(b"\n" * is_partial + _packed(line, end + is_partial))
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(end)
            raise


def _packed(line: JournalLine, offset: int) -> bytes:
    text = json.dumps({"offset": offset, **line}, ensure_ascii=False, separators=(",", ":"))
    data = text.encode()
    return b'{"crc32":"%08x",%b\n' % (zlib.crc32(data), data[1:])


def write_lines(captures: Path, lines: list[JournalLine]) -> None:
    """Write the journal anew. Raise OSError."""
    (captures / JOURNAL_NAME).unlink(missing_ok=True)
    for line in lines:
        write_line(captures, line)


@dataclass(slots=True)
class Journal:
    """The lines of the journal.

    Attributes:
        lines: all but the `pruned` ones, and a line `lost` in each gap
        pruned: the lines of this kind
        unreadable: numbers of the lines that cannot be read or were changed, from 1
        missing: numbers of the lines before which others are missing
        foreign: numbers of the lines in whose place another one was written
        copied: numbers of the lines that are there twice
        unordered: whether lines were moved
        unusable: why the file cannot be read; None if it can
        others: names of other files that hold lines of a journal
    """

    lines: list[JournalLine] = field(default_factory=list)
    pruned: list[JournalLine] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    foreign: list[int] = field(default_factory=list)
    copied: list[int] = field(default_factory=list)
    unordered: bool = False
    unusable: Reason | None = None
    others: list[str] = field(default_factory=list)

    def run_lines(self) -> list[JournalLine]:
        """Return the lines of runs. A run may have two (storage/archive/applied_lines.py)."""
        return [line for line in self.lines if line["line"] == "run"]

    def ends(self) -> dict[str, int]:
        """Return WARC file -> its length when the last run that wrote to it ended."""
        found: dict[str, int] = {}
        for line in self.run_lines():
            for name, (_, end) in line["wrote"].items():
                found[name] = max(end, found.get(name, 0))
        return found

    def file_problems(self) -> list[Reason]:
        """Return a reason about each file that is no journal, or is one under another name."""
        found = [in_file(JOURNAL_NAME, self.unusable)] if self.unusable else []
        elsewhere = Reason(Damage.JOURNAL_ELSEWHERE, name=JOURNAL_NAME)
        return [*found, *(in_file(name, elsewhere) for name in self.others)]

    def problems(self) -> list[Reason]:
        """Return a reason about each kind of loss."""
        return [
            *self.file_problems(),
            *_lines(Damage.LINES_DAMAGED, self.unreadable),
            *_lines(Damage.LINES_MISSING, self.missing),
            *_lines(Damage.LINES_FOREIGN, self.foreign),
        ]

    def changes(self) -> list[Reason]:
        """Return a reason about each kind of change that loses nothing."""
        moved = [Reason(Damage.LINES_MOVED)] if self.unordered else []
        return [*_lines(Damage.LINES_COPIED, self.copied), *moved]


def in_file(name: str, problem: Reason) -> Reason:
    """Return a problem with the file of the captures folder that it is about."""
    return Reason(Damage.IN_FILE, file=f"captures/{name}", problem=problem)


def _lines(code: Damage, numbers: list[int]) -> list[Reason]:
    return [Reason(code, count=len(numbers), numbers=shortened(numbers))] if numbers else []


def shortened(numbers: list[int]) -> list[int | str]:
    """Return the first numbers of a long list."""
    more = ["..."] if len(numbers) > MAX_LISTED else []
    return [*numbers[:MAX_LISTED], *more]


@dataclass(frozen=True, slots=True, order=True)
class _Placed:
    """A line that can be read, and where it was written. A line that counts before is empty."""

    offset: int
    was_moved: bool
    number: int
    length: int
    line: JournalLine = field(compare=False)

    @property
    def end(self) -> int:
        return self.offset + self.length + 1


def read_journal(captures: Path) -> Journal:
    """Return all lines in the order in which they were written; none if there is no journal.

    Offsets are those after all pruning. Never raises because of what is there.
    """
    journal = Journal(others=_other_journals(captures))
    try:
        with open_regular(captures / JOURNAL_NAME) as file:
            data = file.read()
    except OSError:
        if os.path.lexists(captures / JOURNAL_NAME):
            journal.unusable = file_problem(captures / JOURNAL_NAME)
        return journal
    end = 0
    for placed in _in_order(_placed_lines(data, journal), journal):
        if placed.offset > end + 1:  # a line feed more is no line
            journal.lines.append({"line": LOST})
            if placed.number - 1 not in journal.unreadable:
                journal.missing.append(placed.number)
        end = placed.end
        if not placed.line:
            continue
        if placed.line["line"] == "pruned":
            _apply_pruning(journal.lines, placed.line)
            journal.pruned.append(placed.line)
        else:
            journal.lines.append(placed.line)
    if journal.unreadable and len(data) > end:
        journal.lines.append({"line": LOST})
    return journal


def _placed_lines(data: bytes, journal: Journal) -> list[_Placed]:
    """Return the lines that can be read, and note the others."""
    found = []
    position = 0
    old: set[bytes] = set()
    for number, text in enumerate(data.split(b"\n"), 1):
        line = _parsed(text) if text else {}
        if line is None:
            journal.unreadable.append(number)
        elif line:
            is_old = "offset" not in line
            offset = line.pop("offset", position)
            if is_old and line["line"] in ("run", "published"):
                # A commit that failed and was tried again wrote it twice.
                line = {} if text in old else line
                old.add(text)
            found.append(_Placed(offset, offset != position, number, len(text), line))
        position += len(text) + 1
    return found


def _in_order(lines: list[_Placed], journal: Journal) -> list[_Placed]:
    """Return the lines in the order in which they were written, each once."""
    kept: list[_Placed] = []
    for placed in sorted(lines):
        if not kept or placed.offset >= kept[-1].end:
            kept.append(placed)
        elif placed.offset == kept[-1].offset and placed.line == kept[-1].line:
            journal.copied.append(placed.number)
        else:
            journal.foreign.append(placed.number)
    numbers = [placed.number for placed in kept]
    journal.unordered = numbers != sorted(numbers)
    return kept


def _other_journals(captures: Path) -> list[str]:
    """Return the names of other files that begin as a journal does."""
    found = []
    for file in sorted(captures.glob("*")):
        with suppress(OSError), open_regular(file) as opened:
            if file.name != JOURNAL_NAME and CHECKSUM.match(opened.read(64)):
                found.append(file.name)
    return found


def _parsed(text: bytes) -> JournalLine | None:
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
        case {"offset": offset} if not isinstance(offset, int):
            readable = False
        case {"line": "run", "run": int()}:
            wrote = line.setdefault("wrote", {})
            readable = isinstance(wrote, dict) and all(map(_is_range, wrote.values()))
        case {"line": "pruned"}:
            ends = line.get("ends")
            readable = {"pruning", "file"} <= line.keys() and isinstance(ends, dict)
        case {"line": str() as kind}:
            readable = kind not in ("run", LOST)
        case _:
            readable = False
    return line if readable else None


def _is_range(value: Any) -> bool:
    match value:
        case [int(), int()]:
            return True
    return False


def _apply_pruning(lines: list[JournalLine], pruned: JournalLine) -> None:
    ends = {int(old): new for old, new in pruned["ends"].items()}
    for line in lines:
        written = line.get("wrote", {})
        if pruned["file"] in written:
            written[pruned["file"]] = [ends.get(end, end) for end in written[pruned["file"]]]
