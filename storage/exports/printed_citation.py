"""A citation as a line of text, for footnotes: of exactly one revision."""

from __future__ import annotations

from storage.archive.archive_names import archive_name
from storage.exports.citations import citation
from storage.exports.plain_text import one_line
from storage.exports.selection import OneRevision


def printed_citation(one: OneRevision) -> str:
    """Return authors, title, publisher, day, URL and which version it is, with its archive.

    Names are not split.
    """
    cited = citation(one, one.row)
    names = ", ".join(name.name for name in cited.authors or cited.translators)
    year, month, day = (cited.day or "--").split("-")[:3]
    printed = f"{day}/{month}/{year}" if cited.day else "no date"
    version = f"version {one.row['revision']}"
    version += f", archived {cited.accessed}" if cited.accessed else ""
    if memento := one.row["memento_url"]:
        version += f" by {one_line(archive_name(memento))}, {one_line(memento)}"
    parts = [names, f"“{cited.title}”", cited.publisher, printed, cited.url, version]
    return ", ".join(part for part in parts if part) + "."
