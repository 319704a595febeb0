"""What the end of the night will look for of a new article, worked out while it is read.

Crawls run side by side, on all cores; the end of the night takes one article after the other.
"""

from __future__ import annotations

from pipelines.stories.sentences import RULES, passages_of
from pipelines.stories.stock_phrases import stock_shingles
from storage.db.connection import Database
from storage.models import Article
from storage.stories.pending_shingles import Places, hold_places


def places_of(record: Article) -> Places:
    return passages_of(record, stock_shingles()).sketch.places


def hold(db: Database, article: int, revision: int, places: Places) -> None:
    """Holds the places of an article's first revision for StoryKeeper."""
    hold_places(db, article, revision, RULES, places)
