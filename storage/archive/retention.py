"""Retention: deletes old listings from the WARC files and keeps all evidence.

Deleted are only responses with status 200 that are not the page of an article and are older than
`keep_listings_days`. Records that a revision, a failed check or a quarantined page refers to stay,
and so do redirects, errors, the newest bytes of every URL, and bytes that a later record repeats.

A file is rewritten without them (storage/archive/unfinished_pruning.py). Damage is copied as it is.
"""

from __future__ import annotations

import json
import os
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from sqlite_utils import Database

from storage.archive import warc_file
from storage.archive.journal import read_journal
from storage.archive.unfinished_pruning import PARTS, finish_prunings, part_path
from storage.archive.warc_file import UNREADABLE
from storage.db.checksums import COLUMNS, set_checksums
from storage.db.connection import durable_transaction, utc_text
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
        unread: files with damaged records, which stay; they and all later ones of their site
            stay if the file cannot be read at all
    """

    files: int = 0
    records: int = 0
    freed: int = 0
    busy: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A record of a file. `digest`: of the bytes it holds or repeats. `kind`: "" if damaged."""

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
        finish_prunings(home.captures, db)
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
    if not dry_run:
        for part in (home.captures / site).glob(PARTS):  # of a process that was killed
            part.unlink()

    def is_prunable(entry: _Entry, name: str) -> bool:
        is_page = entry.kind in ("response", "revisit") and entry.status == PRUNED_STATUS
        needed = entry.url in protected.urls
        needed = needed or entry.offset in protected.offsets.get(name, set())
        return is_page and not needed and not is_article(site, entry.url)

    old: dict[str, list[_Entry]] = {}
    repeated: set[str] = set()  # digests of bytes that a remaining record repeats
    for file in sorted((home.captures / site).glob("*.warc.gz")):
        name = str(file.relative_to(home.captures))
        try:
            entries = _entries(file)
        except UNREADABLE:
            done.unread.append(name)
            return  # its records may repeat bytes of other files
        if any(not entry.kind for entry in entries):
            done.unread.append(name)
        prunable = file in files
        old |= {name: entries} if prunable else {}
        remaining = [e for e in entries if not (prunable and is_prunable(e, name))]
        repeated |= {e.digest for e in remaining if e.kind == "revisit"}
    # The newest first: a killed pruning leaves no record that repeats bytes of a deleted one.
    for name, entries in sorted(old.items(), reverse=True):
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
    """Return every record of a file. Raise an exception of UNREADABLE if none can be read."""
    found = list(map(_facts, warc_file.entries(file)))
    starts = [offset for offset, *_ in found]
    ends = [*starts[1:], file.stat().st_size]
    return [
        _Entry(offset, end - offset, *facts)
        for (offset, *facts), end in zip(found, ends, strict=True)
    ]


def _facts(entry: warc_file.Entry) -> tuple[int, str, str, str, str]:
    """Return offset, kind, URL, status and digest of a record. (Its bytes are read once only.)"""
    record = entry.record
    if record is None:
        return entry.offset, "", "", "", ""
    named = record.rec_headers.get_header
    status = record.http_headers.get_statuscode() if record.http_headers else ""
    url, digest = named("WARC-Target-URI") or "", named("WARC-Payload-Digest") or ""
    return entry.offset, record.rec_type, url, status or "", digest


def _rewrite(
    home: Home, db: Database, name: str, entries: list[_Entry], gone: set[int], now: datetime
) -> None:
    file = home.captures / name
    part = file.with_name(f".{file.name}.pruning")
    starts: list[int] = []  # new offset of each entry; of a deleted one: of the next one
    with file.open("rb") as old, part.open("wb") as new:
        for entry in entries:
            starts.append(new.tell())
            if entry.offset not in gone:
                old.seek(entry.offset)
                new.write(old.read(entry.length))
        new.flush()
        os.fsync(new.fileno())

    def moved(offset: int) -> int:
        """Return the new offset; within and behind damage it keeps its distance to the record."""
        index = bisect_right(entries, offset, key=lambda entry: entry.offset) - 1
        entry = entries[index]
        return starts[index] + (0 if entry.offset in gone else offset - entry.offset)

    journal = read_journal(home.captures)
    positions = {at for line in journal.run_lines() for at in line["wrote"].get(name, [])}
    ends = {position: moved(position) for position in sorted(positions)}
    freed = sum(e.length for e in entries if e.offset in gone)
    with durable_transaction(db):
        db.conn.create_function("moved_offset", 1, moved)
        of_site = "article IN (SELECT id FROM articles WHERE site = ?) AND warc = ?"  # indexed
        site = name.split("/")[0]
        _move_offsets(db, "captures", "warc = ?", [name])
        _move_offsets(db, "payloads", "site = ? AND warc = ?", [site, name])
        _move_offsets(db, "sightings", of_site, [site, name])
        (newest,) = db.execute("SELECT coalesce(max(id), 0) FROM prunings").fetchone()
        # A rebuilt database has no prunings, the journal has.
        number = 1 + max([newest, *(line["pruning"] for line in journal.pruned)])
        db.execute(
            "INSERT INTO prunings (id, file, pruned_at, records, bytes, ends, state) "
            "VALUES (?, ?, ?, ?, ?, ?, 'begun')",
            [number, name, utc_text(now), len(gone), freed, json.dumps(ends)],
        )
        os.replace(part, part_path(file, number))
    finish_prunings(home.captures, db)


def _move_offsets(db: Database, table: str, condition: str, values: list[str]) -> None:
    move = f"UPDATE {table} SET warc_offset = moved_offset(warc_offset) WHERE {condition}"
    db.execute(move, values)
    if table in COLUMNS:
        set_checksums(db, table, condition, values)
