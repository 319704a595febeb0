"""Photographers credited at the end of captions."""

from __future__ import annotations

import re

from pipelines.record.bylines.organisations import is_agency
from pipelines.record.bylines.person_names import (
    is_person,
    is_signature,
    person_name,
    without_titles,
)
from pipelines.text.memo import cache_short_texts
from pipelines.text.normal_forms import clean, search_fold

_LABEL = re.compile(r"(?<!\w)(?:ảnh|hình|photo) ?$", re.IGNORECASE)
_MAX_LABEL_CHARS = 20
_MAX_CREDIT_CHARS = 500  # of the names, and of the end of a caption that is searched for them
_OUTER_CHARACTERS = ' \t.,;|()[]-–—"”'
_SEPARATOR = re.compile(r"\s*[,;/&]\s*|\s+[-–—]\s*|\s+và\s+|\s*\(")
_ARCHIVE = frozenset({"t.l", "tl", "tu lieu", "t. l", "internet", "minh hoa", "st", "s.t"})


@cache_short_texts(4096)
def photographer(caption: str) -> str | None:
    """Return the person credited at the end of a caption ("… Ảnh: Thu Cúc") in title case.

    Several persons are joined with a comma. Return None for archives ("T.L", "tư liệu"),
    illustrations, collectives, organisations, and descriptions after "Ảnh:".
    """
    label, colon, names = clean(caption)[-_MAX_CREDIT_CHARS:].rpartition(":")
    if not colon or not _LABEL.search(label[-_MAX_LABEL_CHARS:]):
        return None
    pieces = [piece.strip(_OUTER_CHARACTERS) for piece in _SEPARATOR.split(names)]
    pieces = [piece for piece in pieces if piece and not is_agency(piece)]
    persons = [without_titles(piece) for piece in pieces]
    if not persons or not all(_is_photographer(person) for person in persons):
        return None
    return ", ".join(person_name(person) for person in persons)


def _is_photographer(name: str) -> bool:
    if search_fold(name).strip(".") in _ARCHIVE:
        return False
    return is_signature(name) and (is_person(name) or "." in name or len(name) <= 3)
