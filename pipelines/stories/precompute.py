"""What the end of the night will look for of a new article, worked out while it is read.

Crawls run side by side, on all cores; the end of the night takes one article after the other.
"""

from __future__ import annotations

from pipelines.stories.sentences import SHINGLE_RULES_VERSION, shingle_text
from pipelines.stories.stock_phrases import stock_phrase_shingles
from storage.db.connection import Database
from storage.models import Article
from storage.stories.pending_shingles import Places, hold_places


def shingle_positions(record: Article) -> Places:
    return shingle_text(record, stock_phrase_shingles()).sketch.places


def store_shingle_positions(db: Database, article: int, revision: int, places: Places) -> None:
    """Holds the places of an article's first revision for StoryKeeper."""
    hold_places(db, article, revision, SHINGLE_RULES_VERSION, places)
