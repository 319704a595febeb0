"""Excerpts of a changed paragraph, or of a whole edit: the changes with some context words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.changes.diff import FieldDiff, Part
from pipelines.changes.word_diff import Span

MAX_SPAN_WORDS = 24  # of an added or removed span in the excerpt of an edit
MAX_EXCERPTS = 3  # paragraphs in the excerpt of an edit


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


@dataclass(frozen=True, slots=True)
class EditExcerpt:
    """The beginning of what an edit changed.

    Attributes:
        parts: field and spans of each excerpt
        more: number of changed paragraphs that are left out
    """

    parts: tuple[tuple[str, Part], ...]
    more: int


def edit_excerpt(fields: Sequence[FieldDiff], context: int) -> EditExcerpt:
    """Return the first changed paragraphs of an edit, long spans cut."""
    changed = [
        (field.field, part)
        for field in fields
        for part in field.parts
        if any(span.op != "same" for span in part)
    ]
    shown = tuple(
        (field, tuple(map(_cut, excerpt(part, context)))) for field, part in changed[:MAX_EXCERPTS]
    )
    return EditExcerpt(shown, max(len(changed) - MAX_EXCERPTS, 0))


def _cut(span: Span) -> Span:
    words = span.text.split()
    if span.op == "same" or len(words) <= MAX_SPAN_WORDS:
        return span
    return Span(span.op, " ".join([*words[:MAX_SPAN_WORDS], "…"]))
