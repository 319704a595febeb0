"""The longer passages that an edit brings or takes; a template's enter many articles alike."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.changes.diff import FieldDiff, Op, diff
from pipelines.text.normal_forms import comparison
from storage.models import Article

MIN_PASSAGE_SYLLABLES = 8
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class EditedTexts:
    """Passages of 8 syllables or more, folded: case and numbers do not tell them apart."""

    added: frozenset[str]
    removed: frozenset[str]


def edited_texts(old: Article, new: Article) -> EditedTexts:
    """What the new text has and the old one had not, and the other way round."""
    diffs = diff(old, new)
    return EditedTexts(_passages(diffs, "added"), _passages(diffs, "removed"))


def _passages(diffs: list[FieldDiff], op: Op) -> frozenset[str]:
    texts = (s.text for d in diffs for part in d.parts for s in part if s.op == op)
    long = (text for text in texts if len(text.split()) >= MIN_PASSAGE_SYLLABLES)
    return frozenset(DIGITS.sub("0", comparison(text).lower()) for text in long)
