"""Is everything still there, and as it was? Captures, database and ledger are looked at.

A trouble is something that was lost or changed. A note is worth knowing and no loss.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from storage.archive.integrity import Walk, walk
from storage.archive.journal import Journal, read_journal
from storage.models import Article
from storage.search.reindex import misfits

LISTED = 20  # troubles of one kind that are named; the rest is counted
Fingerprint = Callable[[Article], str]
Progress = Callable[[int, int], None]  # (done, of how many)
Known = dict[str, dict[int, tuple[str, int | None]]]  # file -> offset -> sha256, length


@dataclass(slots=True)
class Verified:
    """What was looked at and found. `rebuildable`: the captures suffice for a new database."""

    files: int = 0
    records: int = 0
    revisions: int = 0
    events: int = 0
    troubles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rebuildable: bool = True


def verify(
    captures: Path,
    db: Database | None,
    fingerprint: Fingerprint,
    progress: Progress = lambda done, total: None,
) -> Verified:
    """Looks at everything and changes nothing. Without a database at the captures alone.

    `fingerprint` is that of the present code (pipelines/changes/fingerprint.py).
    """
    found = Verified()
    journal = read_journal(captures)
    known = _known(db, found)
    _captures(captures, known, journal, found, progress)
    found.rebuildable = found.files > 0 and not found.troubles
    if journal.torn:
        found.troubles.append(f"journal: {journal.torn} lines cannot be read")
        found.rebuildable = False
    if db is not None:
        _database(db, journal, fingerprint, found)
    found.troubles = list(dict.fromkeys(found.troubles))
    return found


def _known(db: Database | None, found: Verified) -> Known:
    """What the database says of the captures."""
    known: Known = defaultdict(dict)
    if db is None:
        return known
    for query in (
        "SELECT warc, warc_offset, sha256, NULL FROM payloads",
        "SELECT warc, warc_offset, sha256, length FROM captures",
    ):
        try:
            for warc, offset, sha256, length in db.execute(query):
                known[warc][offset] = (sha256, length)
        except sqlite3.DatabaseError as error:
            found.troubles.append(f"database: {error}")
    return known


def _captures(
    folder: Path, known: Known, journal: Journal, found: Verified, progress: Progress
) -> None:
    ends: dict[str, int] = {}
    for line in journal.runs().values():
        for name, (_, end) in line["wrote"].items():
            ends[name] = max(end, ends.get(name, 0))
    there = {str(f.relative_to(folder)) for f in folder.glob("*/*.warc.gz")}
    names = sorted({*there, *known, *ends})
    for place, name in enumerate(names):
        if name not in there:
            found.troubles.append(f"captures/{name} is missing")
            continue
        seen = walk(folder / name)
        found.files += 1
        found.records += len(seen.payloads)
        size = (folder / name).stat().st_size
        _file(name, size, seen, known.get(name, {}), ends.get(name, 0), found)
        progress(place + 1, len(names))


def _file(
    name: str,
    size: int,
    seen: Walk,
    known: dict[int, tuple[str, int | None]],
    end: int,
    found: Verified,
) -> None:
    said = [f"the record at {at} was changed" for at in seen.changed]
    lost = 0
    for at, (sha256, length) in known.items():
        held = seen.payloads.get(at)
        if held is None:
            lost += 1
        elif at not in seen.changed and (sha256 != held[0] or length not in (None, held[1])):
            said.append(f"the record at {at} holds other bytes than were received")
    if size < end:
        said.append(f"it was truncated: {size} bytes of {end} are there")
    elif seen.broke and (seen.at < end or lost):
        said.append(f"it cannot be read from {seen.at} on: {seen.broke}")
    elif seen.broke:
        found.notes.append(
            f"captures/{name}: a run that is writing, or was killed, left half a record at "
            f"{seen.at}; the site's next run cuts it off"
        )
    if lost:
        said.append(f"{lost} captures that the database names are not in it")
    for what in said:
        found.troubles.append(f"captures/{name}: {what}")


def _database(db: Database, journal: Journal, fingerprint: Fingerprint, found: Verified) -> None:
    for check in (_pages, _references, _ledger, _numbers, misfits):
        try:
            for trouble in check(db):
                found.troubles.append(f"database: {trouble}")
        except sqlite3.DatabaseError as error:
            found.troubles.append(f"database: {error}")
    try:
        _revisions(db, fingerprint, found)
        found.events = db["events"].count
        rows = db.execute("SELECT id FROM runs WHERE state = 'finished'")
        old = len({row[0] for row in rows} - set(journal.runs()))
    except sqlite3.DatabaseError as error:
        found.troubles.append(f"database: {error}")
        return
    if old:
        found.notes.append(
            f"{old} runs are from before the journal: a new database would be made of their "
            "captures, without their verdicts and without what no capture shows"
        )


def _pages(db: Database) -> Iterator[str]:
    for (said,) in db.execute(f"PRAGMA integrity_check({LISTED})").fetchall():
        if said != "ok":
            yield said


def _references(db: Database) -> Iterator[str]:
    for table, row, parent, _ in db.execute("PRAGMA foreign_key_check").fetchall():
        yield f"{table} {row} refers to a row of {parent} that is not there"


def _ledger(db: Database) -> Iterator[str]:
    """Ids only grow and no row ever goes, so a hole is a loss."""
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


def _numbers(db: Database) -> Iterator[str]:
    rows = db.execute(
        "SELECT articles.id, revision, count(number), max(number) FROM articles "
        "LEFT JOIN revisions ON revisions.article = articles.id GROUP BY articles.id "
        "HAVING revision < 1 OR count(number) <> revision OR max(number) <> revision"
    )
    for article, stated, count, _ in rows:
        yield f"article {article} has {count} revisions of {stated}"


def _revisions(db: Database, fingerprint: Fingerprint, found: Verified) -> None:
    for number, article, stated, record in db.execute(
        "SELECT number, article, fingerprint, record FROM revisions"
    ):
        found.revisions += 1
        try:
            fits = fingerprint(Article.from_json(json.loads(record))) == stated
        except (ValueError, KeyError, TypeError):
            fits = False
        if not fits:
            found.troubles.append(
                f"revision {number} of article {article} does not have its fingerprint: it was "
                "changed by hand, or by another version of tinwatch",
            )
