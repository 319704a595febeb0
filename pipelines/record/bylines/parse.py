"""Bylines as printed, read into persons and organisations with their roles, and a source.

A byline is taken apart in three steps: role groups ("Bài: A; ảnh: B"), then the pieces of a group
("A - B, C và D"), then what each piece is: a person, an organisation, an agency (a source), or
something that signs without having written (an office, a collective, an account).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.record.bylines.organisations import (
    is_agency,
    is_organisation,
    is_publisher,
    organisation_name,
)
from pipelines.record.bylines.person_names import (
    is_account,
    is_collective,
    is_function,
    is_initials,
    is_office,
    is_place,
    is_signature,
    person_name,
    without_titles,
)
from pipelines.record.bylines.photo_credits import photographer
from pipelines.record.bylines.roles import Group, role_groups, split_role_mark
from pipelines.record.bylines.sources import glued_initials, is_source, read_source
from pipelines.record.datelines import split_dateline
from pipelines.text.memo import cache_short_texts
from pipelines.text.normal_forms import clean
from storage.models import Author, Role, Source

__all__ = [
    "is_byline",
    "is_source",
    "photographer",
    "read_byline",
    "read_source",
    "split_dateline",
]

_LONGEST_BYLINE = 160  # characters of a line of its own
_LONGEST_PRINTED = 500  # characters; what is longer is an article, not its byline
_OUTER = " \t|•*·"
_SEPARATOR = re.compile(r"\s*[,;|]\s*|\s+[&+]\s+|\s+[-–—]\s*|\s*[–—]\s*|\s+(?:và|VÀ|Và)\s+|\s*/\s*")
_GLUED = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_BRACKETS = re.compile(r"[(\[]\s*([^()\[\]]*?)\s*[)\]]")
_SOURCE_TAIL = re.compile(
    r"(?:^|[\s,;.–—-]+)"
    r"((?:(?:t/h|tổng hợp|lược dịch|dịch)\s+)?theo\s*:?\s+\S.*|nguồn(?:\s+\S+)?\s*:.*)$",
    re.IGNORECASE,
)
_PROVIDED = re.compile(
    r"(?P<what>tin|bài|ảnh|hình ảnh|video|clip)\s+do\s+(?P<who>.+?)\s+cung cấp", re.IGNORECASE
)
_PROVIDED_ROLE: dict[str, Role] = {"ả": "photo", "h": "photo", "v": "video", "c": "video"}


@dataclass(slots=True)
class _Credits:
    """What was read so far; one entry for each name, its roles in the order they were found."""

    authors: dict[tuple[str, str], list[Role]] = field(default_factory=dict)
    source: Source | None = None

    def person(self, name: str, roles: tuple[Role, ...]) -> None:
        self._add(person_name(name), "person", roles)

    def organisation(self, name: str, roles: tuple[Role, ...]) -> None:
        self._add(organisation_name(name), "organisation", roles)

    def _add(self, name: str, kind: str, roles: tuple[Role, ...]) -> None:
        known = self.authors.setdefault((name, kind), [])
        known.extend(role for role in roles if role not in known)

    def result(self) -> tuple[tuple[Author, ...], Source | None]:
        authors = tuple(
            Author(name, "person" if kind == "person" else "organisation", tuple(roles))
            for (name, kind), roles in self.authors.items()
        )
        return authors, self.source


@cache_short_texts(4096)
def read_byline(printed: str) -> tuple[tuple[Author, ...], Source | None]:
    """The authors that a byline names, in reading order, and the source when it carries one.

    Offices, degrees and ranks are left off. Collectives ("PV", "BBT") and posting accounts are
    nobody and give no author; what cannot be read as a name gives none either.
    """
    text = "; ".join(filter(None, (clean(line).strip(" -–,;|") for line in printed.splitlines())))
    text = _unwrapped(text)
    credits = _Credits()
    if len(text) > _LONGEST_PRINTED:
        return credits.result()
    if match := _PROVIDED.fullmatch(text):
        role = _PROVIDED_ROLE.get(match["what"][0].lower(), "text")
        credits.organisation(match["who"], (role,))
        return credits.result()
    if source := read_source(text):
        initials = glued_initials(text)
        if initials:  # whoever picked the text from there
            credits.person(initials, ("compilation",))
        return credits.result()[0], source
    text = _take_source(text, credits)
    for group in role_groups(text):
        _read_group(group, credits)
    return credits.result()


def _unwrapped(text: str) -> str:
    text = text.strip(_OUTER)
    if text[:1] == "(" and text[-1:] == ")" and text.count("(") == 1:
        text = text[1:-1].strip(_OUTER)
    return text


def _take_source(text: str, credits: _Credits) -> str:
    """The text without the bracketed or closing credit to a source, which goes to `credits`."""

    def bracketed(match: re.Match[str]) -> str:
        inner = match[1]
        found = read_source(inner)
        if found is None and (is_agency(inner) or is_publisher(inner)):
            found = Source(organisation_name(inner))
        if found is None:
            return match[0]
        credits.source = credits.source or found
        return " "

    text = _BRACKETS.sub(bracketed, text)
    tail = _SOURCE_TAIL.search(text)
    found = read_source(tail[1]) if tail else None
    if tail and found:
        credits.source = credits.source or found
        text = text[: tail.start()]
    return text.strip()


def _read_group(group: Group, credits: _Credits) -> None:
    text = group.text

    def bracketed(match: re.Match[str]) -> str:
        if is_organisation(match[1]):
            credits_after.append(match[1])
        return ", "

    credits_after: list[str] = []
    text = _BRACKETS.sub(bracketed, text)
    for piece in _pieces(text):
        _read_piece(piece, group.roles, credits)
    for name in credits_after:
        credits.organisation(name, group.roles)


def _pieces(text: str) -> list[str]:
    """Names between separators; an organisation keeps the separators inside its own name."""
    pieces: list[str] = []
    start = end = 0
    for match in [*_SEPARATOR.finditer(text), None]:
        stop = match.start() if match else len(text)
        piece = text[end:stop]
        if pieces and is_organisation(pieces[-1]) and not _stands_alone(piece):
            pieces[-1] = text[start:stop]
        else:
            pieces.append(piece)
            start = end
        end = match.end() if match else stop
    return [part for piece in pieces for part in _unglued(piece.strip()) if part]


def _stands_alone(piece: str) -> bool:
    piece = piece.strip()
    signs = is_signature(piece, 2) or is_agency(piece) or is_collective(piece)
    return signs or is_organisation(piece) or is_function(piece)


def _unglued(piece: str) -> list[str]:
    """ "Hoàng Nga-Minh Tâm" is two persons, "Rơ-Châm Nam" one."""
    parts = _GLUED.split(piece)
    if len(parts) > 1 and all(is_signature(p, 2) or is_agency(p) for p in parts):
        return parts
    return [piece]


def _read_piece(piece: str, roles: tuple[Role, ...], credits: _Credits) -> None:
    if is_collective(piece) or is_account(piece):
        return
    name, marked = split_role_mark(without_titles(piece))
    roles = marked or roles
    if not name or is_collective(name) or is_account(name) or is_function(name):
        return
    if is_agency(name):
        credits.source = credits.source or Source(organisation_name(name))
    elif is_organisation(name):
        credits.organisation(name, roles)
    elif is_signature(name):
        credits.person(name, roles)


@cache_short_texts(4096)
def is_byline(text: str) -> bool:
    """Could this short line of its own, at the end of an article, be a byline?

    False for subheads, sentences and captions: every piece must be a name of 2 to 5 capitalised
    syllables, initials, an organisation, a collective, or an office after a name. "(Ảnh: X)" in
    brackets belongs to a picture.
    """
    line = clean(text)
    if len(line) > _LONGEST_BYLINE or _NO_BYLINE.search(line) or is_source(line):
        return False
    line = _unwrapped(line)
    if _PROVIDED.fullmatch(line):
        return True
    if line.endswith(".") and not is_initials(line.split()[-1]):
        return False
    groups = role_groups(line)
    return bool(groups) and all(_is_credit(group) for group in groups)


# Punctuation that no byline begins or ends with, figures, comrades presented to the reader.
_NO_BYLINE = re.compile(
    r"^[:.]|[:?!…,;]$|\.\.$|^[(\[]\s*(?:ảnh|hình)\s*:|[0-9]|^(?:đồng chí|đ/c|ông|bà)\s",
    re.IGNORECASE,
)


def _is_credit(group: Group) -> bool:
    text = _take_source(group.text, _Credits())
    text = _BRACKETS.sub(lambda m: ", " if _belongs_to_a_byline(m[1]) else m[0], text)
    pieces = _pieces(text)
    fewest = 1 if group.labelled else 2
    signed = [_signs(piece, fewest) for piece in pieces]
    return any(signed[:2]) and all(
        signs or is_office(piece) or _is_rank(piece)
        for signs, piece in zip(signed, pieces, strict=True)
    )


def _belongs_to_a_byline(inner: str) -> bool:
    if is_organisation(inner) or is_collective(inner):
        return True
    return is_signature(inner, 2) or is_office(inner)


def _is_rank(piece: str) -> bool:
    return not without_titles(piece)


def _signs(piece: str, fewest: int) -> bool:
    name, _ = split_role_mark(without_titles(piece))
    if is_collective(piece) or is_collective(name):
        return True
    if is_agency(name) or is_organisation(name):
        return True
    if fewest > 1 and is_initials(name) and "." not in name and len(name) > 2:
        return False  # "RSS", "SJC"
    return is_signature(name, fewest) and not is_place(name)
