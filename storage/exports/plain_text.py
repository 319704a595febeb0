"""Text of pages as text alone, for formats that have no way of writing what text may hold."""

from __future__ import annotations

from storage.events.atom import clean


def one_line(text: str) -> str:
    """Without line breaks of any kind, nor what `clean` leaves out; a run of spaces is one."""
    return " ".join(clean(text).split())
