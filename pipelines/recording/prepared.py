"""What is worked out of a page before its batch is written, while other crawls may write theirs."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.changes.fingerprint import fingerprint
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from pipelines.stories.precompute import shingle_positions
from storage.articles.repository import find_article
from storage.db.connection import Database
from storage.models import Article
from storage.stories.pending_shingles import Places


@dataclass(frozen=True, slots=True)
class Prepared:
    article: Article
    fingerprint: str
    places: Places | None  # of its passages; None where it was known when it came


def prepare(db: Database, page: RawArticle) -> Prepared:
    article = normalise(page)
    known = find_article(db, article.site, article.key)
    return Prepared(article, fingerprint(article), shingle_positions(article) if known is None else None)
