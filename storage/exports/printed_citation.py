"""A citation as a line of text, for footnotes: of exactly one revision."""

from __future__ import annotations

from storage.archive.archive_names import archive_name
from storage.exports.citations import citation
from storage.exports.plain_text import one_line
from storage.exports.selection import OneRevision
from storage.messages.catalogues import gettext
from storage.timezone import day_first


def printed_citation(one: OneRevision, locale: str) -> str:
    """Return authors, title, publisher, day, URL and which version it is, with its archive.

    Names are not split.
    """
    cited = citation(one, one.row)
    names = ", ".join(name.name for name in cited.authors or cited.translators)
    printed = day_first(cited.day) or gettext("no date", locale)
    version = gettext("version {number}", locale).format(number=one.row["revision"])
    if cited.accessed:
        when = day_first(cited.accessed)
        version += gettext(", archived on {day}", locale).format(day=when)
    if memento := one.row["memento_url"]:
        by = gettext(" by {archive}", locale).format(archive=one_line(archive_name(memento)))
        version += f"{by}, {one_line(memento)}"
    parts = [names, f"“{cited.title}”", cited.publisher, printed, cited.url, version]
    return ", ".join(part for part in parts if part) + "."
