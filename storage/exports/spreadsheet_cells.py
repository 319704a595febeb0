"""Text of pages in the cells of a sheet, where it must stay text.

A spreadsheet takes a cell that begins with = + - or @ for a formula, also behind spaces and
quotes. One that is set to part columns by semicolons, as in much of Europe, also parts our quoted
cells at every ; and line break. So an apostrophe goes before whatever could begin a formula, at
the start of the cell and behind each ; and line break. `fused` takes the apostrophes away again.
"""

from __future__ import annotations

import re

from storage.exports.flat_rows import Value

LARGEST = 32_767  # UTF-16 units that a cell of Excel holds; the rest would spill into other cells
CUT = " [...]"
# What no cell may hold: controls but tab and line breaks, overrides of direction, half characters.
_NO_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_BREAKS = re.compile("\r\n?|\u2028|\u2029|\x0b|\x0c|\x85")
_LEADING = r"""(?:(?!\n)[\s"'`´‘’“”„«»\u200b-\u200d\u2060\ufeff])*"""
_FORMULA = f"(?={_LEADING}[=+\\-@＝＋－＠﹢﹣﹦﹫−])"
_DEFUSE = re.compile(f"(^|[;；\n]){_FORMULA}")
_FUSE = re.compile(f"(^|[;；\n])'{_FORMULA}")


def cell(value: Value) -> str:
    """A value as a cell. Lossy only for what is no text: it becomes U+FFFD, a tab a space."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return defused(plain(value))


def plain(text: str) -> str:
    """Text without controls, overrides of direction and half characters; line breaks are \\n."""
    return _NO_TEXT.sub("\ufffd", _BREAKS.sub("\n", text).replace("\t", " "))


def defused(text: str) -> str:
    return _DEFUSE.sub(r"\1'", text)


def fused(text: str) -> str:
    """What `defused` was given."""
    return _FUSE.sub(r"\1", text)


def cut(text: str, most: int = LARGEST) -> str:
    """At most so many UTF-16 units, with a mark where something was cut off."""
    if len(text) * 2 <= most or units(text) <= most:
        return text
    kept = text.encode("utf-16-le")[: (most - len(CUT)) * 2]
    return kept.decode("utf-16-le", "ignore") + CUT


def units(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text)
