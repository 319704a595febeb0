"""Precompute the shingle positions of a new article during its crawl.

Crawls run in parallel on all cores; the clusterer at the end of the batch takes one article at a
time.
"""

from __future__ import annotations

from pipelines.stories.sentences import shingle_text
from pipelines.stories.stock_phrases import stock_phrase_shingles
from storage.models import Article
from storage.stories.pending_shingles import ShinglePositions


def shingle_positions(record: Article) -> ShinglePositions:
    """Return what the clusterer looks up in the shingle index for this record."""
    return shingle_text(record, stock_phrase_shingles()).sketch.positions
