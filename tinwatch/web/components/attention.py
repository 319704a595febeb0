"""What needs attention: sites with a problem, articles that are missing, events to review."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from fastapi import Request

from schedules.monitoring.findings import Finding
from schedules.monitoring.report import health_findings
from storage.db.connection import Database
from storage.events.filters import EventFilter
from storage.events.review_queue import review_counts
from storage.events.suspect_list import count_suspects
from storage.runs.site_status import SiteState, site_states
from storage.runs.verdicts import ACCEPTED

KEPT_SECONDS = 60  # how long the findings of the front page are used: a run changes them, at night


@dataclass(frozen=True, slots=True)
class Attention:
    """Numbers for the strip of the front page.

    Attributes:
        sites: with a problem, by name
    """

    sites: tuple[str, ...]
    suspects: int
    to_review: int


def attention(request: Request, db: Database, event_filter: EventFilter) -> Attention:
    """Return what needs attention. `event_filter`: the sites that count, of all problems.

    What captures of the past show needs none: it is of another time.
    """
    recent = replace(event_filter, historical=False)
    problems = sites_with_problems(_recent_findings(request, db), site_states(db))
    return Attention(
        tuple(sorted(problems)),
        count_suspects(db, recent),
        review_counts(db, recent)[""],
    )


def sites_with_problems(findings: list[Finding], states: list[SiteState]) -> set[str]:
    """Return the sites with a finding, and live ones whose last run did not pass."""
    found = {state.site for state in states if _has_problem(state)}
    return found | {finding.site for finding in findings if finding.site}


def _has_problem(state: SiteState) -> bool:
    """Return whether a live site's last run did not pass, or has pending events."""
    return state.status == "live" and (state.verdict not in ACCEPTED or bool(state.held))


def _recent_findings(request: Request, db: Database) -> list[Finding]:
    state = request.app.state
    made, findings = getattr(state, "findings", (0.0, None))
    if findings is None or time.monotonic() - made > KEPT_SECONDS:
        findings = health_findings(db, state.home, datetime.now(UTC))
        state.findings = (time.monotonic(), findings)
    return list(findings)
