"""Retention: deletes old listings from the WARC files and keeps all evidence.

Deleted are only responses with status 200 that are not the page of an article and are older than
`keep_listings_days`. Records that a revision, a failed check or a quarantined page refers to stay,
and so do redirects, errors, the newest bytes of every URL, and bytes that a later record repeats.

A file is rewritten without them. The new offsets are in the database before the new file replaces
the old one; the next pruning finishes what a killed process left undone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator

from storage.archive.journal import read_journal, write_line
from storage.archive.truncation import complete_records_end
from storage.archive.warc_file import UNREADABLE
from storage.db.connection import transaction, utc_text
from storage.home import Home, SiteBusy

PRUNED_STATUS = "200"
IsArticle = Callable[[str, str], bool]  # (site, URL): whether it is the URL of an article


@dataclass(slots=True)
class PruneResult:
    """What was deleted.

    Attributes:
        files: number of rewritten files
        records, freed: number of deleted records, and their bytes
        busy: sites that were skipped because they were being crawled
        unread: damaged files, which were not changed
    """

    files: int = 0
    records: int = 0
    freed: int = 0
    busy: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A record of a file. `digest`: of the bytes that it holds or repeats."""

    offset: int
    length: int
    kind: str
    url: str
    status: str
    digest: str


@dataclass(frozen=True, slots=True)
class _Protected:
    """What must not be deleted: URLs, and offsets by file."""

    urls: frozenset[str]
    offsets: dict[str, set[int]]


def prune(
    home: Home, db: Database, now: datetime, is_article: IsArticle, *, dry_run: bool = False
) -> PruneResult:
    """Delete listings older than the setting `keep_listings_days`; none if it is 0.

    Raise OSError, such as for a full disk: the old file is unchanged then.
    """
    done = PruneResult()
    if not dry_run:
        _finish_pruning(home, db)
    days = home.settings.keep_listings_days
    if not days:
        return done
    oldest = (now - timedelta(days=days)).strftime("%Y-%m-%d")
    for folder in sorted(f for f in home.captures.glob("*") if f.is_dir()):
        files = [f for f in sorted(folder.glob("*.warc.gz")) if f.name[:10] < oldest]
        if not files:
            continue
        try:
            with home.site_lock(folder.name):
                _prune_site(home, db, folder.name, files, is_article, now, done, dry_run)
        except SiteBusy:
            done.busy.append(folder.name)
    return done


def _prune_site(
    home: Home,
    db: Database,
    site: str,
    files: list[Path],
    is_article: IsArticle,
    now: datetime,
    done: PruneResult,
    dry_run: bool,
) -> None:
    protected = _protected(db, site)

    def is_prunable(entry: _Entry, name: str) -> bool:
        is_page = entry.kind in ("response", "revisit") and entry.status == PRUNED_STATUS
        needed = entry.url in protected.urls
        needed = needed or entry.offset in protected.offsets.get(name, set())
        return is_page and not needed and not is_article(site, entry.url)

    old: dict[str, list[_Entry]] = {}
    repeated: set[str] = set()  # digests of bytes that a remaining record repeats
    for file in sorted(file for file in (home.captures / site).glob("*.warc.gz")):
        name = str(file.relative_to(home.captures))
        try:
            entries = _entries(file)
        except UNREADABLE:
            done.unread.append(name)
            return  # its records may repeat bytes of other files
        prunable = file in files
        old |= {name: entries} if prunable else {}
        remaining = [e for e in entries if not (prunable and is_prunable(e, name))]
        repeated |= {e.digest for e in remaining if e.kind == "revisit"}
    for name, entries in old.items():
        gone = [e for e in entries if is_prunable(e, name) and e.digest not in repeated]
        gone += [
            e for e in entries if is_prunable(e, name) and e.kind == "revisit" and e not in gone
        ]
        gone += [e for before, e in pairwise(entries) if e.kind == "request" and before in gone]
        if not gone:
            continue
        done.files += 1
        done.records += len(gone)
        done.freed += sum(e.length for e in gone)
        if not dry_run:
            _rewrite(home, db, name, entries, {e.offset for e in gone}, now)


def _protected(db: Database, site: str) -> _Protected:
    urls: set[str] = set()
    for table in ("articles", "aliases", "captures", "retry_queue", "quarantine"):
        rows = db.execute(f"SELECT url FROM {table} WHERE site = ?", [site])
        urls |= {row[0] for row in rows if row[0]}
    offsets: dict[str, set[int]] = {}
    for table in ("captures", "payloads"):
        for warc, offset in db.execute(
            f"SELECT warc, warc_offset FROM {table} WHERE site = ?", [site]
        ):
            offsets.setdefault(warc, set()).add(offset)
    return _Protected(frozenset(urls), offsets)


def _entries(file: Path) -> list[_Entry]:
    """Return every record of a file. Raise the exceptions of UNREADABLE."""
    entries = []
    with file.open("rb") as opened:
        iterator = ArchiveIterator(opened)
        for record in iterator:
            named = record.rec_headers.get_header
            status = record.http_headers.get_statuscode() if record.http_headers else ""
            url, digest = named("WARC-Target-URI") or "", named("WARC-Payload-Digest") or ""
            offset, length = iterator.get_record_offset(), iterator.get_record_length()
            entries.append(_Entry(offset, length, record.rec_type, url, status or "", digest))
        last = entries[-1].offset if entries else 0
        opened.seek(last)
        end = last + complete_records_end(opened)
    if end != file.stat().st_size or sum(entry.length for entry in entries) != end:
        raise ValueError(f"{file} ends within a record")
    return entries


def _rewrite(
    home: Home, db: Database, name: str, entries: list[_Entry], gone: set[int], now: datetime
) -> None:
    part = _part(home, name)
    moved: dict[int, int] = {}  # old offset -> new one; of a deleted record: of the next one
    with (home.captures / name).open("rb") as old, part.open("wb") as new:
        for entry in entries:
            moved[entry.offset] = new.tell()
            if entry.offset not in gone:
                old.seek(entry.offset)
                new.write(old.read(entry.length))
        moved[entries[-1].offset + entries[-1].length] = new.tell()
        new.flush()
        os.fsync(new.fileno())
    runs = read_journal(home.captures).runs().values()
    marks = {mark for line in runs for mark in line["wrote"].get(name, [])}
    ends = {mark: moved[mark] for mark in sorted(marks) if mark in moved}
    with transaction(db):
        for table in ("captures", "payloads"):
            _move_offsets(db, table, name, moved)
        freed = sum(e.length for e in entries if e.offset in gone)
        db.execute(
            "INSERT INTO prunings (file, pruned_at, records, bytes, ends, state) "
            "VALUES (?, ?, ?, ?, ?, 'begun')",
            [name, utc_text(now), len(gone), freed, json.dumps(ends)],
        )
    _finish_pruning(home, db)


def _move_offsets(db: Database, table: str, name: str, moved: dict[int, int]) -> None:
    rows = db.execute(f"SELECT DISTINCT warc_offset FROM {table} WHERE warc = ?", [name])
    # In ascending order: offsets only decrease, so no new one equals an old one still to change.
    for (old,) in sorted(rows.fetchall()):
        db.execute(
            f"UPDATE {table} SET warc_offset = ? WHERE warc = ? AND warc_offset = ?",
            [moved.get(old, old), name, old],
        )


def _part(home: Home, name: str) -> Path:
    file = home.captures / name
    return file.with_name(f".{file.name}.pruned")


def _finish_pruning(home: Home, db: Database) -> None:
    """Replace the files whose new offsets are in the database, and add them to the journal."""
    rows = db.execute("SELECT id, file, ends FROM prunings WHERE state = 'begun' ORDER BY id")
    for number, name, ends in rows.fetchall():
        part = _part(home, name)
        if part.exists():
            os.replace(part, home.captures / name)
        if number not in {line["pruning"] for line in read_journal(home.captures).pruned}:
            line = {"line": "pruned", "pruning": number, "file": name}
            write_line(home.captures, line | {"ends": json.loads(ends)})
        with transaction(db):
            db.execute("UPDATE prunings SET state = 'done', ends = '{}' WHERE id = ?", [number])
