"""What people said of edits and takedowns: important, noise or checked, with a note and a name.

Rows are only added; of an event's rows the newest counts. Each is a line of the journal too, so
that people's words come back when the database is made again from the captures.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from sqlite_utils import Database

from storage.archive.journal import Line, write_line
from storage.db.connection import transaction, utc_text

Mark = Literal["important", "noise", "checked"]
MARKS: tuple[str, ...] = get_args(Mark)
REVIEWED_KINDS = ("edited", "removed")  # what the queue holds
LONGEST_NOTE = 2000  # characters
LONGEST_NAME = 80
# As the index events_weight has it: takedowns first, then edits by priority.
WEIGHT = "CASE kind WHEN 'edited' THEN coalesce(json_extract(detail, '$.priority'), 0) ELSE 1 END"


@dataclass(frozen=True, slots=True)
class Review:
    """`marked_at` is UTC text."""

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
    """Adds a review and its line of the journal; returns its id.

    Raises KeyError for an event that is not in the ledger, ValueError for what is no review.
    """
    row = db.execute("SELECT kind, article, observed_at FROM events WHERE id = ?", [event])
    found = row.fetchone()
    if found is None:
        raise KeyError(f"no event {event}: tinwatch events lists them")
    kind, article, observed_at = found
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
    """Raises ValueError."""
    if kind not in REVIEWED_KINDS:
        raise ValueError(f"an event {kind!r} is not reviewed, only {' and '.join(REVIEWED_KINDS)}")
    if mark not in MARKS:
        raise ValueError(f"{mark!r} is no mark; marks are {', '.join(MARKS)}")
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(f"a review needs a name, of {LONGEST_NAME} characters at most")
    if len(note) > LONGEST_NOTE:
        raise ValueError(f"a note has {LONGEST_NOTE} characters at most")
    try:
        (note + name).encode()
    except UnicodeEncodeError as error:
        raise ValueError("note or name hold what is no text") from error


def _insert(db: Database, event: int, line: Line) -> int:
    cursor = db.execute(
        "INSERT INTO reviews (event, mark, note, name, marked_at) VALUES (?, ?, ?, ?, ?)",
        [event, line["mark"], line["note"], line["name"], line["marked_at"]],
    )
    return int(cursor.lastrowid or 0)


def review_again(db: Database, line: Line) -> None:
    """Puts a journal's line back. Raises ValueError where its event did not come back.

    Ids of the ledger may differ in a new database: the article's event of this kind counts, the
    one observed nearest to the time that the line names.
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
    """event -> its newest review, of those that have one."""
    rows = db.execute(
        f"SELECT {REVIEW} FROM reviews WHERE event IN (SELECT value FROM json_each(?)) ORDER BY id",
        [json.dumps(list(events))],
    )
    return {row[1]: Review(*row) for row in rows}


def article_reviews(db: Database, article: int) -> list[Review]:
    """Every review of an article's events, oldest first."""
    rows = db.execute(
        f"SELECT {REVIEW} FROM reviews WHERE event IN (SELECT id FROM events WHERE article = ?) "
        "ORDER BY id",
        [article],
    )
    return [Review(*row) for row in rows]


def queue(db: Database, mark: str = "", site: str = "", *, most: int, skip: int = 0) -> list[int]:
    """Ids of events to look at, the weightiest first: with this newest mark, or none yet."""
    newest = "(SELECT mark FROM reviews WHERE event = events.id ORDER BY id DESC LIMIT 1)"
    unmarked = "NOT EXISTS (SELECT 1 FROM reviews WHERE event = events.id)"
    wanted = f"{newest} = :mark" if mark else unmarked
    rows = db.execute(
        "SELECT id FROM events INDEXED BY events_weight WHERE kind IN ('edited', 'removed') "
        f"AND (:site = '' OR site = :site) AND {wanted} "
        f"ORDER BY {WEIGHT} DESC, id DESC LIMIT :most OFFSET :skip",
        {"mark": mark, "site": site, "most": most, "skip": skip},
    )
    return [row[0] for row in rows]
