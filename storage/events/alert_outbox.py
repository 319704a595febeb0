"""The outbox of alerts: messages are written before they are sent, and kept until they arrived.

A message and the cursor of its subscription are written in one transaction, so no event is lost
and none is put in twice. Whoever sends holds the home's work lock "alert".
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from storage.db.connection import transaction, utc_text

KEPT = timedelta(days=90)
WAITING = "sent_at IS NULL AND given_up_at IS NULL"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to which event a subscription has heard, and since when. `moved_at`: UTC text."""

    event: int
    moved_at: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to one target. Times are UTC text; `target` counts from 1."""

    id: int
    subscription: str
    target: int
    events: tuple[int, ...]
    title: str
    body: str
    created_at: str
    due_at: str
    tries: int
    interrupted: int
    sending_since: str | None
    last_error: str | None
    sent_at: str | None
    given_up_at: str | None


def ledger_end(db: Database) -> int:
    """Id of the newest event; 0 where there is none."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])


def cursor_of(db: Database, subscription: str) -> Cursor | None:
    """None where no subscription of this name was seen yet."""
    row = db.execute(
        "SELECT event, moved_at FROM alert_cursors WHERE subscription = ?", [subscription]
    ).fetchone()
    return Cursor(*row) if row else None


def keep_cursors(db: Database, subscriptions: Collection[str], now: datetime) -> None:
    """A new subscription hears of what comes from now on; one that is gone is forgotten, and
    what waited for it is given up."""
    names, moment = json.dumps(sorted(subscriptions)), utc_text(now)
    with transaction(db):
        db.execute(
            "INSERT INTO alert_cursors SELECT value, ?, ? FROM json_each(?) WHERE true "
            "ON CONFLICT (subscription) DO NOTHING",
            [ledger_end(db), moment, names],
        )
        gone = "subscription NOT IN (SELECT value FROM json_each(?))"
        db.execute(f"DELETE FROM alert_cursors WHERE {gone}", [names])
        db.execute(
            "UPDATE alert_messages SET given_up_at = ?, "
            f"last_error = 'the subscription is no longer in alerts.toml' WHERE {WAITING} "
            f"AND {gone}",
            [moment, names],
        )


def drop_old(db: Database, now: datetime) -> None:
    """Forgets messages that arrived or were given up KEPT ago."""
    with transaction(db):
        db.execute(
            "DELETE FROM alert_messages WHERE coalesce(sent_at, given_up_at) < ?",
            [utc_text(now - KEPT)],
        )


def put_message(
    db: Database,
    subscription: str,
    targets: int,
    message: tuple[str, str] | None,
    events: Sequence[int],
    upto: int,
    now: datetime,
) -> None:
    """Writes a message (title and body) for each target, and moves the cursor, in one step.

    Without a message only the cursor moves.
    """
    moment = utc_text(now)
    with transaction(db):
        for target in range(1, targets + 1) if message else ():
            db.execute(
                "INSERT INTO alert_messages (subscription, target, events, title, body, "
                "created_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [subscription, target, json.dumps(list(events)), *(message or ()), moment, moment],
            )
        db.execute(
            "UPDATE alert_cursors SET event = ?, moved_at = ? WHERE subscription = ?",
            [upto, moment, subscription],
        )


def waiting(db: Database, now: datetime | None = None) -> list[Outgoing]:
    """Messages that did not arrive yet, the oldest first; with `now` only those that are due."""
    due = "" if now is None else "AND due_at <= :now"
    return _messages(db, f"{WAITING} {due} ORDER BY id", now=utc_text(now) if now else None)


def given_up(db: Database, since: datetime) -> list[Outgoing]:
    """Messages that were given up since then, the oldest first."""
    return _messages(db, "given_up_at >= :since ORDER BY id", since=utc_text(since))


def last_sent(db: Database, subscription: str) -> Outgoing | None:
    found = _messages(
        db, "subscription = :s AND sent_at IS NOT NULL ORDER BY id DESC LIMIT 1", s=subscription
    )
    return found[0] if found else None


def begin_sending(db: Database, message: int, now: datetime) -> None:
    """Noted before the first byte leaves: whoever finds it later knows what is not known."""
    with transaction(db):
        db.execute(
            "UPDATE alert_messages SET sending_since = ?, tries = tries + 1 WHERE id = ?",
            [utc_text(now), message],
        )


def note_sent(db: Database, message: int, now: datetime) -> None:
    with transaction(db):
        db.execute(
            "UPDATE alert_messages SET sent_at = ?, sending_since = NULL WHERE id = ?",
            [utc_text(now), message],
        )


def note_failed(db: Database, message: int, error: str, due: datetime) -> None:
    """It is tried again at `due`."""
    with transaction(db):
        db.execute(
            "UPDATE alert_messages SET sending_since = NULL, last_error = ?, due_at = ? "
            "WHERE id = ?",
            [error, utc_text(due), message],
        )


def give_up(db: Database, message: int, error: str, now: datetime) -> None:
    with transaction(db):
        db.execute(
            "UPDATE alert_messages SET sending_since = NULL, last_error = ?, given_up_at = ? "
            "WHERE id = ?",
            [error, utc_text(now), message],
        )


def note_interrupted(db: Database, now: datetime) -> None:
    """What a process that is dead was sending may have arrived: it is sent once more, and given
    up where that is cut off as well. The caller holds the lock, so no living process sends."""
    with transaction(db):
        db.execute(
            f"UPDATE alert_messages SET given_up_at = ? WHERE {WAITING} "
            "AND sending_since IS NOT NULL AND interrupted > 0",
            [utc_text(now)],
        )
        db.execute(
            "UPDATE alert_messages SET sending_since = NULL, interrupted = interrupted + 1, "
            "last_error = 'cut off while it was sent: it may have arrived' "
            "WHERE sending_since IS NOT NULL"
        )


def _messages(db: Database, wanted: str, **values: str | None) -> list[Outgoing]:
    rows = db.execute(
        "SELECT id, subscription, target, events, title, body, created_at, due_at, tries, "
        f"interrupted, sending_since, last_error, sent_at, given_up_at FROM alert_messages "
        f"WHERE {wanted}",
        values,
    )
    return [Outgoing(*(*row[:3], tuple(json.loads(row[3])), *row[4:])) for row in rows]
