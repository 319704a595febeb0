"""Pending events: what held runs and runs without a verdict found, before it is published."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from storage.events.pending import pending_counts, pending_page
from storage.messages.reasons_lookups import LookupReason
from storage.reasons import Reason
from storage.runs.sites import site_titles
from tinwatch.web.components.active_filters import active_filters
from tinwatch.web.components.event_list import PAGE_EVENTS
from tinwatch.web.components.event_query import Names, OptionalId
from tinwatch.web.components.parameters import MAX_ID
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import bad_request
from tinwatch.web.rendering import render

router = APIRouter(include_in_schema=False)


class PendingQuery(BaseModel, extra="forbid"):
    """The sites, and the last event of the page before."""

    site: Names = []
    after: OptionalId = Field(None, ge=1, le=MAX_ID)
    lang: str = ""


@router.get("/pending")
def pending(
    request: Request, db: ReadDatabase, query: Annotated[PendingQuery, Query()]
) -> Response:
    titles = site_titles(db)
    for name in query.site:
        if name not in titles:
            raise bad_request(Reason(LookupReason.NO_SITE, site=name))
    waiting = pending_page(db, query.site, limit=PAGE_EVENTS + 1, before=query.after)
    counts = pending_counts(db)
    return render(
        request,
        "pending.html",
        query=query,
        titles=titles,
        waiting=waiting[:PAGE_EVENTS],
        number=sum(n for site, n in counts.items() if not query.site or site in query.site),
        following_position=waiting[PAGE_EVENTS - 1].event.id if len(waiting) > PAGE_EVENTS else "",
        active=active_filters(request, titles),
    )
