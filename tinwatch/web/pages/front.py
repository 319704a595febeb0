"""The front page: new events since the last visit, or those of a nightly batch."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from storage.db.connection import Database
from storage.events.ledger import EVENT_KINDS, newest_event
from storage.events.paging import Window, counts, event_ids, newest_batches, window_of_batch
from storage.messages.reasons_lookups import NotFound
from storage.models import EventKind
from storage.reasons import gettext_noop
from storage.runs.sites import site_titles
from tinwatch.web.addresses import redirect
from tinwatch.web.components.event_list import PAGE_EVENTS, event_lines
from tinwatch.web.components.parameters import PageNumber
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import bad_request, not_found
from tinwatch.web.rendering import YEAR_SECONDS, render

router = APIRouter(include_in_schema=False)
COOKIE = "tinwatch_seen"  # id of the newest event that the user has marked as seen
MAX_LISTED_BATCHES = 40
MAX_EVENTS_PER_KIND = 8  # unless one kind is chosen
# Problems of sites first, then the kinds by importance.
KIND_ORDER = (
    EventKind.OUTAGE,
    EventKind.DOMAIN_MOVED,
    EventKind.REDESIGN,
    EventKind.SILENT,
    EventKind.RECOVERED,
    EventKind.REMOVED,
    EventKind.EDITED,
    EventKind.RESTORED,
    EventKind.MOVED,
    EventKind.REPOSTED,
    EventKind.NEW,
    EventKind.CORRECTED,
    EventKind.STORY_MERGED,
    EventKind.STORY_SPLIT,
)


@router.get("/")
def front(
    request: Request,
    db: ReadDatabase,
    since: str = "",
    night: str = "",
    site: str = "",
    kind: str = "",
    page: PageNumber = 1,
) -> Response:
    if kind and kind not in EVENT_KINDS:
        raise bad_request(
            gettext_noop("Invalid value for {name}: {why}"), name="kind", why=", ".join(EVENT_KINDS)
        )
    batches = newest_batches(db, MAX_LISTED_BATCHES)
    seen = request.cookies.get(COOKIE, "")
    if not (night or since or seen.isdecimal()) and batches:
        night = batches[0].name  # first visit
    newest = newest_event(db)
    window = _window(db, newest, since or seen, night, site)
    found = counts(db, window)
    totals: Counter[str] = Counter()
    for (_, each), number in found.items():
        totals[each] += number
    shown = [each for each in KIND_ORDER if totals[each] and kind in ("", each)]
    limit = PAGE_EVENTS if kind else MAX_EVENTS_PER_KIND
    sections = {
        each: event_lines(db, event_ids(db, window, each, limit=limit, offset=(page - 1) * limit))
        for each in shown
    }
    return render(
        request,
        "front.html",
        sections=sections,
        totals=totals,
        by_site=_by_site(found),
        kinds=[each for each in KIND_ORDER if totals[each]],
        titles=site_titles(db),
        batches=batches,
        night=night,
        site=site,
        kind=kind,
        page=page,
        more=bool(kind) and page * PAGE_EVENTS < totals[kind],
        newest=newest,
    )


def _window(db: Database, newest: int, since: str, night: str, site: str) -> Window:
    if night:
        try:
            return window_of_batch(db, night, site)
        except NotFound as error:
            raise not_found(gettext_noop("No such nightly batch.")) from error
    if since and not (since.isdecimal() and len(since) < 19):
        raise bad_request(gettext_noop("Invalid value for {name}: {why}"), name="since", why=since)
    return Window(int(since or 0), newest, None, site)


def _by_site(found: dict[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    rows: dict[str, dict[str, int]] = {}
    for (site, kind), number in sorted(found.items()):
        rows.setdefault(site, {})[kind] = number
    return rows


@router.post("/seen")
def mark_seen(request: Request, event: Annotated[int, Form(ge=0)]) -> Response:
    """Mark all events up to the newest one of the page as seen."""
    response = redirect(request, "/")
    response.set_cookie(COOKIE, str(event), max_age=YEAR_SECONDS, httponly=True, samesite="lax")
    return response
