"""Provinces: the 34 present ones, and one with its sites and its calendar."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from storage.events.daily_counts import site_totals
from storage.provinces.lookup import formers_of, present, present_provinces
from storage.reasons import gettext_noop
from storage.runs.site_status import site_states
from tinwatch.web.addresses import root_of
from tinwatch.web.components.calendar_year import Year, calendar_year
from tinwatch.web.components.charts import shade
from tinwatch.web.components.province_map import tile_map
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import not_found
from tinwatch.web.rendering import render

router = APIRouter(include_in_schema=False)


@router.get("/provinces")
def provinces(request: Request, db: ReadDatabase) -> Response:
    sums = site_totals(db)
    sites_of: dict[str, list[str]] = {}
    for state in site_states(db):
        sites_of.setdefault(state.province, []).append(state.site)
    rows = []
    for one in present_provinces():
        names = [name for former in one.formers for name in sites_of.get(former, [])]
        articles = sum(sums[name].articles for name in names if name in sums)
        rows.append((one, formers_of(one.slug), len(names), articles))
    max_articles = max(articles for *_, articles in rows)
    labels = {o.slug: (str(n), shade(n, max_articles)) for o, _, _, n in rows if n}
    root = root_of(request)

    def link(slug: str) -> str:
        if slug not in labels:
            return f"{root}/provinces/{slug}"
        return f"{root}/search?{urlencode({'q': f'province:{slug}', 'order': 'newest'})}"

    return render(request, "provinces.html", rows=rows, map=tile_map(labels, link))


@router.get("/provinces/{slug}")
def province(
    request: Request,
    db: ReadDatabase,
    slug: str,
    former: str = "",
    year: Year = None,
    day: date | None = None,
) -> Response:
    """A present province; with `former` only the sites of that former province."""
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
        sums=site_totals(db, [state.site for state in states]),
        **calendar_year(db, [state.site for state in states], year, day),
    )
