"""Text of pages as text alone, for formats that have no way of writing what text may hold.

Left out are characters that XML does not allow, other controls, and those that turn the direction
of text round: in a reference list they would turn round what stands behind them.
"""

from __future__ import annotations

import re

_UNFIT = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"
    "|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def plain(text: str) -> str:
    return _UNFIT.sub("", text)


def one_line(text: str) -> str:
    """The same without line breaks of any kind: every run of white space is one space."""
    return " ".join(plain(text).split())
