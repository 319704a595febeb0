"""The validators of article pages (ETag, Last-Modified), and what audits of a site found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.database import utc_text

VALIDATORS, LASTMODS = "audits", "lastmod_audits"  # tables, by whose word was audited
COUNTED = {VALIDATORS: ("audited", "lies"), LASTMODS: ("lastmods_audited", "lastmods_lied")}


@dataclass(frozen=True, slots=True)
class Validators:
    """What a host says of a page's version, as it was sent."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Validated:
    """The last page that was read at a URL. sha256: hex, of its bytes; unread: 304s since then."""

    validators: Validators
    sha256: str
    fingerprint: str
    reader: str
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Audits:
    """Audits of a site since its last lie, and whether that lie is too fresh to forget."""

    audited: int = 0
    lied_lately: bool = False


def validated(db: Database, site: str, url: str) -> Validated | None:
    row = db.execute(
        "SELECT etag, last_modified, sha256, fingerprint, reader, unread FROM validators "
        "WHERE site = ? AND url = ?",
        [site, url],
    ).fetchone()
    return Validated(Validators(row[0], row[1]), *row[2:]) if row else None


def keep_validated(db: Database, site: str, url: str, page: Validated) -> None:
    """Keeps what belongs to the page that was just read; nothing of a page without validators."""
    sent = page.validators
    db.execute("DELETE FROM validators WHERE site = ? AND url = ?", [site, url])
    if sent.etag or sent.last_modified:
        db.execute(
            "INSERT INTO validators VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [site, url, sent.etag, sent.last_modified, page.sha256, page.fingerprint,
             page.reader, page.unread],
        )  # fmt: skip


def count_unread(db: Database, site: str, url: str) -> None:
    """A 304 came: one more check since the page was read whole."""
    db.execute("UPDATE validators SET unread = unread + 1 WHERE site = ? AND url = ?", [site, url])


def keep_audits(db: Database, run: int, stats: dict[str, Any]) -> None:
    """Copies the audits and lies of a run's stats to where they are quickly summed."""
    for table, names in COUNTED.items():
        audited, lies = (int(stats.get(name, 0)) for name in names)
        db.execute(f"DELETE FROM {table} WHERE run = ?", [run])
        if audited or lies:
            db.execute(
                f"INSERT INTO {table} SELECT id, site, ?, ? FROM runs WHERE id = ?",
                [audited, lies, run],
            )


def audits_of(db: Database, site: str, lied_since: datetime, table: str = VALIDATORS) -> Audits:
    """Audits count from believed runs alone, a lie from every run that was not discarded."""
    last, started = db.execute(
        f"SELECT max(run), max(started_at) FROM {table} JOIN runs ON runs.id = run "
        f"WHERE {table}.site = ? AND lies > 0 AND verdict IS NOT 'discarded'",
        [site],
    ).fetchone()
    audited = db.execute(
        f"SELECT coalesce(sum(audited), 0) FROM {table} JOIN runs ON runs.id = run "
        f"WHERE {table}.site = ? AND run > ? AND verdict IN ('passed', 'released')",
        [site, last or 0],
    ).fetchone()[0]
    return Audits(int(audited), started is not None and started >= utc_text(lied_since))
