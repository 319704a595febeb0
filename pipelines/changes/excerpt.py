"""A paragraph's changes with the words around them: what a person needs to see of a long text."""

from __future__ import annotations

from pipelines.changes.diff import Part
from pipelines.changes.word_diff import Span


def excerpt(part: Part, context: int) -> Part:
    """The spans of a paragraph; of what stayed only so many words next to each change."""
    last = len(part) - 1
    return tuple(
        Span("same", _near(span.text, context, first=place == 0, last=place == last))
        if span.op == "same"
        else span
        for place, span in enumerate(part)
    )


def _near(text: str, context: int, *, first: bool, last: bool) -> str:
    """The ends of a stretch that stayed: the one that a change is next to, or both."""
    words = text.split()
    head = [] if first and not last else words[:context]
    tail = [] if last else words[-context:]
    if len(head) + len(tail) >= len(words):
        return text
    return " ".join([*head, "…", *tail])
