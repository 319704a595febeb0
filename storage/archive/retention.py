"""Retention: old listings may go; what proves anything stays for good.

Only answers with status 200 that are no article's page, and older than the setting says, are
dropped. What a revision, a failed check or a quarantined page refers to stays, and so do
redirects, errors, the newest bytes of every address, and bytes that a later record repeats.

A file is written anew without them. The new places are in the database before the file takes the
old one's name; what a killed process left half done is finished by the next pruning.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator

from storage.archive.journal import read_journal, write_line
from storage.archive.reader import UNREADABLE
from storage.archive.truncation import whole_records
from storage.db.connection import transaction, utc_text
from storage.home import Home, SiteBusy

DROPPED_STATUS = "200"
IsArticle = Callable[[str, str], bool]  # (site, URL): whether its rules take this for an article


@dataclass(slots=True)
class Pruned:
    """What went: files written anew, records, bytes. `busy`: sites that were being crawled;
    `unread`: files that are damaged and were left as they are."""

    files: int = 0
    records: int = 0
    freed: int = 0
    busy: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A record of a file: where it lies, what it answers and which bytes it holds or repeats."""

    offset: int
    length: int
    kind: str
    url: str
    status: str
    digest: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """What must stay of a site: addresses, and places by file."""

    urls: frozenset[str]
    places: dict[str, set[int]]


def prune(
    home: Home, db: Database, now: datetime, is_article: IsArticle, *, dry_run: bool = False
) -> Pruned:
    """Drops old listings as `keep_listings_days` says; does nothing where it is 0.

    Raises OSError, such as for a full disk: the old file stands then.
    """
    done = Pruned()
    if not dry_run:
        _finish_begun(home, db)
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
    done: Pruned,
    dry_run: bool,
) -> None:
    kept = _kept(db, site)

    def may_go(entry: _Entry, name: str) -> bool:
        listing = entry.kind in ("response", "revisit") and entry.status == DROPPED_STATUS
        proves = entry.url in kept.urls or entry.offset in kept.places.get(name, set())
        return listing and not proves and not is_article(site, entry.url)

    old: dict[str, list[_Entry]] = {}
    repeated: set[str] = set()  # digests that a record which stays repeats
    for file in sorted(file for file in (home.captures / site).glob("*.warc.gz")):
        name = str(file.relative_to(home.captures))
        try:
            entries = _entries(file)
        except UNREADABLE:
            done.unread.append(name)
            return  # what repeats what cannot be known
        prunable = file in files
        old |= {name: entries} if prunable else {}
        stays = [e for e in entries if not (prunable and may_go(e, name))]
        repeated |= {e.digest for e in stays if e.kind == "revisit"}
    for name, entries in old.items():
        gone = [e for e in entries if may_go(e, name) and e.digest not in repeated]
        gone += [e for e in entries if may_go(e, name) and e.kind == "revisit" and e not in gone]
        if not gone:
            continue
        done.files += 1
        done.records += len(gone)
        done.freed += sum(e.length for e in gone)
        if not dry_run:
            _rewrite(home, db, name, entries, {e.offset for e in gone}, now)


def _kept(db: Database, site: str) -> _Kept:
    urls: set[str] = set()
    for table in ("articles", "aliases", "captures", "retry_queue", "quarantine"):
        rows = db.execute(f"SELECT url FROM {table} WHERE site = ?", [site])
        urls |= {row[0] for row in rows if row[0]}
    places: dict[str, set[int]] = {}
    for table in ("captures", "payloads"):
        for warc, offset in db.execute(
            f"SELECT warc, warc_offset FROM {table} WHERE site = ?", [site]
        ):
            places.setdefault(warc, set()).add(offset)
    return _Kept(frozenset(urls), places)


def _entries(file: Path) -> list[_Entry]:
    """Every record of a file. Raises what UNREADABLE names."""
    found = []
    with file.open("rb") as opened:
        iterator = ArchiveIterator(opened)
        for record in iterator:
            named = record.rec_headers.get_header
            status = record.http_headers.get_statuscode() if record.http_headers else ""
            url, digest = named("WARC-Target-URI") or "", named("WARC-Payload-Digest") or ""
            offset, length = iterator.get_record_offset(), iterator.get_record_length()
            found.append(_Entry(offset, length, record.rec_type, url, status or "", digest))
        last = found[-1].offset if found else 0
        opened.seek(last)
        end = last + whole_records(opened)
    if end != file.stat().st_size or sum(entry.length for entry in found) != end:
        raise ValueError(f"{file} ends within a record")
    return found


def _rewrite(
    home: Home, db: Database, name: str, entries: list[_Entry], gone: set[int], now: datetime
) -> None:
    part = _part(home, name)
    moved: dict[int, int] = {}  # old offset -> new one; for a dropped record, where the next lies
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
            _move_places(db, table, name, moved)
        freed = sum(e.length for e in entries if e.offset in gone)
        db.execute(
            "INSERT INTO prunings (file, pruned_at, records, bytes, ends, state) "
            "VALUES (?, ?, ?, ?, ?, 'begun')",
            [name, utc_text(now), len(gone), freed, json.dumps(ends)],
        )
    _finish_begun(home, db)


def _move_places(db: Database, table: str, name: str, moved: dict[int, int]) -> None:
    rows = db.execute(f"SELECT DISTINCT warc_offset FROM {table} WHERE warc = ?", [name])
    # In ascending order: records only move forward, so no new place is an old one yet to move.
    for (old,) in sorted(rows.fetchall()):
        db.execute(
            f"UPDATE {table} SET warc_offset = ? WHERE warc = ? AND warc_offset = ?",
            [moved.get(old, old), name, old],
        )


def _part(home: Home, name: str) -> Path:
    file = home.captures / name
    return file.with_name(f".{file.name}.pruned")


def _finish_begun(home: Home, db: Database) -> None:
    """Files whose new places are in the database get their new content, and the journal a line."""
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
