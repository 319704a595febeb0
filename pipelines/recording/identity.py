"""Keys of stored articles after a change of the site module's `article_url`.

The same URL may then have another key, and two stored articles may be one. Without this step each
would be found as a new article.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pipelines.changes.same_text import same_text
from storage.articles import repository as articles
from storage.articles.revisions import last_revision
from storage.db.connection import Database, transaction, utc_text
from storage.events.ledger import add_pending_event
from storage.messages import describe
from storage.messages.reasons_crawl import CrawlReason
from storage.messages.reasons_pages import PageReason
from storage.models import ArticleStatus, EventKind
from storage.reasons import Reason
from storage.run_stats import Problem

KeyOf = Callable[[str], str | None]


def update_keys(
    db: Database, site: str, run: int, key_of: KeyOf, observed: datetime
) -> list[Problem]:
    """Give every stored article the key of its URL. Return the keys that two texts share.

    Articles that now have one key and the same text are one article: the later ones are reported
    as moved to the first. Articles whose URL the pattern no longer matches stay as they are.
    """
    every = articles.stored_articles(db, site)
    stored = [a for a in every if a.status != ArticleStatus.MOVED]
    if all(key_of(a.url) in (a.key, None) for a in stored if a.url):
        return []
    owners = {article.key: article for article in stored}
    former = {article.key for article in every} - owners.keys()  # of articles that moved
    problems = []
    with transaction(db):
        for article in stored:
            key = key_of(article.url) if article.url else None
            if key is None or key == article.key or key in former:
                continue
            owner = owners.get(key)
            if owner is None:
                articles.set_key(db, article.id, key)
                owners[key] = article
            elif same_text(
                last_revision(db, owner.id).record, last_revision(db, article.id).record
            ):
                _merge(db, run, article, owner, observed)
            else:
                reason = Reason(CrawlReason.KEY_COLLISION, key=key, other=owner.url)
                problems.append(Problem(article.url or "", reason))
    return problems


def _merge(
    db: Database,
    run: int,
    article: articles.StoredArticle,
    owner: articles.StoredArticle,
    observed: datetime,
) -> None:
    articles.set_status(db, article.id, ArticleStatus.MOVED, utc_text(observed))
    if article.url:
        articles.add_alias(db, article.site, article.url, owner.id)
    summary = describe(Reason(PageReason.SAME_KEY_NOW, url=owner.url))
    detail = {"to_article": owner.id, "to_url": owner.url, "via": "article_url"}
    add_pending_event(db, run, article.site, EventKind.MOVED, observed, summary, article.id, detail)
