"""Escaping of page text in spreadsheet cells against formula injection (CWE-1236).

A spreadsheet evaluates a cell that starts with = + - or @ as a formula, also after spaces and
quotes. With semicolons as separators, as in much of Europe, it also splits quoted cells at every ;
and line break. So an apostrophe is inserted before everything that could start a formula, at the
start of the cell and after each ; and line break. `with_formulas_restored` removes it again.
"""

from __future__ import annotations

import re

from storage.exports.flat_rows import Value

# UTF-16 units that a cell of Excel holds; the rest would spill into other cells.
MAX_CELL_UNITS = 32_767
TRUNCATION_MARK = " [...]"
# Not allowed in a cell: controls except tab and line breaks, bidirectional overrides, surrogates.
_NOT_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_BREAKS = re.compile("\r\n?|\u2028|\u2029|\x0b|\x0c|\x85")
_LEADING = r"""(?:(?!\n)[\s"'`´‘’“”„«»\u200b-\u200d\u2060\ufeff])*"""
_FORMULA = f"(?={_LEADING}[=+\\-@＝＋－＠﹢﹣﹦﹫−])"
_FORMULA_START = re.compile(f"(^|[;；\n]){_FORMULA}")
_ESCAPED_FORMULA = re.compile(f"(^|[;；\n])'{_FORMULA}")


def cell(value: Value) -> str:
    """Return a value as cell text. Characters that are not text become U+FFFD, tabs spaces."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return with_formulas_escaped(plain(value))


def plain(text: str) -> str:
    """Return text without controls, bidirectional overrides and surrogates; line breaks as \\n."""
    return _NOT_TEXT.sub("\ufffd", _BREAKS.sub("\n", text).replace("\t", " "))


def with_formulas_escaped(text: str) -> str:
    """Insert an apostrophe before everything that could start a formula."""
    return _FORMULA_START.sub(r"\1'", text)


def with_formulas_restored(text: str) -> str:
    """Undo `with_formulas_escaped`."""
    return _ESCAPED_FORMULA.sub(r"\1", text)


def truncate_cell(text: str, limit: int = MAX_CELL_UNITS) -> str:
    """Return at most `limit` UTF-16 units, with TRUNCATION_MARK if the text is longer."""
    if len(text) * 2 <= limit or units(text) <= limit:
        return text
    truncated = text.encode("utf-16-le")[: (limit - len(TRUNCATION_MARK)) * 2]
    return truncated.decode("utf-16-le", "ignore") + TRUNCATION_MARK


def units(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
