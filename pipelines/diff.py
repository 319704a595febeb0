"""What differs between two revisions, word by word (in Vietnamese: syllable by syllable)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from pipelines.fingerprint import WATCHED, watched_text
from pipelines.text import comparison
from storage.records import Article

Op = Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Span:
    op: Op
    text: str


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One watched field. `parts` holds one list of spans a paragraph (or title, caption ...)."""

    field: str
    parts: tuple[tuple[Span, ...], ...]

    @property
    def changed(self) -> bool:
        return any(span.op != "same" for part in self.parts for span in part)

    def words(self, op: Op) -> list[str]:
        return [w for part in self.parts for s in part if s.op == op for w in s.text.split()]

    def side(self, op: Op) -> str:
        """The whole text before (`removed`) or after (`added`) the change."""
        return " ".join(s.text for part in self.parts for s in part if s.op in ("same", op))

    def whole(self, op: Op) -> list[str]:
        """The parts that were added or removed as a whole."""
        return [p[0].text for p in self.parts if len(p) == 1 and p[0].op == op]


def diff(old: Article, new: Article) -> list[FieldDiff]:
    """The watched fields that differ; what comparison folds is no difference."""
    found = (_field_diff(f, _printed(old, f), _printed(new, f)) for f in WATCHED)
    return [d for d in found if d.changed]


def _printed(article: Article, field: str) -> list[str]:
    match field:
        case "body":
            return [block.text for block in article.body]
        case "captions":
            return [caption.text for caption in article.captions]
        case "byline" | "source" | "published":
            return watched_text(article, field)
    value = getattr(article, field)
    return [value] if value else []


def _field_diff(field: str, old: list[str], new: list[str]) -> FieldDiff:
    """Paragraphs that both sides hold are the same wherever they stand; the rest is aligned."""
    old_forms, new_forms = [comparison(t) for t in old], [comparison(t) for t in new]
    both = Counter(old_forms) & Counter(new_forms)
    gone = _without(old_forms, both)
    fresh = _without(new_forms, both)
    partner = _pair(old, gone, new, fresh)
    parts: list[tuple[Span, ...]] = []
    for j, text in enumerate(new):
        if j not in fresh:
            parts.append((Span("same", text),))
        elif j in partner:
            parts.append(_spans(old[partner[j]], text))
        else:
            parts.append((Span("added", text),))
    used = set(partner.values())
    parts += [(Span("removed", old[i]),) for i in gone if i not in used]
    return FieldDiff(field, tuple(parts))


def _without(forms: list[str], both: Counter[str]) -> list[int]:
    """The places of the forms that the other side does not have, or has fewer times."""
    left = Counter(both)
    places = []
    for place, form in enumerate(forms):
        if left[form] > 0:
            left[form] -= 1
        else:
            places.append(place)
    return places


def _pair(old: list[str], gone: list[int], new: list[str], fresh: list[int]) -> dict[int, int]:
    """Which new paragraph grew out of which old one: the most alike, at least half alike."""
    alike = sorted(
        ((_likeness(old[i], new[j]), i, j) for i in gone for j in fresh),
        key=lambda found: (-found[0], found[1], found[2]),
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    only_one = len(old) == len(new) == 1
    for ratio, i, j in alike:
        if (ratio >= 0.5 or only_one) and i not in taken and j not in pairs:
            pairs[j] = i
            taken.add(i)
    return pairs


def _likeness(old: str, new: str) -> float:
    left, right = set(comparison(old).split()), set(comparison(new).split())
    return 2 * len(left & right) / (len(left) + len(right) or 1)


def _spans(old: str, new: str) -> tuple[Span, ...]:
    old_words, new_words = old.split(), new.split()
    matcher = SequenceMatcher(
        None, [comparison(w) for w in old_words], [comparison(w) for w in new_words], autojunk=False
    )
    spans: list[Span] = []
    for op, i1, i2, j1, j2 in matcher.get_opcodes():
        if op == "equal":
            spans.append(Span("same", " ".join(new_words[j1:j2])))
            continue
        if i2 > i1:
            spans.append(Span("removed", " ".join(old_words[i1:i2])))
        if j2 > j1:
            spans.append(Span("added", " ".join(new_words[j1:j2])))
    return tuple(spans)
