"""A citation as a line of text, for footnotes: of exactly one revision."""

from __future__ import annotations

from storage.exports.citations import citation
from storage.exports.selection import OneRevision


def printed_citation(one: OneRevision) -> str:
    """Return authors, title, publisher, day, URL and which version it is. Names are not split."""
    cited = citation(one, one.row)
    names = ", ".join(name.name for name in cited.authors or cited.translators)
    year, month, day = (cited.day or "--").split("-")[:3]
    printed = f"{day}/{month}/{year}" if cited.day else "no date"
    version = f"version {one.row['revision']}"
    version += f", archived {cited.accessed}" if cited.accessed else ""
    parts = [names, f"“{cited.title}”", cited.publisher, printed, cited.url, version]
    return ", ".join(part for part in parts if part) + "."
