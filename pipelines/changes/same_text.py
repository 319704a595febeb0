"""Whether two pages hold the same article: then it has moved."""

from __future__ import annotations

from collections import Counter

from pipelines.changes.fingerprint import fingerprint
from pipelines.text.normal_forms import comparison
from storage.models import Article

SAME_SHARE = 0.8  # of the longer text's characters, in common paragraphs


def same_text(old: Article, new: Article) -> bool:
    """Whether two pages have the same text, except for small edits: then the article has moved.

    Texts without paragraphs (photo stories) must have equal fingerprints.
    """
    left, right = _paragraphs(old), _paragraphs(new)
    longer = max(_size(left), _size(right))
    if longer == 0:
        return fingerprint(old) == fingerprint(new)
    return _size(left & right) >= SAME_SHARE * longer


def _paragraphs(article: Article) -> Counter[str]:
    return Counter(comparison(block.text) for block in article.body)


def _size(paragraphs: Counter[str]) -> int:
    return sum(len(text) * times for text, times in paragraphs.items())
