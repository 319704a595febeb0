"""Health: problems, the worst first, and each site's last run."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from schedules.monitoring.report import health_findings
from storage.events.daily_counts import site_totals
from storage.runs.site_status import site_states
from tinwatch.web.components.attention import sites_with_problems
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.rendering import render

router = APIRouter(include_in_schema=False)


@router.get("/health")
def health(request: Request, db: ReadDatabase) -> Response:
    found = health_findings(db, request.app.state.home, datetime.now(UTC))
    positions = {site: n for n, site in enumerate(dict.fromkeys(one.site for one in found))}
    states = site_states(db)
    problems = sites_with_problems(found, states)

    def _order(site: str) -> tuple[bool, int]:
        return site not in problems, positions.get(site, len(found))

    return render(
        request,
        "health.html",
        findings=found,
        states=sorted(states, key=lambda s: _order(s.site)),
        sums=site_totals(db),
        sites_with_problems=problems,
    )
