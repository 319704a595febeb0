"""Undelivered alerts, as findings about the home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from schedules.monitoring.findings import Finding, FindingCode, Severity
from storage.db.connection import Database, from_utc_text
from storage.events.alert_outbox import OutgoingMessage, given_up, waiting
from storage.messages.reasons_monitoring import MonitoringReason, Remedy
from storage.reasons import Reason

REPORTED_FOR = timedelta(days=7)  # after a message was given up
LATE_AFTER = timedelta(hours=6)  # a message that waits longer is reported


def undelivered(db: Database, now: datetime) -> Iterator[Finding]:
    """One finding per subscription with messages that were given up or wait for too long."""
    lost = given_up(db, now - REPORTED_FOR)
    late = [m for m in waiting(db) if m.tries and from_utc_text(m.created_at) < now - LATE_AFTER]
    for code, messages in (
        (MonitoringReason.ALERTS_GIVEN_UP, lost),
        (MonitoringReason.ALERTS_LATE, late),
    ):
        for name in sorted({m.subscription for m in messages}):
            yield _finding(name, code, [m for m in messages if m.subscription == name])


def _last_error(messages: list[OutgoingMessage]) -> Reason | None:
    error = messages[-1].last_error
    return Reason.from_json(error) if error else None


def _finding(name: str, code: MonitoringReason, messages: list[OutgoingMessage]) -> Finding:
    severity = Severity.error_if(code == MonitoringReason.ALERTS_GIVEN_UP)
    reason = Reason(code, number=len(messages), name=name, error=_last_error(messages))
    test = f"tinwatch alert --test {name!r}"
    remedy = Reason(Remedy.COMMANDS, command="tinwatch alert --list", other=test)
    return Finding("", FindingCode.ALERTS, severity, reason, remedy)
