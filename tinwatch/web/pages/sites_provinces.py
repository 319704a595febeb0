"""Sites and provinces: what there is of each, day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from crawlers.registry import all_sites
from crawlers.spider import SiteSpider
from storage.db.connection import Database
from storage.events.daily_counts import (
    articles_a_day,
    events_a_day,
    newest_articles,
    newest_day,
    site_sums,
)
from storage.events.paging import newest_events_of_site
from storage.provinces.lookup import formers_of, present, present_provinces
from storage.reasons import gettext_noop
from storage.runs.site_status import run_volumes, site_states
from storage.runs.sites import site_titles
from storage.timezone import VIETNAM
from tinwatch.web.components.charts import calendar, level, volume_chart
from tinwatch.web.components.event_list import lines
from tinwatch.web.components.province_label import place
from tinwatch.web.components.province_map import tile_map
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import not_found
from tinwatch.web.rendering import render

router = APIRouter(include_in_schema=False)
RUNS = 60  # that the chart of a site shows
SHOWN = 20  # newest articles, and events
Year = Annotated[int | None, Query(ge=1990, le=2200)]


@router.get("/sites")
def sites(request: Request, db: ReadDatabase) -> Response:
    states = site_states(db)
    watched = {state.site for state in states}
    return render(
        request,
        "sites.html",
        states=states,
        sums=site_sums(db),
        places={s.site: place(s.province) for s in states},
        unread=[site for name, site in all_sites().items() if name not in watched],
    )


@router.get("/sites/{name}")
def site(
    request: Request, db: ReadDatabase, name: str, year: Year = None, day: date | None = None
) -> Response:
    states = site_states(db, [name])
    module = all_sites().get(name)
    if not states and module is None:
        raise not_found(gettext_noop("No such site."))
    return render(
        request,
        "site.html",
        site_name=name,
        title=states[0].title if states else module.title if module else name,
        state=states[0] if states else None,
        module=_module_facts(module),
        province=place(states[0].province if states else module.province if module else ""),
        sum=site_sums(db, [name]).get(name),
        volume=volume_chart(run_volumes(db, name, RUNS)),
        events=lines(db, newest_events_of_site(db, name, SHOWN)),
        **_days(db, [name], year, day),
    )


@router.get("/provinces")
def provinces(request: Request, db: ReadDatabase) -> Response:
    sums = site_sums(db)
    sites_of: dict[str, list[str]] = {}
    for state in site_states(db):
        sites_of.setdefault(state.province, []).append(state.site)
    rows = []
    for one in present_provinces():
        names = [name for former in one.formers for name in sites_of.get(former, [])]
        articles = sum(sums[name].articles for name in names if name in sums)
        rows.append((one, formers_of(one.slug), len(names), articles))
    most = max(articles for *_, articles in rows)
    said = {o.slug: (str(n), level(n, most)) for o, _, _, n in rows if n}
    return render(request, "provinces.html", rows=rows, map=tile_map(said))


@router.get("/provinces/{slug}")
def province(
    request: Request,
    db: ReadDatabase,
    slug: str,
    former: str = "",
    year: Year = None,
    day: date | None = None,
) -> Response:
    """A present province; with `former` only what was one of its former provinces."""
    try:
        one, formers = present(slug), formers_of(slug)
    except KeyError as error:
        raise not_found(gettext_noop("No such province.")) from error
    if former and former not in one.formers:
        raise not_found(gettext_noop("No such province."))
    chosen = {former} if former else set(one.formers)
    states = [state for state in site_states(db) if state.province in chosen]
    return render(
        request,
        "province.html",
        one=one,
        formers=formers,
        former=former,
        states=states,
        sums=site_sums(db, [state.site for state in states]),
        **_days(db, [state.site for state in states], year, day),
    )


def _days(db: Database, names: Sequence[str], year: int | None, day: date | None) -> dict[str, Any]:
    """What a calendar needs: a year of it, the newest articles, and each month's events."""
    today = datetime.now(VIETNAM).date()
    shown = year or (day or newest_day(db, names, today) or today).year
    first, last = date(shown, 1, 1), date(shown, 12, 31)
    months: dict[str, Counter[str]] = {}
    for each, kinds in sorted(events_a_day(db, names, first, last).items(), reverse=True):
        months.setdefault(each[:7], Counter()).update(kinds)
    return {
        "calendar": calendar(shown, articles_a_day(db, names, first, last)),
        "articles": newest_articles(db, names, most=5 * SHOWN if day else SHOWN, day=day),
        "titles": site_titles(db),
        "day": day.isoformat() if day else "",
        "months": months,
        "month_kinds": list(dict.fromkeys(kind for found in months.values() for kind in found)),
    }


def _module_facts(module: type[SiteSpider] | None) -> dict[str, Any] | None:
    if module is None:
        return None
    return {
        "domains": module.domains,
        "retired": module.retired_domains,
        "successor": module.successor,
        "note": module.status_note,
        "platform": module.facts().platform,
        "verified": module.verified,
        "status": module.status,
        "kind": module.kind,
    }
