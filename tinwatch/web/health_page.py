"""Health: of each site whether its runs go well, since when not, and why."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from storage.calendar import site_sums
from storage.site_state import SiteState, site_states
from tinwatch.web.databases import ReadDatabase
from tinwatch.web.templates import render

router = APIRouter(include_in_schema=False)
WELL = ("passed", "released")


@router.get("/health")
def health(request: Request, db: ReadDatabase) -> Response:
    states = sorted(site_states(db), key=_weight)
    return render(
        request,
        "health.html",
        states=states,
        sums=site_sums(db),
        in_trouble=[state for state in states if _weight(state)[0] == 0],
    )


def _weight(state: SiteState) -> tuple[int, str]:
    """Trouble of a site that is watched first; then by name."""
    trouble = state.status == "live" and (state.verdict not in WELL or bool(state.held))
    return (0 if trouble else 1, state.site)
