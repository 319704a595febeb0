"""Reviews of edits and takedowns by users: important, noise or checked, with a note and a name.

Reviews are append-only; the newest review of an event counts, and may withdraw those before it.
Each is also written to the journal, so that reviews survive a rebuild of the database from the
captures.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from sqlite_utils import Database

from storage.archive.journal import JournalLine, write_line
from storage.db.checksums import row_checksum
from storage.db.connection import transaction, utc_text
from storage.messages.reasons_input import InputError, InputReason
from storage.messages.reasons_lookups import NotFound
from storage.models import EventKind
from storage.reasons import Reason

Mark = Literal["important", "noise", "checked"]
MARKS: tuple[str, ...] = get_args(Mark)
WITHDRAWN = "withdrawn"  # the mark that undoes the ones before it
REVIEWED_KINDS = (EventKind.EDITED, EventKind.REMOVED)  # kinds in the review queue
MAX_NOTE_CHARS = 2000
MAX_NAME_CHARS = 80
# Same expression as in the index events_weight: takedowns first, then edits by priority.
WEIGHT = "CASE kind WHEN 'edited' THEN coalesce(json_extract(detail, '$.priority'), 0) ELSE 1 END"


@dataclass(frozen=True, slots=True)
class Review:
    """A review. `marked_at` is UTC text."""

    id: int
    event: int
    mark: str
    note: str
    name: str
    marked_at: str


REVIEW = "id, event, mark, note, name, marked_at"


def add_review(
    db: Database, captures: Path, event: int, mark: str, note: str, name: str, moment: datetime
) -> int:
    """Add a review and its line in the journal. Return its id.

    Raise KeyError for an event that is not in the ledger, ValueError for an invalid review.
    """
    row = db.execute("SELECT kind, article, observed_at FROM events WHERE id = ?", [event])
    event_row = row.fetchone()
    if event_row is None:
        raise NotFound(Reason(InputReason.NO_EVENT, event=event))
    kind, article, observed_at = event_row
    note, name = note.strip(), name.strip()
    _check(kind, mark, note, name)
    line = {
        "line": "reviewed", "event": event, "kind": kind, "article": article,
        "observed_at": observed_at, "mark": mark, "note": note, "name": name,
        "marked_at": utc_text(moment),
    }  # fmt: skip
    with transaction(db):
        added = _insert(db, event, line)
        write_line(captures, line)
    return added


def _check(kind: str, mark: str, note: str, name: str) -> None:
    if kind not in REVIEWED_KINDS:
        raise InputError(
            Reason(InputReason.KIND_NOT_REVIEWED, kind=kind, kinds=[*map(str, REVIEWED_KINDS)])
        )
    if mark not in (*MARKS, WITHDRAWN):
        raise InputError(Reason(InputReason.NO_MARK, mark=mark, marks=MARKS))
    if not name or len(name) > MAX_NAME_CHARS:
        raise InputError(Reason(InputReason.REVIEW_WITHOUT_NAME, limit=MAX_NAME_CHARS))
    if len(note) > MAX_NOTE_CHARS:
        raise InputError(Reason(InputReason.NOTE_TOO_LONG, limit=MAX_NOTE_CHARS))
    try:
        (note + name).encode()
    except UnicodeEncodeError as error:
        raise InputError(Reason(InputReason.REVIEW_IS_NO_TEXT)) from error


def _insert(db: Database, event: int, line: JournalLine) -> int:
    values = [event, line["mark"], line["note"], line["name"], line["marked_at"]]
    cursor = db.execute(
        "INSERT INTO reviews (event, mark, note, name, marked_at, checksum) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [*values, row_checksum(*values)],  # the row cannot be updated
    )
    return int(cursor.lastrowid or 0)


def restore_review(db: Database, line: JournalLine) -> None:
    """Restore a review from a journal line. Raise ValueError if its event does not exist.

    Event ids may differ in a rebuilt database: the review belongs to the article's event of the
    same kind whose time of observation is closest.
    """
    row = db.execute(
        "SELECT id FROM events WHERE kind = :kind AND article = :article "
        "ORDER BY abs(julianday(observed_at) - julianday(:observed_at)), id = :event DESC LIMIT 1",
        {name: line[name] for name in ("kind", "article", "observed_at", "event")},
    ).fetchone()
    if row is None:
        raise ValueError(f"no event {line['kind']} of article {line['article']} came back")
    with transaction(db):
        _insert(db, row[0], line)


def newest_reviews(db: Database, events: Iterable[int]) -> dict[int, Review]:
    """Return event -> newest review, for events that have one that was not withdrawn."""
    rows = db.execute(
        f"SELECT {REVIEW} FROM reviews WHERE event IN (SELECT value FROM json_each(?)) ORDER BY id",
        [json.dumps(list(events))],
    )
    newest = {row[1]: Review(*row) for row in rows}
    return {event: review for event, review in newest.items() if review.mark != WITHDRAWN}


def article_reviews(db: Database, article: int) -> list[Review]:
    """Return all reviews of an article's events, oldest first."""
    rows = db.execute(
        f"SELECT {REVIEW} FROM reviews WHERE event IN (SELECT id FROM events WHERE article = ?) "
        "ORDER BY id",
        [article],
    )
    return [Review(*row) for row in rows]
