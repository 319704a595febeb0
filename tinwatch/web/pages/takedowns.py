"""Takedowns: removed, suspect and restored articles."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from storage.checks.suspects import SuspectSummary, suspect_page
from storage.events.ledger import newest_event
from storage.events.paging import Window, event_ids
from storage.runs.sites import site_titles
from tinwatch.web.components.event_list import PAGE_EVENTS, event_lines
from tinwatch.web.components.parameters import PageNumber
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.rendering import render

router = APIRouter(include_in_schema=False)


@router.get("/takedowns")
def takedowns(
    request: Request,
    db: ReadDatabase,
    show: Literal["removed", "suspect", "restored"] = "removed",
    site: str = "",
    page: PageNumber = 1,
) -> Response:
    skip = (page - 1) * PAGE_EVENTS
    suspects: list[SuspectSummary] = []
    ids: list[int] = []
    if show == "suspect":
        suspects = suspect_page(db, site, most=PAGE_EVENTS + 1, skip=skip)
    else:
        window = Window(0, newest_event(db), None, site)
        ids = event_ids(db, window, show, limit=PAGE_EVENTS + 1, offset=skip)
    return render(
        request,
        "takedowns.html",
        show=show,
        site=site,
        titles=site_titles(db),
        lines=event_lines(db, ids[:PAGE_EVENTS]),
        suspects=suspects[:PAGE_EVENTS],
        page=page,
        more=max(len(ids), len(suspects)) > PAGE_EVENTS,
    )
