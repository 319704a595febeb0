"""The WARC files of the captures folder: what is there, under which name, and what is no file.

A file begins with its name (WARC-Filename in the `warcinfo` record; files of versions up to 0.1
have none), so a file that was renamed is found, and two that were exchanged are told apart.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from storage.archive.journal import JOURNAL_NAME, Journal, in_file
from storage.archive.regular_file import file_problem, open_regular
from storage.archive.warc_file import GZIP, RECORD_START
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason

WARC_FILE = re.compile(r"[^/]+/\d{4}-\d\d-\d\d\.warc\.gz")
FILE_NAME = re.compile(rb"^WARC-Filename: *([^\r\n]*)\r$", re.MULTILINE)
RECORD_DAY = re.compile(rb"^WARC-Date: *(\d{4}-\d\d-\d\d)", re.MULTILINE)
HEAD_BYTES = 2048


@dataclass(frozen=True, slots=True)
class _Found:
    """A file as it is found. `written_as`: its file name when it was written, None if unknown."""

    name: str
    path: Path
    size: int
    written_as: str | None
    day: str

    @property
    def folder(self) -> str:
        return self.path.parent.name

    @property
    def has_own_name(self) -> bool:
        is_same = self.written_as in (None, self.path.name)
        return is_same and WARC_FILE.fullmatch(self.name) is not None

    def is_of(self, name: str, size: int) -> bool:
        """Whether this is the file that was written as `name`, to which runs wrote `size` bytes."""
        folder, _, file = name.partition("/")
        if self.written_as is None:
            return self.day == file[:10] and self.size == size
        return self.written_as == file and (self.folder == folder or self.size == size)


@dataclass(slots=True)
class CaptureFiles:
    """The WARC files of a captures folder.

    Attributes:
        paths: name as SITE/YYYY-MM-DD.warc.gz -> the file, which may have another name now
        unusable: name -> why it is no file that can be read
        renamed: reasons about files with another name, by which nothing is lost
        copies: copy -> the name of the file of which it is one
        with_name: files that state their names: of a version that keeps a journal
    """

    paths: dict[str, Path] = field(default_factory=dict)
    unusable: dict[str, Reason] = field(default_factory=dict)
    renamed: list[Reason] = field(default_factory=list)
    copies: dict[Path, str] = field(default_factory=dict)
    with_name: set[str] = field(default_factory=set)

    def problems(self) -> list[Reason]:
        """Return a reason about each file that cannot be read."""
        return [in_file(name, problem) for name, problem in self.unusable.items()]

    def lost_journal(self, journal: Journal) -> list[Reason]:
        """Return a reason if there is no line of a journal though captures are of its time."""
        if journal.lines or journal.unusable or not self.with_name:
            return []
        return [in_file(JOURNAL_NAME, Reason(Damage.JOURNAL_LOST))]


def find_capture_files(captures: Path, expected: Mapping[str, int]) -> CaptureFiles:
    """Find the WARC files. `expected`: their names, and their sizes as far as they are known.

    Never raises because of what is there.
    """
    result, strays = CaptureFiles(), []
    for path in sorted([*captures.glob("*"), *captures.glob("*/*")]):
        found = _identified(path, str(path.relative_to(captures)), result)
        if found is not None and found.written_as:
            result.with_name.add(f"{found.folder}/{found.written_as}")
        if found is not None and found.has_own_name:
            result.paths[found.name] = path
        if found is not None and not (found.has_own_name and found.name in expected):
            strays.append(found)
    for name in sorted(expected.keys() - result.paths.keys()):
        stray = next((one for one in strays if one.is_of(name, expected[name])), None)
        if stray is not None:
            _use(stray, name, result)
            strays.remove(stray)
    for stray in strays:
        if not stray.has_own_name and WARC_FILE.fullmatch(stray.name):
            _use(stray, f"{stray.folder}/{stray.written_as}", result)
    return result


def _use(stray: _Found, name: str, result: CaptureFiles) -> None:
    """Take a file for the one of this name, unless there is one."""
    if name in result.paths:
        result.copies[stray.path] = name
        return
    if result.paths.get(stray.name) == stray.path:
        del result.paths[stray.name]
    result.paths[name] = stray.path
    result.renamed.append(in_file(name, Reason(Damage.RENAMED, other=stray.name)))


def _identified(path: Path, name: str, result: CaptureFiles) -> _Found | None:
    """Return a file of ours, under whatever name; None for anything else.

    Reports what has such a name and cannot be read.
    """
    is_ours = WARC_FILE.fullmatch(name) is not None
    if path.name.startswith("."):
        return None
    try:
        with open_regular(path) as file:
            data, size = file.read(HEAD_BYTES), os.fstat(file.fileno()).st_size
    except OSError:
        if is_ours:
            result.unusable[name] = file_problem(path) or Reason(Damage.VANISHED)
        return None
    try:
        head = zlib.decompressobj(wbits=GZIP).decompress(data, HEAD_BYTES)
    except zlib.error:
        head = b""
    if not head.startswith(RECORD_START) and not is_ours:
        return None
    written_as, day = FILE_NAME.search(head), RECORD_DAY.search(head)
    return _Found(
        name, path, size, written_as[1].decode("utf-8", "replace") if written_as else None,
        day[1].decode() if day else "",
    )  # fmt: skip
