"""Verifies the files of the captures folder against the journal and the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from storage.archive.capture_files import CaptureFiles, find_capture_files
from storage.archive.captures import Located, located_records, uses_of_capture
from storage.archive.integrity import FileCheck, Revisit, check_file
from storage.archive.journal import JOURNAL_NAME, Journal, in_file
from storage.db.connection import DAMAGED_DATABASE
from storage.messages import describe
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason

Progress = Callable[[int, int], None]  # (done, total)


@dataclass(slots=True)
class Verified:
    """What was checked and found. `rebuildable`: the captures suffice for a new database."""

    files: int = 0
    records: int = 0
    revisions: int = 0
    events: int = 0
    problems: list[Reason] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)
    rebuildable: bool = True

    def to_dict(self) -> dict[str, Any]:
        """The JSON output of `tinwatch verify`."""
        sentences = {
            "troubles": list(map(describe, self.problems)),
            "notes": list(map(describe, self.notes)),
        }
        counts = ("files", "records", "revisions", "events", "rebuildable")
        return {name: getattr(self, name) for name in counts} | sentences


class CapturesVerifier:
    """Reads every file once.

    Attributes:
        stored: WARC file -> records that the database names
        ends: WARC file -> its length when its last run in the journal ended
        runs: WARC file -> the runs in the journal that wrote to it
    """

    def __init__(
        self, folder: Path, db: Database | None, journal: Journal, result: Verified
    ) -> None:
        self.folder = folder
        self.db = db
        self.result = result
        self.stored: dict[str, list[Located]] = defaultdict(list)
        self.ends = journal.ends()
        self.other_journals = journal.others
        self.runs: dict[str, list[str]] = defaultdict(list)
        self.lost: list[Reason] = []  # problems of records, which follow those of files
        self.found = CaptureFiles()
        self.behind_last_runs: list[Reason] = []  # notes about records that no run may have written
        for line in journal.run_lines():
            for name in line["wrote"]:
                self.runs[name].append(str(line["run"]))
        try:
            for located in located_records(db) if db is not None else ():
                self.stored[located.warc].append(located)
        except DAMAGED_DATABASE as error:
            result.problems.append(in_database(error))

    def run(self, progress: Progress) -> None:
        if not self.folder.is_dir():
            self.result.problems.append(Reason(Damage.NO_CAPTURES_FOLDER))
        expected = dict.fromkeys(self.stored, 0) | self.ends
        self.found = found = find_capture_files(self.folder, expected)
        self.result.problems += found.problems()
        names = sorted({*found.paths, *expected})
        missing = len(names) - len(found.paths)
        if missing > 1:
            reason = Reason(Damage.FILES_MISSING, missing=missing, files=len(names))
            self.result.problems.append(reason)
        done = 0
        for _, of_site in groupby(names, lambda name: name.split("/")[0]):
            checks: dict[str, FileCheck] = {}
            for name in of_site:
                if name in found.paths:
                    checks[name] = check_file(found.paths[name])
                    self._compare_file(name, checks[name], found.paths[name].stat().st_size)
                else:
                    self._report_missing(name, found)
                done += 1
                progress(done, len(names))
            self._check_revisits(checks)
        self.result.problems += self.lost
        for path, name in found.copies.items():
            self._note(str(path.relative_to(self.folder)), Reason(Damage.COPY, other=name))
        self._note_other_files({*found.paths.values(), *found.copies})

    def _report_missing(self, name: str, found: CaptureFiles) -> None:
        runs = self.runs.get(name)
        reason = Reason(Damage.MISSING)
        if runs:
            reason = Reason(Damage.MISSING_OF_RUN, number=len(runs), runs=runs)
        if name not in found.unusable:
            self._report(name, reason)
        self.lost += (in_file(name, self._lost(located)) for located in self.stored.get(name, ()))

    def _compare_file(self, name: str, check: FileCheck, size: int) -> None:
        """Compare a file with the database, and with the end that the journal names."""
        end = self.ends.get(name, 0)
        stored = self.stored.get(name, [])
        self.result.files += 1
        self.result.records += len(check.payloads)
        for offset in check.changed:
            self._report(name, Reason(Damage.RECORD_CHANGED, offset=offset))
        lost = [located for located in stored if located.offset not in check.payloads]
        for located in stored:
            payload = check.payloads.get(located.offset)
            if payload and located.offset not in check.changed and not located.holds(*payload):
                self._report(name, Reason(Damage.RECORD_OTHER_BYTES, offset=located.offset))
        if 0 < end < size:
            note = in_file(name, Reason(Damage.BEHIND_LAST_RUN, size=size - end))
            self.behind_last_runs.append(note)
        if size < end:
            self._report(name, Reason(Damage.TRUNCATED, size=size, end=end))
        self._report_damage(name, check, must_be_whole=bool(lost))
        for located in lost:
            self._report(name, self._lost(located))
        if not stored and not end and self.ends:  # else it is of a time before the journal
            self._note(name, Reason(Damage.UNNAMED_FILE))

    def _report_damage(self, name: str, check: FileCheck, *, must_be_whole: bool) -> None:
        for offset, error in check.damaged.items():
            if must_be_whole or offset < self.ends.get(name, 0) or offset != check.tail:
                self._report(name, Reason(Damage.RECORD_DAMAGED, offset=offset, error=error))
            else:
                self._note(name, Reason(Damage.HALF_RECORD, offset=offset))
        for problem in check.copy_problems():
            self._report(name, problem)
        for offset, (url, reason) in check.undecodable.items():
            facts = {"offset": offset, "url": url, "reason": reason, "code": str(reason.code)}
            self._report(name, Reason(Damage.RECORD_UNDECODABLE, **facts))

    def _lost(self, located: Located) -> Reason:
        """Return a reason about a record that is not there, by what the database has of it."""
        uses: list[Reason] = []
        if self.db is not None and located.capture is not None:
            uses = uses_of_capture(self.db, located.capture)
        facts: dict[str, Any] = {"offset": located.offset, "url": located.url}
        if uses:
            return Reason(Damage.USED_RECORD_MISSING, uses=uses, **facts)
        return Reason(Damage.RECORD_MISSING, **facts)

    def _check_revisits(self, checks: dict[str, FileCheck]) -> None:
        """Name the records whose bytes are in no file. As in reader.py: of one site only."""
        for name, check in checks.items():
            for offset, revisit in check.revisits.items():
                if not self._is_held(revisit, name, checks):
                    facts = {"offset": offset, "url": revisit.url, "day": revisit.day}
                    self._report(name, Reason(Damage.REVISIT_BROKEN, **facts))

    def _is_held(self, revisit: Revisit, name: str, checks: dict[str, FileCheck]) -> bool:
        site = name.split("/")[0]
        files = (checks.get(name), checks.get(f"{site}/{revisit.day}.warc.gz"))
        return any(check is not None and revisit.digest in check.digests for check in files)

    def _note_other_files(self, captures: set[Path]) -> None:
        for file in sorted([*self.folder.glob("*"), *self.folder.glob("*/*")]):
            name = str(file.relative_to(self.folder))
            is_other = file not in captures and name not in (JOURNAL_NAME, *self.other_journals)
            if is_other and file.is_file():
                is_part = ".warc.gz.prun" in name
                self._note(name, Reason(Damage.PRUNED_PART if is_part else Damage.FOREIGN_FILE))

    def _report(self, name: str, problem: Reason) -> None:
        self.result.problems.append(in_file(name, problem))

    def _note(self, name: str, note: Reason) -> None:
        self.result.notes.append(in_file(name, note))


def in_database(problem: Reason | Exception) -> Reason:
    """Return a problem of the database, or the error at which reading it stopped."""
    if isinstance(problem, Exception):
        problem = Reason(Damage.ERROR, error=str(problem))
    return Reason(Damage.IN_DATABASE, problem=problem)
