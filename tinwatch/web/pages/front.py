"""The front page: new events since the last visit, or those of a nightly batch.

Events of the past, which an import shows, are on the other pages.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from crawlers.event_filter import parse_event_filter
from storage.db.connection import Database
from storage.events.filtered_counts import (
    CHANGE_KINDS,
    changes_by_site,
    event_counts,
    last_event_day,
    totals,
)
from storage.events.filters import EventFilter
from storage.events.ledger import EVENT_KINDS, newest_event
from storage.events.listing import filtered_sites
from storage.events.paging import Window, counts, event_ids, newest_batches, window_of_batch
from storage.messages import label
from storage.messages.reasons_lookups import NotFound
from storage.models import EventKind
from storage.provinces.lookup import province_now
from storage.reasons import gettext_noop
from storage.runs.sites import site_names, site_provinces, site_titles
from tinwatch.web.addresses import redirect, root_of
from tinwatch.web.components.attention import attention
from tinwatch.web.components.charts import shade
from tinwatch.web.components.event_list import PAGE_EVENTS, event_lines
from tinwatch.web.components.parameters import PageNumber
from tinwatch.web.components.province_label import province_choices
from tinwatch.web.components.province_map import TileMap, tile_map
from tinwatch.web.components.time_chart import TimeChart, time_chart
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import bad_request, not_found
from tinwatch.web.rendering import here, language, render, set_preference

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


TREND_DAYS = 364  # 52 weeks
TREND_KINDS = frozenset(map(str, (*CHANGE_KINDS, EventKind.NEW)))


@router.get("/")
def front(
    request: Request,
    db: ReadDatabase,
    since: str = "",
    night: str = "",
    site: str = "",
    province: str = "",
    kind: str = "",
    page: PageNumber = 1,
) -> Response:
    if kind and kind not in EVENT_KINDS:
        raise bad_request(
            gettext_noop("Invalid value for {name}: {why}"), name="kind", why=", ".join(EVENT_KINDS)
        )
    chosen = _chosen_sites(db, site, province)
    batches = newest_batches(db, MAX_LISTED_BATCHES)
    seen = request.cookies.get(COOKIE, "")
    if not (night or since or seen.isdecimal()) and batches:
        night = batches[0].name  # first visit
    newest = newest_event(db)
    sites = tuple(filtered_sites(db, chosen)) if province else None
    window = _window(db, newest, since or seen, night, site, sites)
    found = counts(db, window)
    sums: Counter[str] = Counter()
    for (_, each), number in found.items():
        sums[each] += number
    shown = [each for each in KIND_ORDER if sums[each] and kind in ("", each)]
    limit = PAGE_EVENTS if kind else MAX_EVENTS_PER_KIND
    sections = {
        each: event_lines(
            db,
            event_ids(db, window, each, limit=limit, offset=(page - 1) * limit),
            excerpts=True,
        )
        for each in shown
    }
    return render(
        request,
        "front.html",
        sections=sections,
        totals=sums,
        by_site=_by_site(found),
        kinds=[each for each in KIND_ORDER if sums[each]],
        titles=site_titles(db),
        batches=batches,
        night=night,
        site=site,
        province=province,
        provinces=province_choices()["provinces"],
        attention=attention(request, db, chosen),
        trend=_trend(request, db, chosen),
        map=_map(request, db),
        kind=kind,
        page=page,
        more=bool(kind) and page * PAGE_EVENTS < sums[kind],
        newest=newest,
    )


def _chosen_sites(db: Database, site: str, province: str) -> EventFilter:
    """Return the filter of the chosen site and province. Raise PageError(400)."""
    sites = [site] if site else []
    try:
        return parse_event_filter(sites=sites, province=province, stored_sites=site_names(db))
    except NotFound as error:
        raise bad_request(error.reason) from error


def _trend(request: Request, db: Database, chosen: EventFilter) -> TimeChart | None:
    """Return the chart of the TREND_DAYS up to the newest event."""
    last = last_event_day(db)
    if last is None:
        return None
    first = last - timedelta(TREND_DAYS - 1)
    counts = event_counts(db, replace(chosen, first_day=first, last_day=last, kinds=TREND_KINDS))
    kinds = [kind for kind in map(str, KIND_ORDER) if totals(counts)[kind]]
    locale = language(request)
    series = {kind: {day: found[kind] for day, found in counts.items()} for kind in kinds}

    def link(kind: str, first: str, last: str) -> str:
        parameters = {"kind": kind, "from": first, "to": last, **_chosen(request)}
        return f"{root_of(request)}/changes?{urlencode(parameters)}"

    titles = {kind: label("event_kind", kind, locale) for kind in kinds}
    return time_chart(series, titles, link, first=first, last=last, unit="week", max_ticks=3)


def _chosen(request: Request) -> dict[str, str]:
    names = ("site", "province")
    return {name: value for name in names if (value := request.query_params.get(name, ""))}


def _map(request: Request, db: Database) -> TileMap:
    """Return the map of edits and takedowns of the same days, a filter of the page."""
    last = last_event_day(db)
    numbers: Counter[str] = Counter()
    if last is not None:
        province_of = site_provinces(db)
        first = last - timedelta(TREND_DAYS - 1)
        for name, number in changes_by_site(db, first, last).items():
            numbers[province_now(province_of.get(name, "")) or ""] += number
    most = max(numbers.values(), default=0)
    labels = {slug: (str(n), shade(n, most)) for slug, n in numbers.items() if n}
    return tile_map(labels, lambda slug: here(request, {"province": slug, "page": None}))


def _window(
    db: Database,
    newest: int,
    since: str,
    night: str,
    site: str,
    sites: tuple[str, ...] | None,
) -> Window:
    if night:
        try:
            return window_of_batch(db, night, site, sites)
        except NotFound as error:
            raise not_found(gettext_noop("No such nightly batch.")) from error
    if since and not (since.isdecimal() and len(since) < 19):
        raise bad_request(gettext_noop("Invalid value for {name}: {why}"), name="since", why=since)
    return Window(int(since or 0), newest, None, site, sites, historical=False)


def _by_site(found: dict[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    rows: dict[str, dict[str, int]] = {}
    for (site, kind), number in sorted(found.items()):
        rows.setdefault(site, {})[kind] = number
    return rows


@router.post("/seen")
def mark_seen(request: Request, event: Annotated[int, Form(ge=0)]) -> Response:
    """Mark all events up to the newest one of the page as seen."""
    response = redirect(request, "/")
    set_preference(request, response, COOKIE, str(event))
    return response
