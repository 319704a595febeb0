"""Copy what is left of a home, which may be damaged: its captures, its journal, its TOML files."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from storage.archive.capture_files import CaptureFiles, find_capture_files
from storage.archive.journal import JOURNAL_NAME, read_journal
from storage.archive.regular_file import file_problem, open_regular
from storage.archive.unfinished_pruning import replacements
from storage.home import Home
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason

COPY_BYTES = 1 << 16  # at most as much is lost with a sector of the disk


@dataclass(slots=True)
class HomeCopy:
    """The copy of a home without its database.

    Attributes:
        found: the WARC files of the home
        sizes: WARC file -> bytes of its copy
        problems: what could not be copied
        notes: what is worth knowing, but no loss
    """

    found: CaptureFiles
    sizes: dict[str, int] = field(default_factory=dict)
    problems: list[Reason] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)


def copy_home(source: Home, folder: Path) -> HomeCopy:
    """Copy `source` to the empty `folder`, without its database.

    Raises SiteBusy if one of its sites is being crawled, and OSError.
    """
    with ExitStack() as locks:
        for site in sorted(f.name for f in source.captures.glob("*") if f.is_dir()):
            locks.enter_context(source.site_lock(site))
        copy = _copy_captures(source, folder / "captures")
    for file in source.path.glob("*.toml"):  # settings, subscriptions
        shutil.copy2(file, folder)
    return copy


def _copy_captures(source: Home, target: Path) -> HomeCopy:
    """Copy the WARC files, each under its own name, and the journal."""
    journal = read_journal(source.captures)
    found = find_capture_files(source.captures, journal.ends())
    copy = HomeCopy(found, notes=[*found.renamed])
    copy.problems += [*journal.file_problems(), *found.problems()]
    parts = replacements(source.captures, journal)
    for name, path in found.paths.items():
        _copy_file(parts.get(name, path), target / name, copy)
        copy.sizes[name] = (target / name).stat().st_size
    if file_problem(source.captures / JOURNAL_NAME) is None:
        _copy_file(source.captures / JOURNAL_NAME, target / JOURNAL_NAME, copy)
    elif not found.lost_journal(journal):
        copy.notes.append(Reason(Damage.NO_JOURNAL))
    copy.problems += found.lost_journal(journal)
    return copy


def _copy_file(source: Path, target: Path, copy: HomeCopy) -> None:
    """Copy a file, with zeros in place of what the disk cannot read. Raise OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    lost = 0
    with open_regular(source) as old, target.open("wb") as new:
        size = os.fstat(old.fileno()).st_size
        while new.tell() < size:
            try:
                data = os.pread(old.fileno(), COPY_BYTES, new.tell())
            except OSError:
                data = bytes(min(COPY_BYTES, size - new.tell()))
                lost += len(data)
            new.write(data)
    if lost:
        copy.problems.append(Reason(Damage.DISK_ERROR, file=str(source), lost=lost, size=size))
