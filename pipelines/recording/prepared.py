"""Work on a page outside the write transaction, so that other crawls can write meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipelines.changes.fingerprint import fingerprint
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from pipelines.stories.precompute import shingle_positions
from storage.models import Article
from storage.stories.pending_shingles import ShinglePositions


@dataclass(frozen=True, slots=True)
class PreparedArticle:
    """A normalised article.

    Attributes:
        shingle_positions: None if the article is stored already, or if they are computed later
    """

    article: Article
    fingerprint: str
    shingle_positions: ShinglePositions | None


def prepare_new_article(page: RawArticle) -> PreparedArticle:
    """Normalise a raw article and compute what the recorder needs of a new one."""
    prepared = normalised(page)
    return replace(prepared, shingle_positions=shingle_positions(prepared.article))


def normalised(page: RawArticle) -> PreparedArticle:
    """Normalise a raw article. The clusterer computes the shingle positions."""
    article = normalise(page)
    return PreparedArticle(article, fingerprint(article), None)
