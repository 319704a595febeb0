"""Diff of two revisions by field, paragraph and word (in Vietnamese: syllable)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pipelines.changes.fingerprint import COMPARED_FIELDS, field_paragraphs, prints_age
from pipelines.changes.paragraph_pairs import ParagraphPairs, match_paragraphs, similarity
from pipelines.changes.word_diff import Op, Span, longest_increasing_subsequence, spans
from pipelines.record.dates.clock import prints_midnight
from pipelines.text.normal_forms import comparison
from storage.models import Article
from storage.timezone import day_first

Part = tuple[Span, ...]
MIN_COPY_SIMILARITY = 0.8  # of two copies of a lead, one of which was edited
MIN_ROLE_SIMILARITY = 0.7  # of an edited paragraph that has got another role as well
TEXT_FIELDS = ("lead", "body", "captions")  # the roles that a paragraph may have


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """The diff of one compared field.

    Attributes:
        parts: the spans of each paragraph (or title, caption ...) in the order of the new text,
            with removed paragraphs at their old position
        moved: indexes in `parts` of paragraphs that moved
        old_order: indexes in `parts` of the paragraphs of the old text, in its order
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
        """Return the whole text before (`removed`) or after (`added`) the edit."""
        return " ".join(self.sides(op))

    def sides(self, op: Op) -> list[str]:
        """Return the paragraphs before (`removed`) or after (`added`) the edit, in their order."""
        parts = [self.parts[n] for n in self.old_order] if op == "removed" else self.parts
        texts = (" ".join(s.text for s in part if s.op in ("same", op)) for part in parts)
        return [text for text in texts if text]

    def whole(self, op: Op) -> list[str]:
        """Return the paragraphs that were added or removed as a whole."""
        return [p[0].text for p in self.parts if len(p) == 1 and p[0].op == op]


def diff(old: Article, new: Article) -> list[FieldDiff]:
    """Return the compared fields that differ after normalisation by `comparison`.

    A moved paragraph alone is no difference, but it is shown if its field has another one. Neither
    is a paragraph in another role: a picture that is inserted before a short paragraph makes it
    look like a caption, and the words are the same.
    """
    before = {field: _paragraphs(old, field) for field in COMPARED_FIELDS}
    after = {field: _paragraphs(new, field) for field in COMPARED_FIELDS}
    if prints_age(old) != prints_age(new):  # by the template: an age says no exact date
        before["published"] = after["published"] = []
    if _prints_time(old) != _prints_time(new):
        _drop_time_of_day(before, after)
    _drop_seconds(before, after)
    _print_second_copy(before, after)
    _print_second_copy(after, before)
    _give_new_roles(before, after)
    _give_edited_roles(before, after)
    _drop_credits_in_text(old, before, after)
    _drop_credits_in_text(new, after, before)
    diffs = (_field_diff(field, before[field], after[field]) for field in COMPARED_FIELDS)
    return [d for d in diffs if d.changed]


def _prints_time(article: Article) -> bool:
    """Whether a time of day is printed; 12:00 AM is one, although the record has only the day."""
    return bool(article.time_known) or prints_midnight(article.published_as_printed or "")


def _drop_time_of_day(before: dict[str, list[str]], after: dict[str, list[str]]) -> None:
    """Compare only the day if one side prints no time: the template leaves it out, no editor."""
    days = [text.partition(" ")[0] for side in (before, after) for text in side["published"]]
    if len(days) == 2 and days[0] == days[1]:
        before["published"] = after["published"] = days[:1]


def _drop_seconds(before: dict[str, list[str]], after: dict[str, list[str]]) -> None:
    """Compare only the minute if one side prints no seconds: the template leaves them out."""
    short, long = sorted((before["published"], after["published"]), key=lambda t: "".join(t))
    if short and long and long[0].startswith(f"{short[0]}:"):
        before["published"] = after["published"] = short


def _print_second_copy(once: dict[str, list[str]], twice: dict[str, list[str]]) -> None:
    """Print the lead of `once` again as the first paragraph if `twice` has an edited copy of it.

    The record leaves out the second copy of a lead that the page prints twice. An edit of one copy
    would make the other one look like a paragraph that is added or removed.
    """
    if not (once["lead"] and twice["lead"] and twice["body"]):
        return
    lead, copies = once["lead"][0], (twice["lead"][0], twice["body"][0])
    edited = [text for text in copies if comparison(text) != comparison(lead)]
    if len(edited) != 1 or similarity(lead, edited[0]) < MIN_COPY_SIMILARITY:
        return
    pairs = match_paragraphs(once["body"], twice["body"])
    if 0 not in pairs.same and 0 not in pairs.changed:
        once["body"].insert(0, lead)


def _give_new_roles(before: dict[str, list[str]], after: dict[str, list[str]]) -> None:
    """Move the paragraphs of `before` to the fields in which `after` has the same words."""
    forms = {field: [comparison(text) for text in after[field]] for field in TEXT_FIELDS}
    left = {
        field: Counter(comparison(text) for text in before[field]) - Counter(forms[field])
        for field in TEXT_FIELDS
    }
    for field in TEXT_FIELDS:
        missing = Counter(forms[field]) - Counter(comparison(text) for text in before[field])
        for index, form in enumerate(forms[field]):
            other = next((f for f in TEXT_FIELDS if missing[form] and left[f][form]), None)
            if other is None:
                continue
            missing[form] -= 1
            left[other][form] -= 1
            text = next(text for text in reversed(before[other]) if comparison(text) == form)
            before[other].remove(text)
            before[field].insert(index, text)


def _give_edited_roles(before: dict[str, list[str]], after: dict[str, list[str]]) -> None:
    """Show a paragraph that was edited and got another role as an edited paragraph of the body.

    An advert with a picture beside a paragraph may make it a caption, on either side of the edit.
    """
    for one, other in ((before, after), (after, before)):
        texts = _unmatched(one["body"], other["body"])
        captions = _unmatched(other["captions"], one["captions"]) if texts else []
        for caption in captions:
            closest = max(texts, key=lambda text: similarity(text, caption), default=None)
            if closest is None or similarity(closest, caption) < MIN_ROLE_SIMILARITY:
                continue
            texts.remove(closest)
            other["captions"].remove(caption)
            other["body"].insert(one["body"].index(closest), caption)


def _unmatched(texts: list[str], others: list[str]) -> list[str]:
    """Return the paragraphs that have no equal or similar one among the others."""
    pairs = match_paragraphs(others, texts)
    return [
        text
        for index, text in enumerate(texts)
        if index not in pairs.same and index not in pairs.changed
    ]


def _drop_credits_in_text(
    article: Article, own: dict[str, list[str]], other: dict[str, list[str]]
) -> None:
    """Drop byline and source of `article` if the other side prints the same line as text."""
    printed = {"byline": article.byline_as_printed, "source": article.source_as_printed}
    for field, line in printed.items():
        if not line or not own[field] or other[field]:
            continue
        form = comparison(line)
        for role in TEXT_FIELDS:
            texts = [text for text in other[role] if comparison(text) == form]
            if texts and not any(comparison(text) == form for text in own[role]):
                other[role].remove(texts[-1])
                own[field] = []
                break


def _paragraphs(article: Article, field: str) -> list[str]:
    texts = [text for text in field_paragraphs(article, field) if comparison(text)]
    return [day_first(text) for text in texts] if field == "published" else texts


def _field_diff(field: str, old: list[str], new: list[str]) -> FieldDiff:
    pairs = match_paragraphs(old, new)
    partner = pairs.same | pairs.changed
    matched = sorted(partner)
    in_order = {matched[n] for n in longest_increasing_subsequence([partner[j] for j in matched])}
    parts: list[Part] = []
    positions: dict[int, int] = {}  # index in the old text -> index in parts
    removed = _removed(len(old), partner, in_order)

    def put_removed(after: int) -> None:
        for i in removed.get(after, []):
            positions[i] = len(parts)
            parts.append((Span("removed", old[i]),))

    put_removed(-1)
    moved: list[int] = []
    for j, text in enumerate(new):
        if j in partner:
            positions[partner[j]] = len(parts)
            if j not in in_order:
                moved.append(len(parts))
        parts.append(_part(old, text, j, pairs))
        put_removed(j)
    old_order = tuple(positions[i] for i in range(len(old)))
    return FieldDiff(field, tuple(parts), tuple(moved), old_order)


def _part(old: list[str], text: str, index: int, pairs: ParagraphPairs) -> Part:
    if index in pairs.same:
        return (Span("same", text),)
    if index in pairs.changed:
        return spans(old[pairs.changed[index]], text)
    return (Span("added", text),)


def _removed(size: int, partner: dict[int, int], in_order: set[int]) -> dict[int, list[int]]:
    """Return the unmatched old paragraphs by the new paragraph they followed, or -1."""
    new_of = {i: j for j, i in partner.items()}
    removed: dict[int, list[int]] = {}
    after = -1
    for i in range(size):
        if i not in new_of:
            removed.setdefault(after, []).append(i)
        elif new_of[i] in in_order:
            after = new_of[i]
    return removed
