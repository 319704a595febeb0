"""Long passages added or removed by an edit; template text is inserted into many articles alike."""

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
    """Passages of MIN_PASSAGE_SYLLABLES or more, in lower case and with numbers as 0."""

    added: frozenset[str]
    removed: frozenset[str]


def edited_texts(old: Article, new: Article) -> EditedTexts:
    """Return the long passages that an edit added and removed."""
    diffs = diff(old, new)
    return EditedTexts(_passages(diffs, "added"), _passages(diffs, "removed"))


def _passages(diffs: list[FieldDiff], op: Op) -> frozenset[str]:
    texts = (s.text for d in diffs for part in d.parts for s in part if s.op == op)
    long_texts = (text for text in texts if len(text.split()) >= MIN_PASSAGE_SYLLABLES)
    return frozenset(DIGITS.sub("0", comparison(text).lower()) for text in long_texts)
