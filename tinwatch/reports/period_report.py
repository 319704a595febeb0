"""The report of a period: its events by kind and site, as data and as text."""

from __future__ import annotations

from typing import Any

from rich.rule import Rule

from storage.db.connection import Database
from storage.events.filters import EventFilter, matching_events
from tinwatch.reports.nightly_report import (
    REPORTED_KINDS,
    event_row,
    kind_totals,
    print_events,
    totals_text,
)
from tinwatch.terminal.console import out
from tinwatch.terminal.messages import gettext


def period_report(db: Database, chosen: EventFilter) -> dict[str, Any]:
    """Return the events that match: {from, to, totals, sites}; from and to are days or null."""
    sites: dict[str, list[dict[str, Any]]] = {}
    for event in matching_events(db, chosen):
        sites.setdefault(event.site, []).append(event_row(db, event))
    return {
        "from": chosen.first_day and chosen.first_day.isoformat(),
        "to": chosen.last_day and chosen.last_day.isoformat(),
        "totals": kind_totals(event["kind"] for events in sites.values() for event in events),
        "sites": [{"site": site, "events": events} for site, events in sorted(sites.items())],
    }


def print_period_report(report: dict[str, Any], chosen: EventFilter) -> None:
    first, last = chosen.first_day, chosen.last_day
    shown = [f"{day:%d/%m/%Y}" if day else "..." for day in (first, last)]
    title = gettext("Events from {first} to {last}", first=shown[0], last=shown[1])
    out.print(Rule(f"[bold]{title}[/]", align="left"))
    out.print(totals_text(report["totals"]) or gettext("no events match"))
    days = (("--from", report["from"]), ("--to", report["to"]))
    period = " ".join(f"{option} {day}" for option, day in days if day)
    for kind in REPORTED_KINDS:
        print_events(kind, report["sites"], period)
