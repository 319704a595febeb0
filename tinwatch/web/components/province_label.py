"""A site's province as people name it."""

from __future__ import annotations

from storage.provinces.lookup import formers_of, present_of


def place(stored: str) -> dict[str, str]:
    """A site's province as people name it: then, and now."""
    try:
        now = present_of(stored)
    except KeyError:
        return {"name": stored, "now": "", "now_name": ""}
    then = next(f.name for f in formers_of(now.slug) if f.slug == stored)
    return {"name": then, "now": now.slug, "now_name": now.name}
