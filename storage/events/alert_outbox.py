"""The alert outbox (transactional outbox pattern): messages are stored before they are sent.

A message and the cursor of its subscription are written in one transaction, so no event is lost
or enqueued twice. The sender holds the home's work lock "alert".
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from storage.db.connection import transaction, utc_text
from storage.events.ledger import newest_event
from storage.messages.reasons_alerts import AlertsReason
from storage.reasons import Reason

RETENTION = timedelta(days=90)
UNDELIVERED = "sent_at IS NULL AND given_up_at IS NULL"


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message to one delivery target of a subscription.

    Times are UTC text. `target` is the 1-based index of the target in the subscription.
    """

    id: int
    subscription: str
    target: int
    events: tuple[int, ...]
    title: str
    body: str
    created_at: str
    due_at: str
    tries: int
    last_error: str | None
    sent_at: str | None
    given_up_at: str | None


def cursor_of(db: Database, subscription: str) -> int | None:
    """Return the last event id processed for a subscription, or None if it is new."""
    query = "SELECT event FROM alert_cursors WHERE subscription = ?"
    row = db.execute(query, [subscription]).fetchone()
    return int(row[0]) if row else None


def sync_cursors(db: Database, subscriptions: Collection[str], now: datetime) -> None:
    """Create cursors for new subscriptions at the end of the ledger. Delete those of removed ones.

    Undelivered messages of removed subscriptions are given up.
    """
    names, moment = json.dumps(sorted(subscriptions)), utc_text(now)
    with transaction(db):
        db.execute(
            "INSERT INTO alert_cursors SELECT value, ?, ? FROM json_each(?) WHERE true "
            "ON CONFLICT (subscription) DO NOTHING",
            [newest_event(db), moment, names],
        )
        is_removed = "subscription NOT IN (SELECT value FROM json_each(?))"
        db.execute(f"DELETE FROM alert_cursors WHERE {is_removed}", [names])
        db.execute(
            "UPDATE alert_messages SET given_up_at = ?, last_error = ? "
            f"WHERE {UNDELIVERED} AND {is_removed}",
            [moment, Reason(AlertsReason.SUBSCRIPTION_REMOVED).to_json(), names],
        )


def delete_old_messages(db: Database, now: datetime) -> None:
    """Delete messages that were delivered or given up more than RETENTION ago."""
    with transaction(db):
        db.execute(
            "DELETE FROM alert_messages WHERE coalesce(sent_at, given_up_at) < ?",
            [utc_text(now - RETENTION)],
        )


def enqueue_message(
    db: Database,
    subscription: str,
    targets: int,
    message: tuple[str, str] | None,
    events: Sequence[int],
    last_event: int,
    now: datetime,
) -> None:
    """Enqueue a message (title and body) for each target and move the cursor, in one transaction.

    If `message` is None, only move the cursor.
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
            [last_event, moment, subscription],
        )


def waiting(db: Database, now: datetime | None = None) -> list[OutgoingMessage]:
    """Return undelivered messages, oldest first; with `now` only those that are due."""
    due = "" if now is None else "AND due_at <= :now"
    return _messages(db, f"{UNDELIVERED} {due} ORDER BY id", now=utc_text(now) if now else None)


def given_up(db: Database, since: datetime) -> list[OutgoingMessage]:
    """Return messages that were given up since then, oldest first."""
    return _messages(db, "given_up_at >= :since ORDER BY id", since=utc_text(since))


def last_sent(db: Database, subscription: str) -> OutgoingMessage | None:
    """Return the last delivered message of a subscription."""
    messages = _messages(
        db, "subscription = :s AND sent_at IS NOT NULL ORDER BY id DESC LIMIT 1", s=subscription
    )
    return messages[0] if messages else None


def mark_sending(db: Database, message: int, now: datetime) -> None:
    """Mark a message as being sent, before sending: after a crash its delivery is uncertain."""
    _update(db, message, "sending_since = ?, tries = tries + 1", utc_text(now))


def mark_sent(db: Database, message: int, now: datetime) -> None:
    _update(db, message, "sending_since = NULL, sent_at = ?", utc_text(now))


def mark_failed(db: Database, message: int, error: Reason, due: datetime) -> None:
    """Record a failed attempt. The message is retried at `due`."""
    changes = "sending_since = NULL, last_error = ?, due_at = ?"
    _update(db, message, changes, error.to_json(), utc_text(due))


def give_up(db: Database, message: int, error: Reason, now: datetime) -> None:
    changes = "sending_since = NULL, last_error = ?, given_up_at = ?"
    _update(db, message, changes, error.to_json(), utc_text(now))


def _update(db: Database, message: int, changes: str, *values: str) -> None:
    with transaction(db):
        db.execute(f"UPDATE alert_messages SET {changes} WHERE id = ?", [*values, message])


def mark_interrupted(db: Database, now: datetime) -> None:
    """Requeue messages that a dead process was sending; give up those interrupted twice.

    Such a message may have been delivered. The caller holds the lock, so no live process sends.
    """
    with transaction(db):
        db.execute(
            f"UPDATE alert_messages SET given_up_at = ? WHERE {UNDELIVERED} "
            "AND sending_since IS NOT NULL AND interrupted > 0",
            [utc_text(now)],
        )
        db.execute(
            "UPDATE alert_messages SET sending_since = NULL, interrupted = interrupted + 1, "
            "last_error = ? WHERE sending_since IS NOT NULL",
            [Reason(AlertsReason.INTERRUPTED).to_json()],
        )


def _messages(db: Database, condition: str, **values: str | None) -> list[OutgoingMessage]:
    rows = db.execute(
        "SELECT id, subscription, target, events, title, body, created_at, due_at, tries, "
        f"last_error, sent_at, given_up_at FROM alert_messages WHERE {condition}",
        values,
    )
    return [OutgoingMessage(*(*row[:3], tuple(json.loads(row[3])), *row[4:])) for row in rows]
