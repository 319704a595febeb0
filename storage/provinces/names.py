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
        near = _suggestions(written)
        if near:
            code = LookupReason.NO_FORMER_PROVINCE_OF_NAME
            raise UnknownProvince(Reason(code, province=written, near=near))
        raise UnknownProvince(Reason(LookupReason.NO_FORMER_PROVINCE, province=written))
    return former(slug)


def resolve_present(written: str) -> Present:
    """Return a present province by slug or name. Raise UnknownProvince, also for a merged one."""
    slug = _former_names().get(_folded(written))
    if slug is None:
        near = _suggestions(written)
        if near:
            code = LookupReason.NO_PRESENT_PROVINCE_OF_NAME
            raise UnknownProvince(Reason(code, province=written, near=near))
        raise UnknownProvince(Reason(LookupReason.NO_PRESENT_PROVINCE, province=written))
    if slug not in {p.slug for p in present_provinces()}:
        merged, now = former(slug), present_of(slug)
        raise UnknownProvince(
            Reason(
                LookupReason.MERGED_PROVINCE,
                former=merged.name,
                former_slug=merged.slug,
                present=now.name,
                present_slug=now.slug,
            )
        )
    return present(slug)


def near_slugs(written: str, limit: int = 3) -> list[str]:
    """Return slugs of former provinces with similar names, closest first."""
    names = _former_names()
    similar_names = difflib.get_close_matches(_folded(written), names, n=limit * 2, cutoff=0.6)
    return list(dict.fromkeys(names[name] for name in similar_names))[:limit]


def _suggestions(written: str) -> list[str]:
    return [f"{former(slug).name} ({slug})" for slug in near_slugs(written)]


@cache
def _former_names() -> dict[str, str]:
    """Return folded name -> slug. Every present province has the name of a former one."""
    return {_folded(name): p.slug for p in former_provinces() for name in (p.name, *p.also)}


def _folded(written: str) -> str:
    return _SEPARATORS.sub("", _ADMIN_UNIT.sub("", search_fold(written).strip()))
