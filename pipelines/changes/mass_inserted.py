"""Texts and fields added or removed by an edit; a template changes many articles alike.

A part of the template that is not closed swallows the end of each article instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.changes.diff import FieldDiff, diff
from pipelines.changes.word_diff import Op
from pipelines.text.normal_forms import comparison
from storage.models import Article

MIN_SPAN_SYLLABLES = 8
MIN_PARAGRAPH_SYLLABLES = 4
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class EditedTexts:
    """What an edit added and removed.

    Attributes:
        added, removed: spans of MIN_SPAN_SYLLABLES, and paragraphs of MIN_PARAGRAPH_SYLLABLES or
            more, in lower case and with numbers as 0
        end_lost: the last paragraph of the body is gone
        appeared, vanished: compared fields that had no text before, or have none now
    """

    added: frozenset[str]
    removed: frozenset[str]
    end_lost: bool = False
    appeared: frozenset[str] = frozenset()
    vanished: frozenset[str] = frozenset()


def edited_texts(old: Article, new: Article) -> EditedTexts:
    diffs = diff(old, new)
    added, removed = _texts(diffs, "added"), _texts(diffs, "removed")
    return EditedTexts(
        added, removed, bool(old.body) and _plain(old.body[-1].text) in removed,
        appeared=frozenset(d.field for d in diffs if not d.sides("removed")),
        vanished=frozenset(d.field for d in diffs if not d.sides("added")),
    )  # fmt: skip


def _texts(diffs: list[FieldDiff], op: Op) -> frozenset[str]:
    parts = [part for d in diffs for part in d.parts]
    texts = [s.text for part in parts for s in part if s.op == op]
    found = [text for text in texts if len(text.split()) >= MIN_SPAN_SYLLABLES]
    whole = [text for d in diffs for text in d.whole(op)]
    found += [text for text in whole if len(text.split()) >= MIN_PARAGRAPH_SYLLABLES]
    return frozenset(map(_plain, found))


def _plain(text: str) -> str:
    return DIGITS.sub("0", comparison(text).lower())
