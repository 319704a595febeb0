"""Name of a site's province, before and since the merger of 1 July 2025."""

from __future__ import annotations

from typing import Any

from storage.provinces.lookup import former_provinces, formers_of, present_of, present_provinces
from storage.text.folding import search_fold


def province_label(slug: str) -> dict[str, str]:
    """Return `name` (the former province), `now` (slug of the present one) and `now_name`.

    For an unknown slug: the slug as `name`, and empty strings.
    """
    try:
        now = present_of(slug)
    except KeyError:
        return {"name": slug, "now": "", "now_name": ""}
    former_name = next(f.name for f in formers_of(now.slug) if f.slug == slug)
    return {"name": former_name, "now": now.slug, "now_name": now.name}


def province_choices() -> dict[str, Any]:
    """Return the template variables of the fields that choose a province, now or before."""
    formers = sorted(former_provinces(), key=lambda one: search_fold(one.name))
    return {
        "provinces": [(one.slug, one.name) for one in present_provinces()],
        "formers": [(one.slug, one.name) for one in formers],
    }
