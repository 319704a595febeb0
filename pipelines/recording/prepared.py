"""Work on a page outside the write transaction, so that other crawls can write meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
        shingle_positions: None if the article is stored already, or if they are not needed yet
    """

    article: Article
    fingerprint: str
    shingle_positions: ShinglePositions | None


def prepare_article(db: Database, page: RawArticle) -> PreparedArticle:
    """Normalise a raw article and compute what the recorder needs."""
    prepared = normalised(page)
    article = prepared.article
    if find_article(db, article.site, article.key) is not None:
        return prepared
    return replace(prepared, shingle_positions=shingle_positions(article))


def normalised(page: RawArticle) -> PreparedArticle:
    """Normalise a raw article. The clusterer computes the shingle positions."""
    article = normalise(page)
    return PreparedArticle(article, fingerprint(article), None)
