"""Numbers of hits over time: one query by itself, by site or province, or beside another query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import Request

from storage.db.connection import Database
from storage.provinces.lookup import present_provinces
from storage.search.counts import ArticleCounts, Group, Unit, all_periods, count_articles
from storage.search.query_ast import Query
from tinwatch.web.components.time_chart import TimeChart, time_chart
from tinwatch.web.rendering import here

MAX_ROWS = 12  # groups in the chart; the files have all
COLUMNS = ("query", "first", "last", "group", "articles")  # as tinwatch count --csv has them
CountRow = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts of each query, over the same periods."""

    counts: dict[str, ArticleCounts]

    @property
    def left_out(self) -> int:
        """Number of groups that the chart has no room for."""
        return max(sum(len(each.groups) for each in self.counts.values()) - MAX_ROWS, 0)

    def rows(self) -> list[CountRow]:
        """Return the rows of COLUMNS."""
        return [
            dict(zip(COLUMNS, (text, first, last, group or None, number), strict=True))
            for text, counted in self.counts.items()
            for first, last, group, number in counted.rows()
        ]


def count_queries(
    db: Database, queries: Mapping[str, Query], unit: Unit, group: Group | None
) -> Counted:
    """Count the articles of each query. Raise QueryError for an unknown site."""
    counts = {text: count_articles(db, query, unit, group) for text, query in queries.items()}
    periods = all_periods((p for each in counts.values() for p in each.periods), unit)
    return Counted({text: each.within(periods) for text, each in counts.items()})


def counts_chart(
    request: Request, counted: Counted, titles: Mapping[str, str], unit: Unit, group: Group | None
) -> TimeChart | None:
    """Return the chart; its bars lead to their articles. `titles`: of sites."""
    names = {one.slug: one.name for one in present_provinces()} if group == "province" else titles
    series: dict[str, dict[str, int]] = {}
    shown: dict[str, tuple[str, str]] = {}  # series -> query and group
    for text, counts in counted.counts.items():
        for name, numbers in list(counts.groups.items())[:MAX_ROWS]:
            key = f"{'group' if group else ''}{len(series) + 1}"  # numbers have colours
            shown[key] = (text, name)
            series[key] = dict(zip(map(date.isoformat, counts.periods), numbers, strict=True))

    def link(key: str, first: str, last: str) -> str:
        text, name = shown[key]
        parameters: dict[str, object] = {"q": text, "from": first, "to": last}
        if group:
            parameters[group] = name
        return here(request, {**parameters, "view": None, "compare": None, "page": None})

    labels = {
        key: " · ".join(filter(None, [text if len(counted.counts) > 1 or not name else "",
                                      names.get(name, name)]))
        for key, (text, name) in shown.items()
    }  # fmt: skip
    return time_chart(series, labels, link, unit=unit, common_scale=True)
