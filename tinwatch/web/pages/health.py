"""Health: what is not well, the worst first, and of each site how its last run went."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from schedules.monitoring.report import health_items
from storage.events.daily_counts import site_sums
from storage.runs.site_status import SiteState, site_states
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.rendering import render

router = APIRouter(include_in_schema=False)
WELL = ("passed", "released")


@router.get("/health")
def health(request: Request, db: ReadDatabase) -> Response:
    found = health_items(db, request.app.state.home, datetime.now(UTC))
    places = {site: n for n, site in enumerate(dict.fromkeys(one.site for one in found))}
    states = site_states(db)
    ill = {state.site for state in states if _went_ill(state)} | (places.keys() - {""})
    return render(
        request,
        "health.html",
        findings=found,
        states=sorted(states, key=lambda s: (s.site not in ill, places.get(s.site, len(found)))),
        sums=site_sums(db),
        in_trouble=ill,
    )


def _went_ill(state: SiteState) -> bool:
    """The last run of a site that is watched was not believed, or events wait under it."""
    return state.status == "live" and (state.verdict not in WELL or bool(state.held))
