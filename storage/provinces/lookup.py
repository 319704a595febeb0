"""Vietnam's provinces before and since the merger of 1 July 2025, and the mapping between them.

Since then 23 names denote a different territory and 7 codes a different province. So former and
present provinces are different types, and a code has a validity period.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from storage.provinces.data import FORMER, PRESENT

# SQL: whether {site} is a site of one of the former provinces in the parameter :provinces
IN_PROVINCES = (
    "(:provinces IS NULL OR {site} IN (SELECT name FROM sites WHERE province IN "
    "(SELECT value FROM json_each(:provinces))))"
)

MERGED_ON = date(2025, 7, 1)
LAST_DAY_BEFORE_MERGER = date(2025, 6, 30)


@dataclass(frozen=True, slots=True)
class Code:
    """A province's official code, valid only in its period."""

    number: str
    valid_from: date | None
    valid_to: date | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
        }


@dataclass(frozen=True, slots=True)
class Former:
    """One of the 63 provinces until 30 June 2025."""

    slug: str
    name: str
    code: Code
    region: str
    also: tuple[str, ...]  # other spellings, besides diacritics and dashes
    now: str  # slug of the present province that holds its territory


@dataclass(frozen=True, slots=True)
class Present:
    """One of the 34 provinces since 1 July 2025."""

    slug: str
    name: str
    code: Code
    region: str
    formers: tuple[str, ...]  # slugs of the former provinces merged into it


_PRESENT = {
    slug: Present(slug, name, Code(code, MERGED_ON, None), region, tuple(formers.split()))
    for slug, name, code, region, formers in PRESENT
}
_PRESENT_OF = {former: present.slug for present in _PRESENT.values() for former in present.formers}
_FORMER = {
    slug: Former(
        slug, name, Code(code, None, LAST_DAY_BEFORE_MERGER), region, also, _PRESENT_OF[slug]
    )
    for slug, name, code, region, also in FORMER
}


def former_provinces() -> tuple[Former, ...]:
    """Return all 63, ordered by code."""
    return tuple(_FORMER.values())


def present_provinces() -> tuple[Present, ...]:
    """Return all 34, by region from north to south."""
    return tuple(_PRESENT.values())


def former(slug: str) -> Former:
    """Return a former province. Raise KeyError for a slug that was no province in June 2025."""
    return _FORMER[slug]


def present(slug: str) -> Present:
    """Return a present province. Raise KeyError for a slug that is no province today."""
    return _PRESENT[slug]


def present_of(former_slug: str) -> Present:
    """Return the province that a former one was merged into. Raise KeyError."""
    return _PRESENT[_FORMER[former_slug].now]


def formers_of(present_slug: str) -> tuple[Former, ...]:
    """Return the former provinces merged into a present one. Raise KeyError."""
    return tuple(_FORMER[slug] for slug in _PRESENT[present_slug].formers)


def sql_provinces(slugs: Iterable[str] | None) -> str | None:
    """Return the parameter :provinces of IN_PROVINCES; None selects every province."""
    return None if slugs is None else json.dumps(sorted(slugs))


def province_now(stored: str) -> str | None:
    """Return the slug of the present province of a stored slug, or None if it is no province."""
    province = _FORMER.get(stored)
    return province.now if province else None
