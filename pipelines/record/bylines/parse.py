"""Parse a printed byline into persons and organisations with roles, and a source.

A byline is split in two steps: role groups ("Bài: A; ảnh: B"), then the pieces of each group
("A - B, C và D"). Each piece is classified as a person, an organisation, an agency (a source), or
something that gives no author: an office, a collective, a posting account.
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
    abbreviates,
    is_account,
    is_collective,
    is_initials,
    is_office,
    is_office_only,
    is_province_name,
    is_signature,
    person_name,
    without_titles,
)
from pipelines.record.bylines.photo_credits import photographer
from pipelines.record.bylines.roles import RoleGroup, role_groups, split_role_label
from pipelines.record.bylines.sources import (
    is_source,
    joined_initials,
    parse_source,
    reprinted_byline,
)
from pipelines.record.datelines import split_dateline
from pipelines.text.memo import cache_short_texts
from pipelines.text.normal_forms import clean
from storage.models import Author, Role, Source

__all__ = [
    "adds_source",
    "is_byline",
    "is_source",
    "names_in_full",
    "names_persons",
    "parse_byline",
    "parse_source",
    "photographer",
    "split_dateline",
]

_MAX_BYLINE_LINE_CHARS = 160  # of a line that may be a byline
_MAX_BYLINE_CHARS = 500  # longer text is an article, not its byline
_MAX_PRINTED_CHARS = 10_000  # the same before cleaning, with spaces and entities
_OUTER_CHARACTERS = " \t|•*·"
_BY = re.compile(
    r"(?:(?:(?:được|đã)\s+)?(?:viết|gửi|đăng)\s+|(?:written|submitted|posted)\s+)?(?:by|bởi)(?:\s*:\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*[,;|•●·]\s*|\s+[&+]\s+|\s+[-–—]\s*|\s*[–—]\s*|\s+(?:và|VÀ|Và)\s+|\s*/\s*"
)
# One office serves both: "Văn phòng HĐND và UBND xã".
_JOINED_OFFICE = re.compile(r"(?:hđnd|hội đồng nhân dân)\s*(?:và|[-–&])\s*$", re.IGNORECASE)
_SEPARATOR_SIGN = re.compile(r"[,;|•●·&+–—/-]|\s(?:và|VÀ|Và)\s")  # of every separator; much faster
_JOINED_NAMES = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
# "Lâm Văn Sáu (phường Vĩnh Phước)" signs a letter of a reader.
_PLACE = re.compile(
    r"(?:xã|phường|thị trấn|thị xã|huyện|quận|thành phố|tỉnh|ấp|thôn|bản) [A-ZĐÀ-Ỹ]"
)
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
    """Credits parsed so far: one entry for each name, with its roles in printed order."""

    authors: dict[tuple[str, str], list[Role]] = field(default_factory=dict)
    source: Source | None = None

    def person(self, name: str, roles: tuple[Role, ...]) -> None:
        self._add(person_name(name), "person", roles)

    def organisation(self, name: str, roles: tuple[Role, ...]) -> None:
        self._add(organisation_name(name), "organisation", roles)

    def _add(self, name: str, kind: str, roles: tuple[Role, ...]) -> None:
        stored = self.authors.setdefault((name, kind), [])
        stored.extend(role for role in roles if role not in stored)

    def result(self) -> tuple[tuple[Author, ...], Source | None]:
        self._join_initials()
        authors = tuple(
            Author(name, "person" if kind == "person" else "organisation", tuple(roles))
            for (name, kind), roles in self.authors.items()
        )
        return authors, self.source

    def _join_initials(self) -> None:
        """Remove the initials of a person whose name is printed too, and give him their roles."""
        persons = [name for name, kind in self.authors if kind == "person"]
        for short in persons if len(persons) > 1 else ():
            whole = next((name for name in persons if _is_short_for(short, name)), None)
            if whole is not None:
                self._add(whole, "person", tuple(self.authors.pop((short, "person"))))


@cache_short_texts(4096)
def parse_byline(printed: str) -> tuple[tuple[Author, ...], Source | None]:
    """Return the authors of a byline in reading order, and its source if it names one.

    Offices, degrees and ranks are removed. Collectives ("PV", "BBT"), posting accounts and text
    that cannot be a name give no author.
    """
    credits = _Credits()
    if len(printed) > _MAX_PRINTED_CHARS:
        return credits.result()
    text = "; ".join(filter(None, (clean(line).strip(" -–,;|") for line in printed.splitlines())))
    text = _unwrapped(text)
    if len(text) > _MAX_BYLINE_CHARS:
        return credits.result()
    if match := _PROVIDED.fullmatch(text):
        role = _PROVIDED_ROLE.get(match["what"][0].lower(), "text")
        credits.organisation(match["who"], (role,))
        return credits.result()
    if is_agency(text):
        return credits.result()[0], Source(organisation_name(text))
    if reprinted := reprinted_byline(text):
        text, credits.source = reprinted
    elif source := parse_source(text):
        initials = joined_initials(text)
        if initials:  # of the person who compiled the text
            credits.person(initials, ("compilation",))
        return credits.result()[0], source
    text = _extract_source(text, credits)
    for group in role_groups(text):
        _parse_group(group, credits)
    return credits.result()


def adds_source(printed: str, other: str) -> bool:
    """Return whether a byline names the authors of another one and, unlike it, a source."""
    (authors, source), (others, other_source) = parse_byline(printed), parse_byline(other)
    if source is None or other_source is not None:
        return False
    return {author.name for author in others} <= {author.name for author in authors}


def names_persons(text: str) -> bool:
    """Return whether a byline names persons and no organisation ("Thiết kế: Mai Lan")."""
    return is_byline(text) and {author.kind for author in parse_byline(text)[0]} == {"person"}


def names_in_full(printed: str, other: str) -> bool:
    """Return whether a byline prints whole the names of which another has initials."""
    names, others = ({a.name for a in parse_byline(text)[0]} for text in (printed, other))
    return bool(others - names) and all(
        any(abbreviates(short, name) for name in names) for short in others - names
    )


def _is_short_for(short: str, name: str) -> bool:
    return (is_initials(short) or "." in short) and abbreviates(short, name)


def _unwrapped(text: str) -> str:
    text = text.strip(_OUTER_CHARACTERS).removesuffix("./.")
    if text[:1] == "(" and text[-1:] == ")" and text.count("(") == 1:
        text = text[1:-1].strip(_OUTER_CHARACTERS)
    label = _BY.match(text)
    return text[label.end() :] if label else text


def _extract_source(text: str, credits: _Credits) -> str:
    """Remove a bracketed or closing source credit from the text and store it in `credits`."""

    def take_source(match: re.Match[str]) -> str:
        inner = match[1]
        source = parse_source(inner)
        if source is None and (is_agency(inner) or is_publisher(inner)):
            source = Source(organisation_name(inner))
        if source is None:
            return match[0]
        credits.source = credits.source or source
        return " "

    text = _BRACKETS.sub(take_source, text)
    tail = _SOURCE_TAIL.search(text)
    source = parse_source(tail[1]) if tail else None
    if tail and source:
        credits.source = credits.source or source
        text = text[: tail.start()]
    return text.strip()


def _parse_group(group: RoleGroup, credits: _Credits) -> None:
    text = group.text

    def take_organisation(match: re.Match[str]) -> str:
        if is_organisation(match[1]):
            organisations_in_brackets.append(match[1])
        return ", "

    organisations_in_brackets: list[str] = []
    text = _BRACKETS.sub(take_organisation, text)
    office = False
    for piece in _pieces(text):
        if not (office and is_organisation(piece)):  # "A - Trưởng khoa Dân vận, Trường Chính trị"
            _parse_piece(piece, group.roles, credits)
        office = bool(credits.authors) and is_office(piece)
    for name in organisations_in_brackets:
        credits.organisation(name, group.roles)


def _pieces(text: str) -> list[str]:
    """Split at separators, but not at those inside the name of an organisation."""
    pieces: list[str] = []
    start = end = 0
    separators = _SEPARATOR.finditer(text) if _SEPARATOR_SIGN.search(text) else ()
    for match in [*separators, None]:
        next_start = match.start() if match else len(text)
        piece = text[end:next_start]
        is_inner = _JOINED_OFFICE.search(text[start:end]) or not _is_own_credit(piece)
        if pieces and is_organisation(pieces[-1]) and is_inner:
            pieces[-1] = text[start:next_start]
        else:
            pieces.append(piece)
            start = end
        end = match.end() if match else next_start
    return [part for piece in pieces for part in _split_joined_names(piece.strip()) if part]


def _is_own_credit(piece: str) -> bool:
    piece = piece.strip()
    is_credit = is_signature(piece, 2) or is_agency(piece) or is_collective(piece)
    return is_credit or is_organisation(piece) or is_office(piece)


def _split_joined_names(piece: str) -> list[str]:
    """Split "Hoàng Nga-Minh Tâm" into two persons; keep "Rơ-Châm Nam" as one."""
    parts = _JOINED_NAMES.split(piece) if "-" in piece else [piece]
    if len(parts) > 1 and all(
        is_signature(p, 2) or is_agency(p) or is_collective(p) for p in parts
    ):
        return parts
    return [piece]


def _parse_piece(piece: str, roles: tuple[Role, ...], credits: _Credits) -> None:
    if is_collective(piece) or is_account(piece):
        return
    name, labelled_roles = split_role_label(without_titles(piece))
    roles = labelled_roles or roles
    if not name or is_collective(name) or is_account(name) or is_office(name):
        return
    if is_agency(name) or (credits.authors and is_publisher(name)):
        credits.source = credits.source or Source(organisation_name(name))
    elif is_organisation(name):
        credits.organisation(name, roles)
    elif is_signature(name) and not is_province_name(name):
        credits.person(name, roles)


@cache_short_texts(4096)
def is_byline(text: str) -> bool:
    """Return True if a line at the end of an article can be a byline.

    Every piece must be a name of 2 to 5 capitalised syllables, initials, an organisation, a
    collective, or an office after a name; so subheads, sentences and captions are no bylines.
    "(Ảnh: X)" in brackets credits a picture.
    """
    if len(text) > _MAX_PRINTED_CHARS:
        return False
    line = clean(text)
    if len(line) > _MAX_BYLINE_LINE_CHARS or _NO_BYLINE.search(line) or is_source(line):
        return False
    line = _unwrapped(line)
    if _PROVIDED.fullmatch(line) or reprinted_byline(line):
        return True
    if line.endswith(".") and not is_initials(line.split()[-1]):
        return False
    groups = role_groups(line)
    return bool(groups) and all(_is_credit(group) for group in groups)


# Punctuation at the ends of a line, a Roman number of a heading, digits, and forms of address.
_NO_BYLINE = re.compile(
    r"^[:.]|^[IVX]{1,4}\.\s(?:\S+\s){2}|[:?!…,;]$|\.\.$|^[(\[]\s*(?:ảnh|hình)\s*:|[0-9]"
    r"|^[-–+•*]?\s*(?:đồng chí|đ/c|ông|bà)\s",
    re.IGNORECASE,
)


def _is_credit(group: RoleGroup) -> bool:
    text = _extract_source(group.text, _Credits())
    text = _BRACKETS.sub(lambda m: ", " if _belongs_to_a_byline(m[1]) else m[0], text)
    pieces = _pieces(text)
    min_words = 1 if group.labelled else 2
    is_name = [_is_name_or_organisation(piece, min_words) for piece in pieces]
    return any(is_name[:2]) and all(
        named or is_office_only(piece) or _is_title_only(piece) or is_publisher(piece)
        for named, piece in zip(is_name, pieces, strict=True)
    )


def _belongs_to_a_byline(inner: str) -> bool:
    if is_organisation(inner) or is_collective(inner) or _PLACE.match(inner):
        return True
    return is_signature(inner, 2) or is_office_only(inner)


def _is_title_only(piece: str) -> bool:
    return not without_titles(piece)


def _is_name_or_organisation(piece: str, min_words: int) -> bool:
    name, _ = split_role_label(without_titles(piece))
    if is_collective(piece) or is_collective(name):
        return True
    if is_agency(name) or is_organisation(name):
        return True
    if min_words > 1 and is_initials(name) and "." not in name and len(name) > 2:
        return False  # "RSS", "SJC"
    return is_signature(name, min_words) and not is_province_name(name)
