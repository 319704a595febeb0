"""Verifies a home: are captures, database and ledger complete and unchanged?

A problem is something that was lost or changed. A note is worth knowing, but no loss.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from storage.archive.integrity import FileCheck, check_file
from storage.archive.journal import Journal, read_journal
from storage.messages import describe
from storage.models import Article
from storage.search.reindex import index_inconsistencies

MAX_LISTED_PROBLEMS = 20  # that SQLite's own check lists
Fingerprint = Callable[[Article], str]
Progress = Callable[[int, int], None]  # (done, total)
Offsets = dict[int, tuple[str, int | None]]  # offset -> SHA-256 (hex), length


@dataclass(slots=True)
class Verified:
    """What was checked and found. `rebuildable`: the captures suffice for a new database."""

    files: int = 0
    records: int = 0
    revisions: int = 0
    events: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rebuildable: bool = True

    def to_json(self) -> dict[str, Any]:
        """The JSON output of `tinwatch verify`."""
        return {("troubles" if key == "problems" else key): v for key, v in asdict(self).items()}


def verify(
    captures: Path,
    db: Database | None,
    fingerprint: Fingerprint,
    progress: Progress = lambda done, total: None,
) -> Verified:
    """Check everything and change nothing. Without a database only the captures are checked.

    `fingerprint`: the one of this version (pipelines/changes/fingerprint.py).
    """
    result = Verified()
    journal = read_journal(captures)
    stored = _stored_offsets(db, result)
    _check_captures(captures, stored, journal, result, progress)
    result.rebuildable = result.files > 0 and not result.problems
    if journal.unreadable:
        result.problems.append(f"journal: {journal.unreadable} lines cannot be read")
        result.rebuildable = False
    if db is not None:
        _check_database(db, journal, fingerprint, result)
    result.problems = list(dict.fromkeys(result.problems))
    return result


def _stored_offsets(db: Database | None, result: Verified) -> dict[str, Offsets]:
    """Return WARC file -> the offsets and digests that the database holds."""
    stored: dict[str, Offsets] = defaultdict(dict)
    if db is None:
        return stored
    for query in (
        "SELECT warc, warc_offset, sha256, NULL FROM payloads",
        "SELECT warc, warc_offset, sha256, length FROM captures",
    ):
        try:
            for warc, offset, sha256, length in db.execute(query):
                stored[warc][offset] = (sha256, length)
        except sqlite3.DatabaseError as error:
            result.problems.append(f"database: {error}")
    return stored


def _check_captures(
    folder: Path,
    stored: dict[str, Offsets],
    journal: Journal,
    result: Verified,
    progress: Progress,
) -> None:
    ends: dict[str, int] = {}
    for line in journal.runs().values():
        for name, (_, end) in line["wrote"].items():
            ends[name] = max(end, ends.get(name, 0))
    existing = {str(f.relative_to(folder)) for f in folder.glob("*/*.warc.gz")}
    names = sorted({*existing, *stored, *ends})
    for done, name in enumerate(names, 1):
        if name not in existing:
            result.problems.append(f"captures/{name} is missing")
            continue
        check = check_file(folder / name)
        result.files += 1
        result.records += len(check.payloads)
        size = (folder / name).stat().st_size
        _compare_file(name, size, check, stored.get(name, {}), ends.get(name, 0), result)
        progress(done, len(names))


def _compare_file(
    name: str, size: int, check: FileCheck, stored: Offsets, end: int, result: Verified
) -> None:
    """Compare a file with the database, and with the `end` that the journal names."""
    problems = [f"the record at {offset} was changed" for offset in check.changed]
    lost = 0
    for offset, (sha256, length) in stored.items():
        payload = check.payloads.get(offset)
        if payload is None:
            lost += 1
        elif offset not in check.changed and (
            sha256 != payload[0] or length not in (None, payload[1])
        ):
            problems.append(f"the record at {offset} holds other bytes than were received")
    if size < end:
        problems.append(f"it was truncated: {size} bytes of {end} are there")
    for offset, error in check.damaged.items():
        if lost or offset < max(end, *check.payloads, 0):
            problems.append(f"the record at {offset} is damaged: {error}")
        else:
            result.notes.append(
                f"captures/{name}: a run that is writing, or was killed, left half a record at "
                f"{offset}; the site's next run cuts it off"
            )
    for offset, (url, reason) in check.undecodable.items():
        problems.append(
            f"the record at {offset} of {url} cannot be decoded: {describe(reason)} ({reason.code})"
        )
    if lost:
        problems.append(f"{lost} captures that the database names are not in it")
    result.problems += [f"captures/{name}: {problem}" for problem in problems]


def _check_database(
    db: Database, journal: Journal, fingerprint: Fingerprint, result: Verified
) -> None:
    checks = (
        _page_problems, _foreign_key_problems, _ledger_problems, _revision_number_problems,
        index_inconsistencies,
    )  # fmt: skip
    for check in checks:
        try:
            for problem in check(db):
                result.problems.append(f"database: {problem}")
        except sqlite3.DatabaseError as error:
            result.problems.append(f"database: {error}")
    try:
        _check_fingerprints(db, fingerprint, result)
        result.events = db["events"].count
        rows = db.execute("SELECT id FROM runs WHERE state = 'finished'")
        without_line = len({row[0] for row in rows} - set(journal.runs()))
    except sqlite3.DatabaseError as error:
        result.problems.append(f"database: {error}")
        return
    if without_line:
        result.notes.append(
            f"{without_line} runs are from before the journal: a new database would be made of "
            "their captures, without their verdicts and without what no capture shows"
        )


def _page_problems(db: Database) -> Iterator[str]:
    for (text,) in db.execute(f"PRAGMA integrity_check({MAX_LISTED_PROBLEMS})").fetchall():
        if text != "ok":
            yield text


def _foreign_key_problems(db: Database) -> Iterator[str]:
    for table, row, parent, _ in db.execute("PRAGMA foreign_key_check").fetchall():
        yield f"{table} {row} refers to a row of {parent} that is not there"


def _ledger_problems(db: Database) -> Iterator[str]:
    """Ids are consecutive and rows are never deleted, so a gap is a loss."""
    before = 0
    for (number,) in db.execute("SELECT id FROM events ORDER BY id"):
        if number != before + 1:
            yield f"events {before + 1} to {number - 1} are missing from the ledger"
        before = number
    last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
    if last and last[0] > before:
        yield f"events {before + 1} to {last[0]} are missing from the ledger"
    for trigger in ("events_are_final", "events_stay"):
        query = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = ?"
        if not db.execute(query, [trigger]).fetchone():
            yield f"the trigger {trigger} is missing: the ledger is open to changes"


def _revision_number_problems(db: Database) -> Iterator[str]:
    rows = db.execute(
        "SELECT articles.id, revision, count(number), max(number) FROM articles "
        "LEFT JOIN revisions ON revisions.article = articles.id GROUP BY articles.id "
        "HAVING revision < 1 OR count(number) <> revision OR max(number) <> revision"
    )
    for article, stated, count, _ in rows:
        yield f"article {article} has {count} revisions of {stated}"


def _check_fingerprints(db: Database, fingerprint: Fingerprint, result: Verified) -> None:
    for number, article, stated, record in db.execute(
        "SELECT number, article, fingerprint, record FROM revisions"
    ):
        result.revisions += 1
        try:
            is_same = fingerprint(Article.from_json(json.loads(record))) == stated
        except (ValueError, KeyError, TypeError):
            is_same = False
        if not is_same:
            result.problems.append(
                f"revision {number} of article {article} does not have its fingerprint: it was "
                "changed by hand, or by another version of tinwatch",
            )
