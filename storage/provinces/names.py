"""Resolution of province names as users write them: slugs, with or without diacritics or "tỉnh".

storage/provinces/lookup.py has the data.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import cache

from storage.provinces.lookup import (
    Former,
    Present,
    former,
    former_provinces,
    present,
    present_of,
    present_provinces,
)
from storage.text.folding import search_fold

_ADMIN_UNIT = re.compile(r"^(?:thanh pho|thu do|tinh|tp)\b[\s.]*|\.")
_SEPARATORS = re.compile(r"[^a-z0-9]+")


class UnknownProvince(KeyError):
    """No province of this period has this name. The message suggests similar names."""

    def __str__(self) -> str:
        return str(self.args[0])


def resolve_former(written: str) -> Former:
    """Return a former province by slug or name: "Hậu Giang", "hau giang", "tỉnh Hậu Giang".

    Raise UnknownProvince.
    """
    slug = _former_names().get(_folded(written))
    if slug is None:
        raise UnknownProvince(f"no former province {written!r}{_suggestion(written)}")
    return former(slug)


def resolve_present(written: str) -> Present:
    """Return a present province by slug or name. Raise UnknownProvince, also for a merged one."""
    slug = _former_names().get(_folded(written))
    if slug is None:
        raise UnknownProvince(f"no province {written!r}{_suggestion(written)}")
    if slug not in {p.slug for p in present_provinces()}:
        merged, now = former(slug), present_of(slug)
        raise UnknownProvince(
            f"{merged.name} is a former province: since 1 July 2025 it is part of {now.name}. "
            f"Say --former-province {merged.slug}, or --province {now.slug}"
        )
    return present(slug)


def near_slugs(written: str, limit: int = 3) -> list[str]:
    """Return slugs of former provinces with similar names, closest first."""
    names = _former_names()
    similar_names = difflib.get_close_matches(_folded(written), names, n=limit * 2, cutoff=0.6)
    return list(dict.fromkeys(names[name] for name in similar_names))[:limit]


def _suggestion(written: str) -> str:
    slugs: Iterable[str] = near_slugs(written)
    names = " or ".join(f"{former(slug).name} ({slug})" for slug in slugs)
    return f"; is it {names}?" if names else "; tinwatch provinces lists them"


@cache
def _former_names() -> dict[str, str]:
    """Return folded name -> slug. Every present province has the name of a former one."""
    return {_folded(name): p.slug for p in former_provinces() for name in (p.name, *p.also)}


def _folded(written: str) -> str:
    return _SEPARATORS.sub("", _ADMIN_UNIT.sub("", search_fold(written).strip()))
