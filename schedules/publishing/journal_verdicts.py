"""Verdicts as the journal stores them, in the format of any version."""

from __future__ import annotations

from typing import Any

from schedules.gate.models import SiteEvent, Verdict
from storage.db.migrations.run_sentences import reason_of
from storage.models import EventKind
from storage.reasons import Reason
from storage.runs.verdicts import VerdictStatus


def verdict_from_journal(line: dict[str, Any]) -> Verdict:
    """Read a verdict from a journal line. Older versions wrote sentences instead of reasons."""
    reason = _reason(line["reason"]) if line["reason"] else None
    event = _site_event(line["event"]) if line["event"] else None
    return Verdict(VerdictStatus(line["name"]), reason, event)


def _site_event(data: dict[str, Any]) -> SiteEvent:
    reason = data["summary"] if "summary" in data else data["reason"]
    return SiteEvent(EventKind(data["kind"]), _reason(reason), data["detail"])


def _reason(value: dict[str, Any] | str) -> Reason:
    return Reason.from_dict(reason_of(value) if isinstance(value, str) else value)
