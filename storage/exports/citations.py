"""What a citation is made of, the same in every format of citations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from storage.exports.plain_text import one_line
from storage.exports.selection import Chosen, Row

SAFE_KEY = re.compile("[a-z0-9_-]{1,60}")
WROTE = {"text", "compilation"}


@dataclass(frozen=True, slots=True)
class Name:
    """An author as the page names it, or an organisation.

    Names are never cut into family name and given names. Vietnamese practice cites and sorts by
    the whole name in its own order; and many bylines are pen names, which have no family name.
    """

    name: str
    organisation: bool


@dataclass(frozen=True, slots=True)
class Citation:
    """Texts are one line each. `day` is ISO, or None where the page prints no date.

    `accessed` is the day of the capture (UTC), None for a text without one. `note` says which
    revision this is and how to prove it; `archived` where its bytes lie.
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
    archived: str | None


def citation(chosen: Chosen, row: Row) -> Citation:
    """The citation of one revision of an article."""
    capture = chosen.db.execute(
        "SELECT captured_at, sha256, warc, warc_offset FROM captures WHERE id = ?",
        [row["capture"]],
    ).fetchone()
    captured, digest, warc, offset = capture or (None, None, None, None)
    authors, translators = _people(row["authors"])
    return Citation(
        key=cite_key(row, numbered=chosen.revisions),
        title=one_line(row["title"]),
        authors=authors,
        translators=translators,
        publisher=one_line(row["site_title"]),
        day=row["published"][:10] if row["published"] else None,
        url=one_line(row["url"]) if row["url"] else None,
        accessed=captured[:10] if captured else None,
        lead=one_line(row["lead"]) if row["lead"] else None,
        section=one_line(row["section"]) if row["section"] else None,
        tags=tuple(filter(None, map(one_line, row["tags"]))),
        language=row["language"],
        note=_note(row, captured, digest),
        archived=f"{warc}, byte {offset}" if warc else None,
    )


def cite_key(row: Row, *, numbered: bool = False) -> str:
    """SITE-KEY in ASCII: the same in every home and after every edit.

    A key that is a path, or long, is shortened, and told from others by a part of its digest.
    `numbered`: with the number of the revision, where several are exported.
    """
    key = row["key"]
    if not SAFE_KEY.fullmatch(key):
        digest = sha256(key.encode("utf-8", "replace")).hexdigest()[:10]
        short = re.sub("[^a-z0-9]+", "-", key.lower()).strip("-")[-40:].lstrip("-")
        key = f"{short}-{digest}" if short else digest
    return f"{row['site']}-{key}-r{row['revision']}" if numbered else f"{row['site']}-{key}"


def _people(authors: list[dict[str, Any]]) -> tuple[tuple[Name, ...], tuple[Name, ...]]:
    """Who wrote it and who translated it; where neither is named, whoever is: a photo report."""
    wrote = [a for a in authors if WROTE & set(a["roles"])]
    translated = [a for a in authors if "translation" in a["roles"] and a not in wrote]
    return _named(wrote if wrote or translated else authors), _named(translated)


def _named(authors: list[dict[str, Any]]) -> tuple[Name, ...]:
    found = (Name(one_line(a["name"]), a["kind"] == "organisation") for a in authors)
    return tuple(name for name in found if name.name)


def _note(row: Row, captured: str | None, digest: str | None) -> str:
    said = f"Revision {row['revision']} of {row['revisions']}"
    said += f", captured {captured}" if captured else f", observed {row['observed_at']}"
    said += f", SHA-256 {digest}" if digest else ""
    return f"{said}. Status when exported: {row['status']}, last seen {row['last_seen']}."
