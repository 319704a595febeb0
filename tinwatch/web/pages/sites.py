"""Sites: all of them with their last run, and one with its calendar, runs and events."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from crawlers.registry import all_sites
from storage.articles.source_counts import site_sources
from storage.events.daily_counts import site_totals
from storage.events.paging import newest_events_of_site
from storage.reasons import gettext_noop
from storage.runs.site_status import run_volumes, site_states
from tinwatch.web.components.calendar_year import MAX_LISTED, Year, calendar_year
from tinwatch.web.components.charts import volume_chart
from tinwatch.web.components.event_list import event_lines
from tinwatch.web.components.province_label import province_label
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import not_found
from tinwatch.web.rendering import render

router = APIRouter(include_in_schema=False)
MAX_CHART_RUNS = 60


@router.get("/sites")
def sites(request: Request, db: ReadDatabase) -> Response:
    states = site_states(db)
    crawled = {state.site for state in states}
    return render(
        request,
        "sites.html",
        states=states,
        sums=site_totals(db),
        provinces={s.site: province_label(s.province) for s in states},
        never_crawled=[site for name, site in all_sites().items() if name not in crawled],
    )


@router.get("/sites/{name}")
def site(
    request: Request, db: ReadDatabase, name: str, year: Year = None, day: date | None = None
) -> Response:
    state = next(iter(site_states(db, [name])), None)
    module = all_sites().get(name)
    about = state or module
    if about is None:
        raise not_found(gettext_noop("No such site."))
    return render(
        request,
        "site.html",
        site_name=name,
        title=about.title,
        state=state,
        module=module,
        province=province_label(about.province),
        sum=site_totals(db, [name]).get(name),
        sources=site_sources(db, name),
        volume=volume_chart(run_volumes(db, name, MAX_CHART_RUNS)),
        events=event_lines(db, newest_events_of_site(db, name, MAX_LISTED)),
        **calendar_year(db, [name], year, day),
    )
