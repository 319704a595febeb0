"""The conditions of a filter as a page shows them: each with an address without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request

from storage.messages import gettext, label
from storage.provinces.lookup import former_provinces, present_provinces
from storage.reasons import gettext_noop
from storage.timezone import day_first
from tinwatch.web.rendering import COMPLETE, language

_NAMES = {
    "from": gettext_noop("From"),
    "to": gettext_noop("To"),
    "kind": gettext_noop("Event"),
    "class": gettext_noop("Class of edit"),
    "site": gettext_noop("Site"),
    "province": gettext_noop("Province"),
    "former_province": gettext_noop("Former province"),
    "min_priority": gettext_noop("Minimum priority"),
    "text": gettext_noop("Text"),
    "run": gettext_noop("Run"),
    "past": gettext_noop("Events of the past"),
}

_YES = ("1", "true", "on", "yes")
_PAST = {True: gettext_noop("shown"), False: gettext_noop("not shown")}
UNSHOWN = ("after", "undo", COMPLETE)  # they belong to one page of the list


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A condition, and the address of the page without it."""

    name: str
    value: str
    without: str


def active_filters(request: Request, titles: Mapping[str, str]) -> list[ActiveFilter]:
    """Return the conditions of the request's query. `titles`: of sites."""
    locale = language(request)
    items = [item for item in request.query_params.multi_items() if item[0] not in UNSHOWN]
    return [
        ActiveFilter(
            gettext(_NAMES[name], locale),
            _shown(name, value, titles, locale),
            f"{request.url.path}?{urlencode(items[:index] + items[index + 1 :])}",
        )
        for index, (name, value) in enumerate(items)
        if name in _NAMES and value
    ]


def _shown(name: str, value: str, titles: Mapping[str, str], locale: str) -> str:
    if name == "kind":
        return label("event_kind", value, locale)
    if name == "class":
        return label("edit_class", value, locale)
    if name == "site":
        return titles.get(value, value)
    if name == "past":
        return gettext(_PAST[value in _YES], locale)
    if name in ("province", "former_province"):
        every = present_provinces() if name == "province" else former_provinces()
        return next((one.name for one in every if one.slug == value), value)
    return day_first(value) if name in ("from", "to") and value[:4].isdigit() else value
