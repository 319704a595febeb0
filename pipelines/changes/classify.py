"""What an edit is: its class, its size, its weight and a sentence that says it in plain words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pipelines.changes.diff import FieldDiff, diff
from pipelines.changes.facts import FactChange, Region, as_detail, fact_changes, negations, regions
from pipelines.changes.scoring import MIN_LONG_CHANGE_SYLLABLES, Priority, Signal, priority
from storage.models import Article, EditClass

MAX_CORRECTION_SYLLABLES = 6  # added and removed together; more is more than a slip mended
MAX_QUOTED_CHARS = 60  # characters of a changed passage that the summary quotes
MAX_TITLE_CHARS = 200  # the same of a title
MAX_LISTED_CHANGES = 3  # changes of one field that the summary names
MAX_LISTED_FACTS = 20  # changed numbers, names and dates that the event lists, of each


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit: `added` and `removed` count syllables over all changed fields."""

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
    """The edit between two revisions, or None where no reader would see a difference."""
    diffs = diff(old, new)
    return edit_of_diffs(diffs) if diffs else None


def edit_of_diffs(diffs: list[FieldDiff]) -> Edit:
    """The edit that these differences (one at least) make."""
    added = sum(len(d.words("added")) for d in diffs)
    removed = sum(len(d.words("removed")) for d in diffs)
    facts = tuple(fact_changes(diffs))
    edit_class = _class(diffs, facts, added + removed)
    weight = priority(_signs(diffs, facts), cosmetic=edit_class == EditClass.COSMETIC)
    fields = tuple(d.field for d in diffs)
    summary = "; ".join(_sentence(d) for d in diffs)
    return Edit(fields, edit_class, added, removed, weight, facts, summary)


def _signs(diffs: list[FieldDiff], facts: tuple[FactChange, ...]) -> dict[Signal, int]:
    found: dict[Signal, int] = {sign: 0 for sign in get_args(Signal)}
    for one in diffs:
        found[one.field] += 1  # type: ignore[index]
    body = [d for d in diffs if d.field == "body"]
    found["paragraphs removed"] = sum(len(d.whole("removed")) for d in body)
    found["paragraphs added"] = sum(len(d.whole("added")) for d in body)
    for fact in facts:
        found[f"{fact.kind}s"] += 1  # type: ignore[index]
    found["negation"] = negations(diffs)
    sizes = (len(s.text.split()) for d in diffs for p in d.parts for s in p if s.op != "same")
    found["long change"] = sum(size >= MIN_LONG_CHANGE_SYLLABLES for size in sizes)
    return found


def _class(diffs: list[FieldDiff], facts: tuple[FactChange, ...], size: int) -> EditClass:
    fields = {d.field for d in diffs}
    if not facts and all(_only_punctuation(d) for d in diffs):  # 1,5 and 15 differ by a comma only
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


def _sentence(field: FieldDiff) -> str:
    if field.field == "title":
        # A title is read as a whole: its words in pieces tell nobody what it said.
        whole = field.side("removed"), field.side("added")
        facts = [fact for fact in fact_changes([field]) if (fact.old, fact.new) != whole]
        said = [_replaced(*whole, MAX_TITLE_CHARS), *(fact.sentence() for fact in facts)]
    else:
        said = [*_paragraphs(field), *_places(field)]
    if not said:
        said = [_replaced(" ".join(field.words("removed")), " ".join(field.words("added")))]
    return f"{field.field}: {', '.join(said[:MAX_LISTED_CHANGES])}" + (
        ", ..." if len(said) > MAX_LISTED_CHANGES else ""
    )


def _paragraphs(field: FieldDiff) -> list[str]:
    if field.field != "body":
        return []
    counts = {
        "removed": len(field.whole("removed")),
        "added": len(field.whole("added")),
        "moved": len(field.moved),
    }
    return [f"{_count(number)} {what}" for what, number in counts.items() if number]


def _places(field: FieldDiff) -> list[str]:
    """Each changed place inside the paragraphs that both revisions have, named facts first."""
    found = [region for part in field.parts for region in regions(field, part)]
    found.sort(key=lambda region: not region.facts)
    times = Counter(_place(region) for region in found)
    return [said if n == 1 else f"{said} ({n} times)" for said, n in times.items()]


def _place(region: Region) -> str:
    facts = ", ".join(fact.sentence() for fact in region.facts)
    if region.named:
        return facts
    quoted = _replaced(region.old, region.new)
    return f"{quoted} ({facts})" if facts else quoted


def _replaced(old: str, new: str, limit: int = MAX_QUOTED_CHARS) -> str:
    if not old:
        return f"added “{_cut(new, limit)}”"
    if not new:
        return f"removed “{_cut(old, limit)}”"
    return f"“{_cut(old, limit)}” became “{_cut(new, limit)}”"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rsplit(" ", 1)[0] + " …"


def _count(number: int) -> str:
    return "1 paragraph" if number == 1 else f"{number} paragraphs"
