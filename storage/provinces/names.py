"""Provinces as people write them: with or without marks, as a slug, with "tỉnh" in front.

storage/provinces/lookup.py holds what is known of them.
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

_RANK = re.compile(r"^(?:thanh pho|thu do|tinh|tp)\b[\s.]*|\.")
_APART = re.compile(r"[^a-z0-9]+")


class UnknownProvince(KeyError):
    """No province has this name in this era; the message names near ones, or the other era's."""

    def __str__(self) -> str:
        return str(self.args[0])


def resolve_former(written: str) -> Former:
    """A province of the 63 by slug or name: "Hậu Giang", "hau giang", "tỉnh Hậu Giang".

    Raises UnknownProvince.
    """
    slug = _former_names().get(_folded(written))
    if slug is None:
        raise UnknownProvince(f"no former province {written!r}{_near(written)}")
    return former(slug)


def resolve_present(written: str) -> Present:
    """A province of the 34 by slug or name. Raises UnknownProvince, also for a merged one."""
    slug = _former_names().get(_folded(written))
    if slug is None:
        raise UnknownProvince(f"no province {written!r}{_near(written)}")
    if slug not in {p.slug for p in present_provinces()}:
        merged, now = former(slug), present_of(slug)
        raise UnknownProvince(
            f"{merged.name} is a former province: since 1 July 2025 it is part of {now.name}. "
            f"Say --former-province {merged.slug}, or --province {now.slug}"
        )
    return present(slug)


def near_slugs(written: str, most: int = 3) -> list[str]:
    """Slugs of the former provinces whose names look like this one, the nearest first."""
    names = _former_names()
    near = difflib.get_close_matches(_folded(written), names, n=most * 2, cutoff=0.6)
    return list(dict.fromkeys(names[name] for name in near))[:most]


def _near(written: str) -> str:
    near: Iterable[str] = near_slugs(written)
    names = " or ".join(f"{former(slug).name} ({slug})" for slug in near)
    return f"; is it {names}?" if names else "; tinwatch provinces lists them"


@cache
def _former_names() -> dict[str, str]:
    """Folded name -> slug. Every present province carries the name of a former one."""
    return {_folded(name): p.slug for p in former_provinces() for name in (p.name, *p.also)}


def _folded(written: str) -> str:
    return _APART.sub("", _RANK.sub("", search_fold(written).strip()))
