"""What the end of the night will look for of a new article, worked out while it is read.

Crawls run side by side, on all cores; the end of the night takes one article after the other.
"""

from __future__ import annotations

from pipelines.stories.passages import RULES, passages_of
from pipelines.stories.stock import stock_shingles
from storage.database import Database
from storage.held_passages import Places, hold_places
from storage.records import Article


def places_of(record: Article) -> Places:
    return passages_of(record, stock_shingles()).sketch.places


def hold(db: Database, article: int, revision: int, places: Places) -> None:
    """Holds the places of an article's first revision for StoryKeeper."""
    hold_places(db, article, revision, RULES, places)
