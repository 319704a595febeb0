"""A year of articles as a calendar, with the newest articles and the events of each month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Query

from storage.db.connection import Database
from storage.events.daily_counts import (
    articles_per_day,
    first_and_last_day,
    newest_articles,
    newest_day,
)
from storage.events.filtered_counts import event_counts
from storage.events.filters import EventFilter
from storage.runs.sites import site_titles
from storage.timezone import VIETNAM
from tinwatch.web.components.charts import calendar

MAX_LISTED = 20  # articles or events
MAX_LISTED_OF_DAY = 100  # articles, if one day was chosen
MIN_YEAR, MAX_YEAR = 1990, 2200
Year = Annotated[int | None, Query(ge=MIN_YEAR, le=MAX_YEAR)]


def calendar_year(
    db: Database, sites: Sequence[str], year: int | None, day: date | None
) -> dict[str, Any]:
    """Return the template variables of a calendar: the year, its articles, the months' events.

    `years`: the first and the last year to turn to.

    `year`: by default that of `day`, or of the newest article of the sites.
    """
    today = datetime.now(VIETNAM).date()
    shown = year or (day or newest_day(db, sites, today) or today).year
    first, last = date(shown, 1, 1), date(shown, 12, 31)
    months: dict[str, Counter[str]] = {}
    events = EventFilter(frozenset(sites), first_day=first, last_day=last, historical=True)
    for each, kinds in reversed(event_counts(db, events).items()):
        months.setdefault(each[:7], Counter()).update(kinds)
    limit = MAX_LISTED_OF_DAY if day else MAX_LISTED
    return {
        "calendar": calendar(shown, articles_per_day(db, sites, first, last)),
        "years": _years(db, sites, shown, today.year),
        "articles": newest_articles(db, sites, limit=limit, day=day),
        "titles": site_titles(db),
        "day": day.isoformat() if day else "",
        "months": months,
        "month_kinds": list(dict.fromkeys(kind for found in months.values() for kind in found)),
    }


def _years(db: Database, sites: Sequence[str], shown: int, present: int) -> tuple[int, int]:
    """Return the years of the oldest and the newest article, with the shown and present one."""
    days = first_and_last_day(db, sites) or ()
    years = [shown, present, *(day.year for day in days)]
    return max(min(years), MIN_YEAR), min(max(years), MAX_YEAR)
