"""Prunings that are under way: a WARC file that was written anew has yet to replace the old one.

In this order, so that a process may be killed at any point:

1. the new file is on the disk beside the old one (`part_path`),
2. the database has the new offsets, and the pruning in the state "begun",
3. the journal has the new offsets,
4. the new file replaces the old one, and the state is "done".

`finish_prunings` does the rest after step 2. Without the database, the journal tells that a part
counts (`replacements`).
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from sqlite_utils import Database

from storage.archive.journal import Journal, read_journal, write_line
from storage.db.connection import transaction

PARTS = ".*.warc.gz.prun*"  # of any state, in the folder of a site


def part_path(file: Path, number: int) -> Path:
    """Return the path of the file that replaces a WARC file in the pruning with this id."""
    return file.with_name(f".{file.name}.pruned-{number}")


def finish_prunings(captures: Path, db: Database) -> None:
    """Finish the prunings that are begun. The write lock keeps other processes from doing it."""
    begun = "SELECT id, file, ends FROM prunings WHERE state = 'begun' ORDER BY id"
    if not db.execute(begun).fetchone():
        return
    with transaction(db):
        in_journal = {line["pruning"] for line in read_journal(captures).pruned}
        for number, name, ends in db.execute(begun).fetchall():
            if number not in in_journal:
                line = {"line": "pruned", "pruning": number, "file": name}
                write_line(captures, line | {"ends": json.loads(ends)})
            file = captures / name
            legacy = file.with_name(f".{file.name}.pruned")  # of releases up to 0.1
            for part in (part_path(file, number), legacy):
                if part.exists():
                    os.replace(part, file)
                    _sync_folder(file.parent)
            db.execute("UPDATE prunings SET state = 'done', ends = '{}' WHERE id = ?", [number])


def replacements(captures: Path, journal: Journal) -> dict[str, Path]:
    """Return WARC file -> the part that the journal's offsets are of."""
    found = {}
    for line in journal.pruned:
        part = part_path(captures / line["file"], line["pruning"])
        if part.exists():
            found[line["file"]] = part
    return found


def _sync_folder(folder: Path) -> None:
    """Flush a rename to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
