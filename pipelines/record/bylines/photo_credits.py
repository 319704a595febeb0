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

_CREDIT = re.compile(r"(?<!\w)(?:nguồn )?(?:ảnh|hình|photo)\s*:\s*(?P<who>[^:]*)$", re.IGNORECASE)
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
    match = _CREDIT.search(clean(caption)[-_MAX_CREDIT_CHARS:])
    if not match:
        return None
    pieces = [piece.strip(_OUTER_CHARACTERS) for piece in _SEPARATOR.split(match["who"])]
    pieces = [piece for piece in pieces if piece and not is_agency(piece)]
    names = [without_titles(piece) for piece in pieces]
    if not names or not all(_is_photographer(name) for name in names):
        return None
    return ", ".join(person_name(name) for name in names)


def _is_photographer(name: str) -> bool:
    if search_fold(name).strip(".") in _ARCHIVE:
        return False
    return is_signature(name) and (is_person(name) or "." in name or len(name) <= 3)
