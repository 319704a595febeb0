"""What is worked out of a page before its batch is written, while other crawls may write theirs."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.fingerprint import fingerprint
from pipelines.normalise import normalise
from pipelines.printed import PrintedArticle
from pipelines.stories.ahead import places_of
from storage.articles import find_article
from storage.database import Database
from storage.held_passages import Places
from storage.records import Article


@dataclass(frozen=True, slots=True)
class Prepared:
    article: Article
    fingerprint: str
    places: Places | None  # of its passages; None where it was known when it came


def prepare(db: Database, page: PrintedArticle) -> Prepared:
    article = normalise(page)
    known = find_article(db, article.site, article.key)
    return Prepared(article, fingerprint(article), places_of(article) if known is None else None)
