"""Integrity of our own WARC files: can every record be read, and does it hold what was received?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from storage.archive.decoding import DecodingError
from storage.archive.reader import stored_record
from storage.archive.warc_file import UNREADABLE, Entry, entries, is_partial_record
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason


@dataclass(frozen=True, slots=True)
class Revisit:
    """A record that repeats the bytes of another one: their payload digest, the day of that one."""

    url: str
    digest: str
    day: str


@dataclass(slots=True)
class FileCheck:
    """The result of reading a whole WARC file.

    Attributes:
        payloads: offset -> SHA-256 (hex) and length of the record's bytes
        changed: offsets of records whose digests do not match
        damaged: offset -> what is damaged there; records may be lost up to the next offset
        undecodable: offset -> URL and reason of a body that cannot be decoded
        digests: payload digests of the records with bytes
        revisits: offset -> the record, which has none
        copies: offsets of records that are there twice, by their ids
        tail: offset of a half record at the end, which a killed process left; None if there is none
    """

    payloads: dict[int, tuple[str, int]] = field(default_factory=dict)
    changed: list[int] = field(default_factory=list)
    damaged: dict[int, str] = field(default_factory=dict)
    undecodable: dict[int, tuple[str, Reason]] = field(default_factory=dict)
    digests: set[str] = field(default_factory=set)
    revisits: dict[int, Revisit] = field(default_factory=dict)
    copies: list[int] = field(default_factory=list)
    tail: int | None = None
    _ids: set[str] = field(default_factory=set)

    def note_id(self, offset: int, record_id: str) -> None:
        if record_id in self._ids:
            self.copies.append(offset)
        self._ids.add(record_id)

    def copy_problems(self) -> list[Reason]:
        """Return a reason about the records that are there twice."""
        if not self.copies:
            return []
        return [Reason(Damage.RECORDS_COPIED, count=len(self.copies), offset=self.copies[0])]


def check_file(path: Path) -> FileCheck:
    """Read a file, hash and decode each record. Never raises because of the file's content."""
    check = FileCheck()
    try:
        for entry in entries(path, check_digests=True):
            _check_record(entry, check)
    except UNREADABLE as error:
        check.damaged[max(check.payloads, default=0)] = str(error)
    last = max(check.damaged, default=0)
    if last > max(check.payloads, default=-1) and is_partial_record(path, last):
        check.tail = last
    return check


def _check_record(entry: Entry, check: FileCheck) -> None:
    stored = None
    try:
        if entry.error is not None:
            raise entry.error
        check.note_id(entry.offset, entry.record.rec_headers.get_header("WARC-Record-ID") or "")
        stored = stored_record(entry.record)
        payload = stored.payload if stored is not None else b""
        rest = entry.record.raw_stream.read()  # of a body above the limit, or of another type
        digest = hashlib.sha256(payload + rest).hexdigest()
        if entry.record.digest_checker.passed is False:
            check.changed.append(entry.offset)
        check.payloads[entry.offset] = (digest, len(payload) + len(rest))
        if stored is None:
            return
        if stored.kind == "revisit":
            revisit = Revisit(stored.url, stored.digest, stored.refers_to_day)
            check.revisits[entry.offset] = revisit
        else:
            check.digests.add(stored.digest)
        if entry.offset not in check.changed:
            stored.decoded()
    except DecodingError as error:
        url = stored.url if stored is not None else ""
        check.undecodable[entry.offset] = (url, error.reason)
    except UNREADABLE as error:
        check.damaged[entry.offset] = " ".join(str(error).split())
