"""Work on a page outside the write transaction, so that other crawls can write meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.changes.fingerprint import fingerprint
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from pipelines.stories.precompute import shingle_positions
from storage.articles.repository import find_article
from storage.db.connection import Database
from storage.models import Article
from storage.stories.pending_shingles import ShinglePositions


@dataclass(frozen=True, slots=True)
class PreparedArticle:
    """A normalised article.

    Attributes:
        shingle_positions: None if the article is stored already
    """

    article: Article
    fingerprint: str
    shingle_positions: ShinglePositions | None


def prepare_article(db: Database, page: RawArticle) -> PreparedArticle:
    """Normalise a raw article and compute what the recorder needs."""
    article = normalise(page)
    is_new = find_article(db, article.site, article.key) is None
    positions = shingle_positions(article) if is_new else None
    return PreparedArticle(article, fingerprint(article), positions)
