"""The front page: what is new since one last looked, or what a night found."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from storage.db.connection import Database
from storage.events.ledger import EVENT_KINDS
from storage.events.paging import (
    Window,
    counts,
    event_ids,
    newest_event,
    newest_nights,
    window_of_night,
)
from storage.reasons import gettext_noop
from storage.runs.sites import site_titles
from tinwatch.web.components.event_list import PAGE, lines
from tinwatch.web.components.parameters import PageNumber
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import bad_request, not_found
from tinwatch.web.rendering import YEAR_SECONDS, render

router = APIRouter(include_in_schema=False)
COOKIE = "tinwatch_seen"  # id of the last event that one has seen
NIGHTS = 40  # that can be chosen
SHORT = 8  # lines of a kind, until one asks for all
# Trouble of sites first, then what must not be missed.
ORDER = ("outage", "domain_moved", "redesign", "silent", "recovered", "removed", "edited",
         "restored", "moved", "reposted", "new", "story_merged", "story_split")  # fmt: skip


@router.get("/")
def new(
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
    nights = newest_nights(db, NIGHTS)
    seen = request.cookies.get(COOKIE, "")
    if not (night or since or seen.isdecimal()) and nights:
        night = nights[0].name  # a first visit: everything would be too much
    newest = newest_event(db)
    window = _window(db, newest, since or seen, night, site)
    found = counts(db, window)
    totals: Counter[str] = Counter()
    for (_, each), number in found.items():
        totals[each] += number
    shown = [each for each in ORDER if totals[each] and kind in ("", each)]
    most = PAGE if kind else SHORT
    sections = {
        each: lines(db, event_ids(db, window, each, most=most, skip=(page - 1) * most))
        for each in shown
    }
    return render(
        request,
        "new.html",
        sections=sections,
        totals=totals,
        by_site=_by_site(found),
        kinds=[each for each in ORDER if totals[each]],
        titles=site_titles(db),
        nights=nights,
        night=night,
        site=site,
        kind=kind,
        page=page,
        more=bool(kind) and page * PAGE < totals[kind],
        newest=newest,
    )


def _window(db: Database, newest: int, since: str, night: str, site: str) -> Window:
    if night:
        try:
            return window_of_night(db, night, site)
        except KeyError as error:
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
def mark_seen(event: Annotated[int, Form(ge=0)]) -> Response:
    """All events up to the one that the page knew as the newest."""
    answer = RedirectResponse("/", 303)
    answer.set_cookie(COOKIE, str(event), max_age=YEAR_SECONDS, httponly=True, samesite="lax")
    return answer
