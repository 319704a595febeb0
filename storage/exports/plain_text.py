"""Page text on one line, for formats that cannot escape line breaks and controls."""

from __future__ import annotations

from storage.events.atom import clean


def one_line(text: str) -> str:
    """Return `clean` text with every run of white space, also line breaks, as one space."""
    return " ".join(clean(text).split())
