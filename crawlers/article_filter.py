"""The filter of articles as users write it: a query, sites, provinces and a period."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from crawlers.province_filter import Names, chosen_provinces
from crawlers.registry import check_site, site_modules
from storage.periods import parse_days
from storage.search.parser import Filter, Query, parse_query, with_filters
from storage.search.query_ast import And


def parse_article_query(text: str) -> Query:
    """Parse a query, in which a site may be one that this home does not have. Raise QueryError."""
    return parse_query(text, site_modules())


def published_query(
    text: str | None, first: str | date | None = None, last: str | date | None = None
) -> Query | None:
    """Return the query restricted to a period of publication; None without both.

    Raise InputError.
    """
    query = parse_article_query(text) if text is not None else None
    return narrowed(query, first=first, last=last) if first or last else query


def narrowed(
    query: Query | None,
    *,
    sites: Iterable[str] = (),
    province: Names | None = None,
    former_province: Names | None = None,
    first: str | date | None = None,
    last: str | date | None = None,
    stored_sites: Collection[str] = (),
) -> Query:
    """Return the query restricted by the other filters. None matches every article.

    Args:
        first, last: periods of publication; an article without a printed date counts on the day
            on which it was first seen
        stored_sites: names that are valid even without a site module

    Raise InputError for an impossible value, NotFound for an unknown site or province.
    """
    filters = []
    names = tuple(sites)
    for name in names:
        if name not in stored_sites:
            check_site(name)
    if names:
        filters.append(Filter("site", names, checked=True))
    provinces = chosen_provinces(province or None, former_province or None)
    if provinces is not None:
        filters.append(Filter("provinces", tuple(sorted(provinces))))
    first_day, last_day = parse_days(first, last)
    if first_day is not None:
        filters.append(Filter("from", (first_day.isoformat(),)))
    if last_day is not None:
        filters.append(Filter("to", (last_day.isoformat(),)))
    return with_filters(query, *filters) if query else Query("", And(tuple(filters)))
