"""What an edit is: its class, its size and a sentence that says it in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pipelines.diff import FieldDiff, diff
from storage.records import Article

EditClass = Literal["cosmetic", "correction", "title", "date", "byline", "substantive"]
CORRECTION_SYLLABLES = 6  # added and removed together; more is more than a slip mended
QUOTED = 60  # characters of a changed passage that the summary quotes
TITLE = 200  # the same of a title


@dataclass(frozen=True, slots=True)
class Change:
    """An edit: `added` and `removed` count syllables over all changed fields."""

    fields: tuple[str, ...]
    edit_class: EditClass
    added: int
    removed: int
    summary: str

    def as_detail(self) -> dict[str, Any]:
        return {
            "changed": list(self.fields),
            "class": self.edit_class,
            "syllables_added": self.added,
            "syllables_removed": self.removed,
        }


def change(old: Article, new: Article) -> Change | None:
    """The edit between two revisions, or None where no reader would see a difference."""
    diffs = diff(old, new)
    if not diffs:
        return None
    added = sum(len(d.words("added")) for d in diffs)
    removed = sum(len(d.words("removed")) for d in diffs)
    fields = tuple(d.field for d in diffs)
    summary = "; ".join(_sentence(d) for d in diffs)
    return Change(fields, _class(diffs, added + removed), added, removed, summary)


def _class(diffs: list[FieldDiff], size: int) -> EditClass:
    fields = {d.field for d in diffs}
    if all(_only_punctuation(d) for d in diffs):
        return "cosmetic"
    if fields <= {"published"}:
        return "date"
    if fields <= {"byline", "source"}:
        return "byline"
    if "title" in fields and fields <= {"title", "published", "byline", "source"}:
        return "title"
    whole = any(d.whole("added") or d.whole("removed") for d in diffs if d.field == "body")
    return "substantive" if whole or size > CORRECTION_SYLLABLES else "correction"


def _only_punctuation(field: FieldDiff) -> bool:
    def letters(words: list[str]) -> str:
        return "".join(c for word in words for c in word.lower() if c.isalnum())

    return letters(field.words("added")) == letters(field.words("removed"))


def _sentence(field: FieldDiff) -> str:
    if field.field == "title":
        # A title is read as a whole: its words in pieces tell nobody what it said.
        return f"title: {_replaced(field.side('removed'), field.side('added'), TITLE)}"
    gone, fresh = field.whole("removed"), field.whole("added")
    said = []
    if field.field == "body" and gone:
        said.append(f"{_count(gone)} removed")
    if field.field == "body" and fresh:
        said.append(f"{_count(fresh)} added")
    said += _replacements(field)
    if not said:
        said = [_replaced(" ".join(field.words("removed")), " ".join(field.words("added")))]
    return f"{field.field}: {', '.join(said[:3])}" + (", ..." if len(said) > 3 else "")


def _replacements(field: FieldDiff) -> list[str]:
    """Each changed place inside the paragraphs that both revisions have."""
    said = []
    for part in field.parts:
        if len(part) == 1:
            continue
        for number, span in enumerate(part):
            before = part[number - 1] if number else None
            after = part[number + 1] if number + 1 < len(part) else None
            if span.op == "removed":
                fresh = after.text if after and after.op == "added" else ""
                said.append(_replaced(span.text, fresh))
            elif span.op == "added" and not (before and before.op == "removed"):
                said.append(_replaced("", span.text))
    return said


def _replaced(old: str, new: str, limit: int = QUOTED) -> str:
    if not old:
        return f"added “{_cut(new, limit)}”"
    if not new:
        return f"removed “{_cut(old, limit)}”"
    return f"“{_cut(old, limit)}” became “{_cut(new, limit)}”"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + " …"


def _count(parts: list[str]) -> str:
    return "1 paragraph" if len(parts) == 1 else f"{len(parts)} paragraphs"
