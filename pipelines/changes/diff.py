"""What differs between two revisions, word by word (in Vietnamese: syllable by syllable)."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.changes.fingerprint import COMPARED_FIELDS, field_paragraphs
from pipelines.changes.paragraph_pairs import Pairs, pair
from pipelines.changes.word_diff import Op, Span, longest_rising_run, spans
from pipelines.text.normal_forms import comparison
from storage.models import Article

__all__ = ["FieldDiff", "Op", "Span", "diff"]

Part = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One watched field.

    `parts` holds one list of spans a paragraph (or title, caption ...): those of the new text in
    its order, and those that were removed where they stood. `moved` are the places in `parts` of
    paragraphs that stand elsewhere than before; `old_order` the places in `parts` of everything
    that the old text had, in its order.
    """

    field: str
    parts: tuple[Part, ...]
    moved: tuple[int, ...] = ()
    old_order: tuple[int, ...] = ()

    @property
    def changed(self) -> bool:
        return any(span.op != "same" for part in self.parts for span in part)

    def words(self, op: Op) -> list[str]:
        return [w for part in self.parts for s in part if s.op == op for w in s.text.split()]

    def side(self, op: Op) -> str:
        """The whole text before (`removed`) or after (`added`) the change."""
        return " ".join(self.sides(op))

    def sides(self, op: Op) -> list[str]:
        """The same paragraph by paragraph, in the order of that side."""
        parts = [self.parts[n] for n in self.old_order] if op == "removed" else self.parts
        texts = (" ".join(s.text for s in part if s.op in ("same", op)) for part in parts)
        return [text for text in texts if text]

    def whole(self, op: Op) -> list[str]:
        """The parts that were added or removed as a whole."""
        return [p[0].text for p in self.parts if len(p) == 1 and p[0].op == op]


def diff(old: Article, new: Article) -> list[FieldDiff]:
    """The watched fields that differ; what comparison folds is no difference.

    A paragraph that only moved is none either, and is shown where its field has another one.
    """
    found = (
        _field_diff(field, _printed(old, field), _printed(new, field)) for field in COMPARED_FIELDS
    )
    return [d for d in found if d.changed]


def _printed(article: Article, field: str) -> list[str]:
    return [text for text in field_paragraphs(article, field) if comparison(text)]


def _field_diff(field: str, old: list[str], new: list[str]) -> FieldDiff:
    pairs = pair(old, new)
    partner = pairs.same | pairs.changed
    matched = sorted(partner)
    in_order = {matched[n] for n in longest_rising_run([partner[j] for j in matched])}
    parts: list[Part] = []
    places: dict[int, int] = {}  # in the old text -> in parts
    removed = _removed(len(old), partner, in_order)

    def put_removed(after: int) -> None:
        for i in removed.get(after, []):
            places[i] = len(parts)
            parts.append((Span("removed", old[i]),))

    put_removed(-1)
    moved: list[int] = []
    for j, text in enumerate(new):
        if j in partner:
            places[partner[j]] = len(parts)
            if j not in in_order:
                moved.append(len(parts))
        parts.append(_part(old, text, j, pairs))
        put_removed(j)
    order = tuple(places[i] for i in range(len(old)))
    return FieldDiff(field, tuple(parts), tuple(moved), order)


def _part(old: list[str], text: str, place: int, pairs: Pairs) -> Part:
    if place in pairs.same:
        return (Span("same", text),)
    if place in pairs.changed:
        return spans(old[pairs.changed[place]], text)
    return (Span("added", text),)


def _removed(size: int, partner: dict[int, int], in_order: set[int]) -> dict[int, list[int]]:
    """Old paragraphs without a partner, by the new one in order behind which they stood, or -1."""
    new_of = {i: j for j, i in partner.items()}
    found: dict[int, list[int]] = {}
    after = -1
    for i in range(size):
        if i not in new_of:
            found.setdefault(after, []).append(i)
        elif new_of[i] in in_order:
            after = new_of[i]
    return found
