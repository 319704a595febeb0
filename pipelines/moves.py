"""Moves that no redirect, canonical link or common id shows: the same text at a new URL.

If a missing article's whole text is that of one article that was found after it was last seen, it
has moved there. Two texts that both lived for a while are a republication, a short text may be a
phrase of the site, and a text of several articles is boilerplate: none of them is a move.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pipelines.items import MovedVia
from pipelines.text.normal_forms import comparison
from storage.articles.repository import StoredArticle, article_by_id, articles_found_since
from storage.articles.revisions import last_revision
from storage.db.connection import Database
from storage.events.ledger import add_pending_event, retract_pending_event
from storage.messages import describe
from storage.messages.reasons_pages import PageReason
from storage.models import Article, EventKind
from storage.reasons import Reason

MIN_MOVED_CHARS = 300  # of a body that proves a move


@dataclass(frozen=True, slots=True)
class _Text:
    """What proves that two articles are one.

    Attributes:
        published: None without a time of day
        body: a digest
    """

    title: str
    published: str | None
    body: bytes

    def is_same(self, other: _Text) -> bool:
        is_dated_alike = self.published is not None and self.published == other.published
        return self.body == other.body and (self.title == other.title or is_dated_alike)


class MovedTexts:
    """Finds where missing articles of a site have moved. It reads each article once."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._texts: dict[int, _Text | None] = {}

    def target_of(self, missing: StoredArticle) -> StoredArticle | None:
        """Return the article that a missing one is now, or None."""
        text = self._text(missing.id)
        if text is None:
            return None
        beside = articles_found_since(self.db, missing)
        # Those found later are few, and mostly none has the text. The others may be all articles
        # of the site, so they are read only if one has it.
        later = {article for article, is_later in beside.items() if is_later}
        found = [article for article in later if self._has_body(article, text.body)]
        if len(found) != 1 or any(self._has_body(a, text.body) for a in beside.keys() - later):
            return None
        other = self._text(found[0])
        return article_by_id(self.db, found[0]) if other and text.is_same(other) else None

    def _has_body(self, article: int, body: bytes) -> bool:
        text = self._text(article)
        return text is not None and text.body == body

    def _text(self, article: int) -> _Text | None:
        if article not in self._texts:
            self._texts[article] = _text_of(last_revision(self.db, article).record)
        return self._texts[article]


def _text_of(record: Article) -> _Text | None:
    """Return the text of an article, or None if it is too short to prove anything."""
    body = "\n".join(comparison(block.text) for block in record.body)
    if len(body) < MIN_MOVED_CHARS:
        return None
    digest = hashlib.blake2b(body.encode(), digest_size=16).digest()
    published = record.published if record.time_known else None
    return _Text(comparison(record.title), published, digest)


def add_move(
    db: Database, run: int, article: StoredArticle, target: StoredArticle, observed: str
) -> None:
    """Add the event of a move; the run's `new` event of the target is not another one."""
    retract_pending_event(db, run, target.id, EventKind.NEW)
    summary = describe(Reason(PageReason.NOW_AT, url=target.url))
    detail = {"to_article": target.id, "to_url": target.url, "via": MovedVia.TEXT}
    add_pending_event(db, run, article.site, EventKind.MOVED, observed, summary, article.id, detail)
