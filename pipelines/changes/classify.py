"""Classification of an edit: class, size, priority, changed facts, and an English summary."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, get_args

from pipelines.changes.diff import FieldDiff, diff
from pipelines.changes.facts import (
    ChangedRegion,
    FactChange,
    as_detail,
    changed_regions,
    fact_changes,
    negations,
)
from pipelines.changes.scoring import MIN_LONG_CHANGE_SYLLABLES, Priority, Signal, priority
from storage.models import Article, EditClass

MAX_CORRECTION_SYLLABLES = 6  # added plus removed; a larger edit is no correction
MAX_QUOTED_CHARS = 60  # of a changed text, quoted in the summary
MAX_TITLE_CHARS = 200  # of a title, quoted in the summary
MAX_LISTED_CHANGES = 3  # per field, in the summary
MAX_LISTED_FACTS = 20  # per kind of fact, in the event


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit between two revisions.

    Attributes:
        added, removed: syllables over all changed fields
    """

    fields: tuple[str, ...]
    edit_class: EditClass
    added: int
    removed: int
    priority: Priority
    facts: tuple[FactChange, ...]
    summary: str

    def as_detail(self) -> dict[str, Any]:
        return {
            "changed": list(self.fields),
            "class": self.edit_class,
            "priority": self.priority.value,
            "signs": list(self.priority.signals),
            "facts": as_detail(self.facts, MAX_LISTED_FACTS),
            "syllables_added": self.added,
            "syllables_removed": self.removed,
        }


def edit_between(old: Article, new: Article) -> Edit | None:
    """Return the edit between two revisions, or None if there is no readable difference."""
    diffs = diff(old, new)
    return edit_of_diffs(diffs) if diffs else None


def edit_of_diffs(diffs: list[FieldDiff]) -> Edit:
    """Return the edit of at least one field diff."""
    added = sum(len(d.words("added")) for d in diffs)
    removed = sum(len(d.words("removed")) for d in diffs)
    facts = tuple(fact_changes(diffs))
    edit_class = _edit_class(diffs, facts, added + removed)
    edit_priority = priority(
        _count_signals(diffs, facts), cosmetic=edit_class == EditClass.COSMETIC
    )
    fields = tuple(d.field for d in diffs)
    summary = "; ".join(_field_summary(d) for d in diffs)
    return Edit(fields, edit_class, added, removed, edit_priority, facts, summary)


def _count_signals(diffs: list[FieldDiff], facts: tuple[FactChange, ...]) -> dict[Signal, int]:
    counts: dict[Signal, int] = {sign: 0 for sign in get_args(Signal)}
    for field_diff in diffs:
        counts[field_diff.field] += 1  # type: ignore[index]
    body = [d for d in diffs if d.field == "body"]
    counts["paragraphs removed"] = sum(len(d.whole("removed")) for d in body)
    counts["paragraphs added"] = sum(len(d.whole("added")) for d in body)
    for fact in facts:
        counts[f"{fact.kind}s"] += 1  # type: ignore[index]
    counts["negation"] = negations(diffs)
    sizes = (len(s.text.split()) for d in diffs for p in d.parts for s in p if s.op != "same")
    counts["long change"] = sum(size >= MIN_LONG_CHANGE_SYLLABLES for size in sizes)
    return counts


def _edit_class(diffs: list[FieldDiff], facts: tuple[FactChange, ...], size: int) -> EditClass:
    fields = {d.field for d in diffs}
    if not facts and all(
        _only_punctuation(d) for d in diffs
    ):  # "1,5" and "15" differ only by a comma
        return EditClass.COSMETIC
    if fields <= {"published"}:
        return EditClass.DATE
    if fields <= {"byline", "source"}:
        return EditClass.BYLINE
    if "title" in fields and fields <= {"title", "published", "byline", "source"}:
        return EditClass.TITLE
    whole = any(d.whole("added") or d.whole("removed") for d in diffs if d.field == "body")
    if whole or size > MAX_CORRECTION_SYLLABLES:
        return EditClass.SUBSTANTIVE
    return EditClass.CORRECTION


def _only_punctuation(field: FieldDiff) -> bool:
    def letters(words: list[str]) -> str:
        return "".join(c for word in words for c in word.lower() if c.isalnum())

    return letters(field.words("added")) == letters(field.words("removed"))


def _field_summary(field: FieldDiff) -> str:
    if field.field == "title":
        # Quote the whole title: pieces of it are not understandable.
        whole = field.side("removed"), field.side("added")
        facts = [fact for fact in fact_changes([field]) if (fact.old, fact.new) != whole]
        changes = [_replacement(*whole, MAX_TITLE_CHARS), *(fact.sentence() for fact in facts)]
    else:
        changes = [*_paragraph_changes(field), *_region_changes(field)]
    if not changes:
        changes = [_replacement(" ".join(field.words("removed")), " ".join(field.words("added")))]
    return f"{field.field}: {', '.join(changes[:MAX_LISTED_CHANGES])}" + (
        ", ..." if len(changes) > MAX_LISTED_CHANGES else ""
    )


def _paragraph_changes(field: FieldDiff) -> list[str]:
    if field.field != "body":
        return []
    counts = {
        "removed": len(field.whole("removed")),
        "added": len(field.whole("added")),
        "moved": len(field.moved),
    }
    return [
        f"{_paragraph_count(count)} {operation}" for operation, count in counts.items() if count
    ]


def _region_changes(field: FieldDiff) -> list[str]:
    """Describe each changed region inside matched paragraphs, regions of named facts first."""
    changed = [region for part in field.parts for region in changed_regions(field, part)]
    changed.sort(key=lambda region: not region.facts)
    counts = Counter(_region_change(region) for region in changed)
    return [text if count == 1 else f"{text} ({count} times)" for text, count in counts.items()]


def _region_change(region: ChangedRegion) -> str:
    facts = ", ".join(fact.sentence() for fact in region.facts)
    if region.covered_by_facts:
        return facts
    quoted = _replacement(region.old, region.new)
    return f"{quoted} ({facts})" if facts else quoted


def _replacement(old: str, new: str, limit: int = MAX_QUOTED_CHARS) -> str:
    if not old:
        return f"added “{_truncate(new, limit)}”"
    if not new:
        return f"removed “{_truncate(old, limit)}”"
    return f"“{_truncate(old, limit)}” became “{_truncate(new, limit)}”"


def _truncate(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + " …"


def _paragraph_count(number: int) -> str:
    return "1 paragraph" if number == 1 else f"{number} paragraphs"
