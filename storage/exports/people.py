"""The people of a byline by what they did: who wrote, who translated, who took the pictures."""

from __future__ import annotations

from typing import Any

WRITING_ROLES = {"text", "compilation"}
Author = dict[str, Any]  # name, kind and roles, as in the record


def writers(authors: list[Author]) -> list[Author]:
    """Return who wrote or compiled the text; without any roles, everyone named."""
    found = [author for author in authors if WRITING_ROLES & set(author["roles"])]
    return found or [author for author in authors if not author["roles"]]


def translators(authors: list[Author]) -> list[Author]:
    """Return who translated and did not write as well."""
    written = writers(authors)
    return [a for a in authors if "translation" in a["roles"] and a not in written]


def photographers(authors: list[Author]) -> list[Author]:
    return [author for author in authors if "photo" in author["roles"]]
