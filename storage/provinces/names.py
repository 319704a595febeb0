"""Resolution of province names as users write them: slugs, with or without diacritics or "tỉnh".

storage/provinces/lookup.py has the data.
"""

from __future__ import annotations

import difflib
import re
from functools import cache

from storage.messages.reasons_lookups import LookupReason, NotFound
from storage.provinces.lookup import (
    Former,
    Present,
    former,
    former_provinces,
    present,
    present_of,
    present_provinces,
)
from storage.reasons import Reason
from storage.text.folding import search_fold

MAX_SIMILAR = 3  # provinces that are suggested
_ADMIN_UNIT = re.compile(r"^(?:thanh pho|thu do|tinh|tp)\b[\s.]*|\.")
_SEPARATORS = re.compile(r"[^a-z0-9]+")


class UnknownProvince(NotFound):
    """No province of this period has this name. The reason suggests similar names."""


def resolve_former(written: str) -> Former:
    """Return a former province by slug or name: "Hậu Giang", "hau giang", "tỉnh Hậu Giang".

    Raise UnknownProvince.
    """
    slug = _former_names().get(_folded(written))
    if slug is None:
        raise _unknown(
            written, LookupReason.NO_FORMER_PROVINCE, LookupReason.NO_FORMER_PROVINCE_OF_NAME
        )
    return former(slug)


def resolve_present(written: str) -> Present:
    """Return a present province by slug or name. Raise UnknownProvince, also for a merged one."""
    slug = _former_names().get(_folded(written))
    if slug is None:
        raise _unknown(
            written, LookupReason.NO_PRESENT_PROVINCE, LookupReason.NO_PRESENT_PROVINCE_OF_NAME
        )
    if slug not in {p.slug for p in present_provinces()}:
        merged, now = former(slug), present_of(slug)
        raise UnknownProvince(Reason(
            LookupReason.MERGED_PROVINCE, former=merged.name, former_slug=merged.slug,
            present=now.name, present_slug=now.slug,
        ))  # fmt: skip
    return present(slug)


def near_slugs(written: str) -> list[str]:
    """Return slugs of former provinces with similar names, closest first."""
    names = _former_names()
    similar = difflib.get_close_matches(_folded(written), names, n=MAX_SIMILAR * 2, cutoff=0.6)
    return list(dict.fromkeys(names[name] for name in similar))[:MAX_SIMILAR]


def similar_provinces(written: str) -> list[str]:
    """Return the same as "Hậu Giang (hau-giang)"."""
    return [f"{former(slug).name} ({slug})" for slug in near_slugs(written)]


def _unknown(written: str, code: LookupReason, code_with_near: LookupReason) -> UnknownProvince:
    near = similar_provinces(written)
    reason = Reason(code_with_near, province=written, near=near)
    return UnknownProvince(reason if near else Reason(code, province=written))


@cache
def _former_names() -> dict[str, str]:
    """Return folded name -> slug. Every present province has the name of a former one."""
    return {_folded(name): p.slug for p in former_provinces() for name in (p.name, *p.also)}


def _folded(written: str) -> str:
    return _SEPARATORS.sub("", _ADMIN_UNIT.sub("", search_fold(written).strip()))
