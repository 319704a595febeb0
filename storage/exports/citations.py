"""Citation data of an article, shared by all citation formats."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from storage.archive.archive_names import archive_name
from storage.exports.people import translators, writers
from storage.exports.plain_text import one_line
from storage.exports.selection import Row, Selection
from storage.timezone import local_day

SAFE_KEY = re.compile("[a-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True)
class Name:
    """An author as printed, or an organisation.

    Names are never split into family and given names: Vietnamese practice cites and sorts by the
    whole name in its own order, and many bylines are pen names without a family name.
    """

    name: str
    organisation: bool


@dataclass(frozen=True, slots=True)
class Citation:
    """The citation of a revision. Texts have no line breaks.

    Attributes:
        day: ISO date, or None if the page prints no date
        accessed: day of the capture in Vietnam, or None without a capture
        note: the revision, its capture with the digest and its place in the WARC file, and the web
            archive that holds the capture if one made it. Formats put it where no bibliography
            prints it: RIS N1 and BibTeX annote are notes in Zotero, CSL-JSON note is its Extra
    """

    key: str
    title: str
    authors: tuple[Name, ...]
    translators: tuple[Name, ...]
    publisher: str
    day: str | None
    url: str | None
    accessed: str | None
    lead: str | None
    section: str | None
    tags: tuple[str, ...]
    language: str
    note: str


def citation(selection: Selection, row: Row) -> Citation:
    captured = row["captured_at"]
    writing, translating = writers(row["authors"]), translators(row["authors"])
    if not writing and not translating:  # a photo story
        writing = row["authors"]
    return Citation(
        key=cite_key(row, numbered=selection.revisions),
        title=one_line(row["title"]),
        authors=_named(writing),
        translators=_named(translating),
        publisher=one_line(row["site_title"]),
        day=row["published"][:10] if row["published"] else None,
        url=one_line(row["url"]) if row["url"] else None,
        accessed=local_day(captured) if captured else None,
        lead=one_line(row["lead"]) if row["lead"] else None,
        section=one_line(row["section"]) if row["section"] else None,
        tags=tuple(filter(None, map(one_line, row["tags"]))),
        language=row["language"],
        note=_note(row),
    )


def cite_key(row: Row, *, numbered: bool = False) -> str:
    """Return SITE-KEY in ASCII, the same in every home and after every edit.

    A key that is a path, or long, is shortened and made unique by a part of its digest.
    `numbered`: append the revision number, if several revisions are exported.
    """
    key = row["key"]
    if not SAFE_KEY.fullmatch(key):
        digest = sha256(key.encode("utf-8", "replace")).hexdigest()[:10]
        short = re.sub("[^a-z0-9]+", "-", key.lower()).strip("-")[-40:].lstrip("-")
        key = f"{short}-{digest}" if short else digest
    return f"{row['site']}-{key}-r{row['revision']}" if numbered else f"{row['site']}-{key}"


def _named(authors: list[dict[str, Any]]) -> tuple[Name, ...]:
    names = (Name(one_line(a["name"]), a["kind"] == "organisation") for a in authors)
    return tuple(name for name in names if name.name)


def _note(row: Row) -> str:
    captured = row["captured_at"]
    note = f"Revision {row['revision']}, one of {row['revisions']}"
    note += f", captured {captured}" if captured else f", observed {row['observed_at']}"
    if row["memento_url"]:
        archive = archive_name(row["memento_url"])
        note += f" by {one_line(archive)}, {one_line(row['memento_url'])}"
    note += f", SHA-256 {row['sha256']}" if row["sha256"] else ""
    note += f", WARC {row['warc']}, byte {row['warc_offset']}" if row["warc"] else ""
    return f"{note}. Status when exported: {row['status']}, last seen {row['last_seen']}."
