"""Revisions: every distinct content of an article, with its cause and the capture it comes from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlite_utils import Database

from storage.db.checksums import insert_row, update_row
from storage.db.connection import from_utc_text, utc_text
from storage.db.revision_order import CAPTURED_TEXT, IN_TIME, NEWEST_FIRST
from storage.messages.reasons_input import InputError, InputReason
from storage.models import Article, RevisionCause
from storage.reasons import Reason
from storage.search.indexer import index_revision, remove_revisions


@dataclass(frozen=True, slots=True)
class Revision:
    """A row of `revisions`. Times are UTC text.

    `number` identifies it within the article for ever, and says nothing else: revisions get their
    numbers as they become known. Their order in time is IN_TIME: a capture may be taken in late.
    """

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
REVISION_COUNT = "(SELECT count(*) FROM revisions WHERE revisions.article = articles.id)"
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
    """Add a revision of an article and index it. Return its number."""
    first_seen, current, highest = db.execute(
        "SELECT first_seen, revision, (SELECT max(number) FROM revisions "
        "WHERE article = articles.id) FROM articles WHERE id = ?",
        [article],
    ).fetchone()
    number = 1 + (highest or 0)
    data = record.to_dict()
    text = _json_text(data)
    revision = insert_row(db, "revisions", {
        "article": article, "number": number, "cause": cause, "observed_at": utc_text(observed),
        "run": run, "capture": capture, "extractor_version": extractor_version,
        "fingerprint": fingerprint, "record": text, "digest": revision_digest(fingerprint, text),
    })  # fmt: skip
    index_revision(db, revision, article, first_seen, data)
    if highest or current != number:
        choose_current_revision(db, article)
    return number


def choose_current_revision(db: Database, article: int) -> None:
    """Make the newest revision in time the article's current one."""
    newest = (
        f"SELECT number FROM revisions WHERE article = articles.id ORDER BY {NEWEST_FIRST} LIMIT 1"
    )
    update_row(db, "articles", article, f"revision = ({newest})", [])


def last_revision(db: Database, article: int) -> Revision:
    (newest,) = revisions(db, article, newest_only=True)
    return newest


def revisions(db: Database, article: int, *, newest_only: bool = False) -> list[Revision]:
    """Return every revision of an article, the oldest first."""
    order = f"{NEWEST_FIRST} LIMIT 1" if newest_only else IN_TIME
    rows = db.execute(
        f"SELECT {COLUMNS} FROM revisions WHERE article = ? ORDER BY {order}", [article]
    )
    return [_revision(row) for row in rows]


def _revision(row: tuple[Any, ...]) -> Revision:
    record = Article.from_dict(json.loads(row[-1]))
    return Revision(*(*row[:3], RevisionCause(row[3]), *row[4:-1], record))


def revision_pair(
    all_revisions: list[Revision], a: int | None, b: int | None
) -> tuple[Revision, Revision]:
    """Return the revisions with these numbers, by default the newest two. Raise ValueError."""
    numbers = [r.number for r in all_revisions]

    def index_of(number: int) -> int:
        if number not in numbers:
            highest = max(numbers)
            raise InputError(Reason(InputReason.NO_REVISION, number=number, newest=highest))
        return numbers.index(number)

    end = len(numbers) - 1 if b is None else index_of(b)
    start = max(0, end - 1) if a is None else index_of(a)
    return all_revisions[start], all_revisions[end]


def articles_with_revisions_of(db: Database, site: str, run: int) -> list[tuple[int, str]]:
    """Return the articles of which a run stored revisions, each with the time of the newest."""
    rows = db.execute(
        "SELECT article, max(observed_at) FROM articles JOIN revisions ON article = articles.id "
        "WHERE site = ? AND run = ? GROUP BY article",
        [site, run],
    )
    return rows.fetchall()


@dataclass(frozen=True, slots=True)
class CapturedRevision:
    """A revision and the WARC record that it was extracted from."""

    revision: Revision
    warc: str
    offset: int
    sha256: str
    url: str | None  # of the capture
    captured_at: str  # UTC text


def newest_captured_revisions(db: Database, site: str) -> list[CapturedRevision]:
    """Return the newest revision of every article of a site, if it has a capture."""
    rows = db.execute(
        f"SELECT warc, warc_offset, sha256, captures.url, captured_at, {COLUMNS} FROM articles "
        "JOIN revisions ON revisions.article = articles.id AND number = revision "
        "JOIN captures ON captures.id = capture WHERE articles.site = ? ORDER BY articles.id",
        [site],
    )
    return [CapturedRevision(_revision(row[5:]), *row[:5]) for row in rows]


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
    data = record.to_dict()
    text = _json_text(data)
    remove_revisions(db, [revision])
    changes = "extractor_version = ?, fingerprint = ?, record = ?, digest = ?"
    values = [extractor_version, fingerprint, text, revision_digest(fingerprint, text)]
    update_row(db, "revisions", revision, changes, values)
    index_revision(db, revision, article, first_seen, data)


def revision_digest(fingerprint: str, record: str) -> str:
    """Return the digest by which `tinwatch verify` sees that a row was changed: SHA-256 (hex)."""
    return hashlib.sha256(f"{fingerprint}\n{record}".encode()).hexdigest()


def move_revision(
    db: Database, revision: int, observed_at: str, run: int | None, capture: int | None
) -> None:
    """Let a revision begin at an earlier capture with the same text. `observed_at`: UTC text."""
    changes = "observed_at = ?, run = ?, capture = ?"
    update_row(db, "revisions", revision, changes, [observed_at, run, capture])


def set_cause(db: Database, revision: int, cause: RevisionCause) -> None:
    """Change the cause, once the difference has proved to come from our own rules."""
    update_row(db, "revisions", revision, "cause = ?", [cause])


@dataclass(frozen=True, slots=True)
class RevisionHead:
    """A row of `revisions` without the record."""

    id: int
    number: int
    cause: RevisionCause
    observed_at: str
    capture: int | None
    extractor_version: str
    fingerprint: str
    captured_text: str  # CAPTURED_TEXT


def revision_heads(db: Database, article: int) -> list[RevisionHead]:
    """Return every revision of an article, the oldest first."""
    rows = db.execute(
        "SELECT id, number, cause, observed_at, capture, extractor_version, fingerprint, "
        f"{CAPTURED_TEXT} FROM revisions WHERE article = ? ORDER BY {IN_TIME}",
        [article],
    )
    return [RevisionHead(*(*row[:2], RevisionCause(row[2]), *row[3:])) for row in rows]


def get_revision(db: Database, article: int, number: int) -> Revision:
    row = db.execute(
        f"SELECT {COLUMNS} FROM revisions WHERE article = ? AND number = ?", [article, number]
    ).fetchone()
    return _revision(row)


@dataclass(frozen=True, slots=True)
class RevisionStep:
    """What one capture says: its revision, with those that newer rules extracted from it.

    Attributes:
        number: of the revision by which the text is known
        current: of the newest extraction; `fingerprint` is that of its text
        cause: EXTRACTOR if the site did not change the text at this capture
        numbers: of all extractions
        captured_text: fingerprint of the first extraction; orders the captures of one second
    """

    number: int
    fingerprint: str
    cause: RevisionCause
    observed: datetime
    current: int
    numbers: tuple[int, ...]
    captured_text: str = ""


def revision_steps(db: Database, article: int) -> list[RevisionStep]:
    """Return the captures that began a revision of an article, the oldest first."""
    heads = revision_heads(db, article)
    groups = groupby(heads, key=lambda head: (head.observed_at, head.captured_text))
    return [_step(list(group)) for _, group in groups]


def _step(heads: list[RevisionHead]) -> RevisionStep:
    """Return the step of the revisions of one capture, the newest extraction last."""
    by_site = [head.number for head in heads if head.cause == RevisionCause.SITE]
    current = heads[-1]
    return RevisionStep(
        by_site[-1] if by_site else current.number,
        current.fingerprint,
        RevisionCause.SITE if by_site else RevisionCause.EXTRACTOR,
        from_utc_text(current.observed_at),
        current.number,
        tuple(head.number for head in heads),
        current.captured_text,
    )
