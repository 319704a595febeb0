"""Revisions: every distinct content of an article, with its cause and the capture it comes from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.db.connection import from_utc_text, utc_text
from storage.messages.reasons_input import InputError, InputReason
from storage.models import Article, RevisionCause
from storage.reasons import Reason
from storage.search.indexer import index_revision, remove_revisions


@dataclass(frozen=True, slots=True)
class Revision:
    """A row of `revisions`. `number` counts from 1 within the article; times are UTC text."""

    id: int
    article: int
    number: int
    cause: RevisionCause
    observed_at: str
    run: int | None
    capture: int | None
    extractor_version: str
    fingerprint: str
    record: Article


COLUMNS = ", ".join(f"revisions.{name}" for name in Revision.__slots__)
_json_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # made once


def add_revision(
    db: Database,
    article: int,
    record: Article,
    *,
    cause: RevisionCause,
    observed: datetime,
    run: int | None,
    capture: int | None,
    extractor_version: str,
    fingerprint: str,
) -> int:
    """Add the newest revision of an article and index it. Return its number."""
    newest, first_seen = db.execute(
        "SELECT revision, first_seen FROM articles WHERE id = ?", [article]
    ).fetchone()
    number = 1 + int(newest)
    data = record.as_json()
    text = _json_text(data)
    cursor = db.execute(
        "INSERT INTO revisions (article, number, cause, observed_at, run, capture, "
        "extractor_version, fingerprint, record, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [article, number, cause, utc_text(observed), run, capture, extractor_version, fingerprint,
         text, revision_digest(fingerprint, text)],
    )  # fmt: skip
    index_revision(db, int(cursor.lastrowid or 0), article, first_seen, data)
    db.execute("UPDATE articles SET revision = ? WHERE id = ?", [number, article])
    return number


def last_revision(db: Database, article: int) -> Revision:
    (newest,) = revisions(db, article, newest_only=True)
    return newest


def revisions(db: Database, article: int, *, newest_only: bool = False) -> list[Revision]:
    """Return every revision of an article, the oldest first."""
    tail = "DESC LIMIT 1" if newest_only else ""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM revisions WHERE article = ? ORDER BY number {tail}", [article]
    )
    return [_revision(row) for row in rows]


def _revision(row: tuple[Any, ...]) -> Revision:
    record = Article.from_json(json.loads(row[-1]))
    return Revision(*(*row[:3], RevisionCause(row[3]), *row[4:-1], record))


def revision_pair(
    all_revisions: list[Revision], a: int | None, b: int | None
) -> tuple[Revision, Revision]:
    """Return the revisions with these numbers, by default the newest two. Raise ValueError."""
    by_number = {r.number: r for r in all_revisions}
    newest = all_revisions[-1].number
    if b is None:
        b = newest
    if a is None:
        a = max(1, b - 1)
    for number in (a, b):
        if number not in by_number:
            raise InputError(Reason(InputReason.NO_REVISION, number=number, newest=newest))
    return by_number[a], by_number[b]


@dataclass(frozen=True, slots=True)
class CapturedRevision:
    """A revision and the WARC record that it was extracted from."""

    revision: Revision
    warc: str
    offset: int
    sha256: str
    url: str | None  # of the capture


def newest_captured_revisions(db: Database, site: str) -> list[CapturedRevision]:
    """Return the newest revision of every article of a site, if it has a capture."""
    rows = db.execute(
        f"SELECT warc, warc_offset, sha256, captures.url, {COLUMNS} FROM articles "
        "JOIN revisions ON revisions.article = articles.id AND number = revision "
        "JOIN captures ON captures.id = capture WHERE articles.site = ? ORDER BY articles.id",
        [site],
    )
    return [CapturedRevision(_revision(row[4:]), *row[:4]) for row in rows]


def replace_record(
    db: Database, revision: int, extractor_version: str, record: Article, fingerprint: str
) -> None:
    """Replace a record by a newer extraction.

    The fingerprint may differ only if the revision was never published. If it is the same, the
    records may differ in what makes no edit: tags, sections, states of fields.
    """
    article, first_seen = db.execute(
        "SELECT article, first_seen FROM revisions JOIN articles ON articles.id = article "
        "WHERE revisions.id = ?",
        [revision],
    ).fetchone()
    data = record.as_json()
    text = _json_text(data)
    remove_revisions(db, [revision])
    db.execute(
        "UPDATE revisions SET extractor_version = ?, fingerprint = ?, record = ?, digest = ? "
        "WHERE id = ?",
        [extractor_version, fingerprint, text, revision_digest(fingerprint, text), revision],
    )
    index_revision(db, revision, article, first_seen, data)


def revision_digest(fingerprint: str, record: str) -> str:
    """Return the digest by which `tinwatch verify` sees that a row was changed: SHA-256 (hex)."""
    return hashlib.sha256(f"{fingerprint}\n{record}".encode()).hexdigest()


def set_cause(db: Database, revision: int, cause: RevisionCause) -> None:
    """Change the cause, once the difference has proved to come from our own rules."""
    db.execute("UPDATE revisions SET cause = ? WHERE id = ?", [cause, revision])


@dataclass(frozen=True, slots=True)
class RevisionStep:
    """A revision without its record."""

    number: int
    fingerprint: str
    cause: RevisionCause
    observed: datetime


def revision_steps(db: Database, article: int) -> list[RevisionStep]:
    """Return every revision of an article, the oldest first."""
    rows = db.execute(
        "SELECT number, fingerprint, cause, observed_at FROM revisions "
        "WHERE article = ? ORDER BY number",
        [article],
    )
    return [
        RevisionStep(number, fingerprint, RevisionCause(cause), from_utc_text(at))
        for number, fingerprint, cause, at in rows
    ]
