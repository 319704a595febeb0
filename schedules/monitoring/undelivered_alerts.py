"""Alerts that do not arrive, as findings of the home's health."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from schedules.monitoring.findings import Finding, Level
from storage.db.connection import Database, from_utc_text
from storage.events.alert_outbox import Outgoing, given_up, waiting

TOLD_FOR = timedelta(days=7)  # so long a message that was given up is told
LATE = timedelta(hours=6)  # one that waits longer is worth a look
REMEDY = "tinwatch alert --list, then tinwatch alert --test {}"


def undelivered(db: Database, now: datetime) -> Iterator[Finding]:
    """One finding for each subscription whose messages were given up or wait for long."""
    lost = given_up(db, now - TOLD_FOR)
    late = [m for m in waiting(db) if m.tries and from_utc_text(m.created_at) < now - LATE]
    for name in sorted({m.subscription for m in lost}):
        yield _finding(name, "were given up", [m for m in lost if m.subscription == name])
    for name in sorted({m.subscription for m in late}):
        yield _finding(name, "do not arrive", [m for m in late if m.subscription == name])


def _finding(name: str, what: str, messages: list[Outgoing]) -> Finding:
    level: Level = "trouble" if what == "were given up" else "warning"
    words = f"{len(messages)} of the messages to {name!r} {what}: {messages[-1].last_error}"
    return Finding("", "alerts", level, words, REMEDY.format(repr(name)))
