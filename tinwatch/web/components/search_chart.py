"""Numbers of hits over time: one query by itself, by site or province, or beside another query."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fastapi import Request

from storage.provinces.lookup import present_provinces
from storage.search.counts import Group, Unit
from tinwatch.reports.query_counts import QueryCounts
from tinwatch.web.components.time_chart import TimeChart, time_chart
from tinwatch.web.rendering import here

MAX_ROWS = 12  # groups in the chart; the files have all


def left_out(counted: QueryCounts) -> int:
    """Return the number of groups that the chart has no room for."""
    return max(sum(len(each.groups) for each in counted.counts.values()) - MAX_ROWS, 0)


def counts_chart(
    request: Request,
    counted: QueryCounts,
    titles: Mapping[str, str],
    unit: Unit,
    group: Group | None,
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
