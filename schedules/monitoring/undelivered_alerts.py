"""Alerts that do not arrive, as findings of the home's health."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from schedules.monitoring.findings import Finding, FindingCode, Severity
from storage.db.connection import Database, from_utc_text
from storage.events.alert_outbox import Outgoing, given_up, waiting
from storage.messages.reasons_monitoring import MonitoringReason, Remedy
from storage.reasons import Reason

TOLD_FOR = timedelta(days=7)  # so long a message that was given up is told
LATE = timedelta(hours=6)  # one that waits longer is worth a look


def undelivered(db: Database, now: datetime) -> Iterator[Finding]:
    """One finding for each subscription whose messages were given up or wait for long."""
    lost = given_up(db, now - TOLD_FOR)
    late = [m for m in waiting(db) if m.tries and from_utc_text(m.created_at) < now - LATE]
    for name in sorted({m.subscription for m in lost}):
        yield _finding(
            name, MonitoringReason.ALERTS_GIVEN_UP, [m for m in lost if m.subscription == name]
        )
    for name in sorted({m.subscription for m in late}):
        yield _finding(
            name, MonitoringReason.ALERTS_LATE, [m for m in late if m.subscription == name]
        )


def _finding(name: str, code: MonitoringReason, messages: list[Outgoing]) -> Finding:
    severity = Severity.error_if(code == MonitoringReason.ALERTS_GIVEN_UP)
    reason = Reason(code, number=len(messages), name=name, error=messages[-1].last_error)
    test = f"tinwatch alert --test {name!r}"
    remedy = Reason(Remedy.COMMANDS, command="tinwatch alert --list", other=test)
    return Finding("", FindingCode.ALERTS, severity, reason, remedy)
