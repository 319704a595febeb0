"""Keys of stored articles after a change of the site module's `article_url`.

The same URL may then have another key, and two stored articles may be one. Without this step each
would be found as a new article. The captures of articles that are one belong to one history, as if
the pattern had been right from the beginning.
"""

from __future__ import annotations

from datetime import datetime

from pipelines.changes.same_text import same_text
from pipelines.history.late import ArticleHistory, RunContext
from pipelines.recording.run_journal import KeyOf
from storage.articles import repository as articles
from storage.articles.revisions import last_revision
from storage.checks.sightings import adopt_early_misses, early_misses, set_early_miss_key
from storage.db.connection import transaction, utc_text
from storage.events.ledger import add_pending_event
from storage.messages import describe
from storage.messages.reasons_crawl import CrawlReason
from storage.messages.reasons_pages import PageReason
from storage.models import ArticleStatus, EventKind
from storage.reasons import Reason
from storage.run_stats import Problem


def update_keys(context: RunContext, key_of: KeyOf, observed: datetime) -> list[Problem]:
    """Give every stored article the key of its URL. Return the keys that two texts share.

    Articles that now have one key and the same text are one article: the later ones are reported
    as moved to the first, which gets their captures. Articles whose URL the pattern no longer
    matches stay as they are.
    """
    db = context.db
    _update_keys_of_misses(context, key_of)
    every = articles.stored_articles(db, context.site)
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
                _merge(context, article, owner, key, observed)
            else:
                reason = Reason(CrawlReason.KEY_COLLISION, key=key, other=owner.url)
                problems.append(Problem(article.url or "", reason))
    return problems


def _update_keys_of_misses(context: RunContext, key_of: KeyOf) -> None:
    """Give failed checks of articles that were not read yet the keys of their URLs."""
    with transaction(context.db):
        for old, observed_at, url in early_misses(context.db, context.site):
            key = key_of(url)
            if key is None or key == old:
                continue
            set_early_miss_key(context.db, context.site, old, observed_at, key)
            stored = articles.find_article(context.db, context.site, key)
            if stored is not None:
                history = ArticleHistory(context, stored.id)
                adopt_early_misses(context.db, context.site, key, stored.id)
                history.settle()


def _merge(
    context: RunContext,
    article: articles.StoredArticle,
    owner: articles.StoredArticle,
    key: str,
    observed: datetime,
) -> None:
    db = context.db
    owner = articles.article_by_id(db, owner.id)
    ArticleHistory(context, owner.id).take_over(article.id, key)
    articles.set_status(db, article.id, ArticleStatus.MOVED, utc_text(observed))
    if article.url and article.last_seen > owner.last_seen:
        articles.set_newest_url(db, owner, article.url)
        owner = articles.article_by_id(db, owner.id)
    elif article.url:
        articles.add_alias(db, article.site, article.url, owner.id)
    summary = describe(Reason(PageReason.SAME_KEY_NOW, url=owner.url))
    detail = {"to_article": owner.id, "to_url": owner.url, "via": "article_url"}
    add_pending_event(
        db, context.run, article.site, EventKind.MOVED, observed, summary, article.id, detail
    )
