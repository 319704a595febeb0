"""The event filter as users write it, on the command line, in a URL or in Python."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from crawlers.article_filter import parse_article_query
from crawlers.province_filter import Names, chosen_provinces
from crawlers.registry import check_site
from storage.events.filters import EventFilter
from storage.events.ledger import EVENT_KINDS
from storage.messages.reasons_input import InputError, InputReason
from storage.models import EditClass
from storage.periods import parse_days
from storage.reasons import Reason

EDIT_CLASSES = tuple(map(str, EditClass))


def parse_event_filter(
    *,
    first: str | date | None = None,
    last: str | date | None = None,
    kinds: Iterable[str] = (),
    sites: Iterable[str] = (),
    classes: Iterable[str] = (),
    province: Names | None = None,
    former_province: Names | None = None,
    min_priority: float = 0.0,
    text: str | None = None,
    run: int | None = None,
    historical: bool = True,
    stored_sites: Collection[str] = (),
) -> EventFilter:
    """Return the filter; nothing, or an empty value, sets no condition.

    Args:
        first, last: periods (storage.periods) that the filter begins and ends with: with "last
            month" for both, events from its first to its last day
        text: a query that the event's article must match
        historical: also events of the past, which captures taken in late show
        stored_sites: names that are valid even without a site module

    Raise InputError for an impossible value, NotFound for an unknown site or province.
    """
    for site in sites:
        if site not in stored_sites:
            check_site(site)
    _check_names(kinds, EVENT_KINDS, InputReason.NO_EVENT_KIND, "kind", "kinds")
    _check_names(classes, EDIT_CLASSES, InputReason.NO_EDIT_CLASS, "name", "classes")
    if not 0 <= min_priority <= 1:
        raise InputError(Reason(InputReason.NO_PRIORITY, number=min_priority))
    first_day, last_day = parse_days(first, last)
    return EventFilter(
        sites=frozenset(sites) or None,
        provinces=chosen_provinces(province or None, former_province or None),
        kinds=frozenset(kinds) or None,
        classes=frozenset(classes) or None,
        first_day=first_day,
        last_day=last_day,
        min_priority=min_priority,
        query=parse_article_query(text) if text else None,
        run=run,
        historical=historical,
    )


def _check_names(
    names: Iterable[str], known: Iterable[str], code: InputReason, one: str, several: str
) -> None:
    for name in names:
        if name not in known:
            raise InputError(Reason(code, **{one: name, several: tuple(map(str, known))}))
