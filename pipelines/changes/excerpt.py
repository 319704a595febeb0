"""Excerpts of a changed paragraph: the changes with some context words."""

from __future__ import annotations

from pipelines.changes.diff import Part
from pipelines.changes.word_diff import Span


def excerpt(part: Part, context: int) -> Part:
    """Return the spans of a paragraph with at most `context` unchanged words around each change."""
    last = len(part) - 1
    return tuple(
        Span("same", _context(span.text, context, first=index == 0, last=index == last))
        if span.op == "same"
        else span
        for index, span in enumerate(part)
    )


def _context(text: str, context: int, *, first: bool, last: bool) -> str:
    """Return the words of an unchanged span that are next to a change, at one or both ends."""
    words = text.split()
    head = [] if first and not last else words[:context]
    tail = [] if last else words[-context:]
    if len(head) + len(tail) >= len(words):
        return text
    return " ".join([*head, "…", *tail])
