"""Query fields that filter articles by metadata (site, province, kind, status, dates)."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from storage.messages.reasons_input import InputError
from storage.messages.reasons_query import QueryReason
from storage.periods import Period, parse_period
from storage.provinces.names import (
    UnknownProvince,
    resolve_former,
    resolve_present,
    similar_provinces,
)
from storage.reasons import Reason
from storage.text.folding import search_fold

STATUSES = ("live", "suspect", "removed", "moved")
FilterName = Literal["site", "provinces", "kind", "status", "from", "to", "ids"]


class QueryError(InputError):
    """The query is invalid. The reason contains a hint on how to correct it."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on metadata.

    Attributes:
        values: site names, slugs of former provinces, kinds, statuses, one ISO date, or the lowest
            and the highest id of a revision (in no written query)
        checked: the sites exist, so one that this home does not have matches nothing
    """

    name: FilterName
    values: tuple[str, ...]
    checked: bool = False


def _site(written: str) -> Filter:
    return Filter("site", (written.lower(),))


def _kind(written: str) -> Filter:
    return Filter("kind", (search_fold(written).replace("-", "_").replace(" ", "_"),))


def _status(written: str) -> Filter:
    status = written.lower()
    if status not in STATUSES:
        near = difflib.get_close_matches(status, STATUSES, n=1, cutoff=0.5)
        if near:
            raise QueryError(Reason(QueryReason.UNKNOWN_STATUS_NEAR, value=written, near=near[0]))
        raise QueryError(Reason(QueryReason.UNKNOWN_STATUS, value=written, choice=STATUSES))
    return Filter("status", (status,))


def _province(written: str) -> Filter:
    """Return a filter for a present province (with all merged into it) or a former one."""
    try:
        return Filter("provinces", resolve_present(written).formers)
    except UnknownProvince:
        return _former_province(written)


def _former_province(written: str) -> Filter:
    try:
        return Filter("provinces", (resolve_former(written).slug,))
    except UnknownProvince as error:
        suggestions = similar_provinces(written)
        code = QueryReason.UNKNOWN_PROVINCE_NEAR if suggestions else QueryReason.UNKNOWN_PROVINCE
        params = {"near": suggestions} if suggestions else {}
        raise QueryError(Reason(code, value=written, **params)) from error


def _days(written: str) -> Period:
    try:
        return parse_period(written)
    except InputError as error:
        raise QueryError(error.reason) from error


def _from(written: str) -> Filter:
    return Filter("from", (_days(written)[0].isoformat(),))


def _to(written: str) -> Filter:
    return Filter("to", (_days(written)[1].isoformat(),))


FILTERS: dict[str, Callable[[str], Filter]] = {
    "site": _site,
    "province": _province,
    "former-province": _former_province,
    "kind": _kind,
    "status": _status,
    "from": _from,
    "to": _to,
}
