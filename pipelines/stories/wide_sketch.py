"""The shingles of an article for a bulk dataset: those of the index of a home, in all their bits.

The index of a home keeps 26 bits of a shingle (sentences.py), enough for a million articles. Among
ten million, most candidates would be chance.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.stories.sentences import shingle_text
from pipelines.stories.stock_phrases import stock_phrase_shingles
from storage.models import Article

_SIGN = 1 << 63


@dataclass(frozen=True, slots=True)
class WideSketch:
    """The smallest shingle of each sentence, as a signed number of 64 bits.

    Attributes:
        shingles: of all sentences, sorted: what the article is looked up by
        indexed: of the sentences by which later articles find it
    """

    shingles: list[int]
    indexed: list[int]


def wide_sketch(record: Article) -> WideSketch:
    text = shingle_text(record, stock_phrase_shingles())
    wide = {s.min_shingle: _signed(min(s.shingles)) for s in text.sentences}
    indexed = text.sketch.index_shingles(frozenset())
    return WideSketch(sorted(wide.values()), [wide[shingle] for shingle in indexed])


def _signed(number: int) -> int:
    return number - 2 * _SIGN if number >= _SIGN else number
