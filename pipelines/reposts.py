"""Reposts: a new article that carries the text of another site's article.

Whole paragraphs in common are the proof; a printed source ("Theo ...") or else the earlier date
says which one is the original.
"""

from __future__ import annotations

import json

from sqlite_utils import Database

from pipelines.text import search_fold
from storage.articles import Known, article_by_id, last_revision
from storage.passages_index import passage_count, shared_passages
from storage.records import Article

LEAST_SHARE = 0.5  # of the shorter text's long paragraphs
LEAST_PASSAGES = 2  # one paragraph in common is a quotation as often as not


def mark(db: Database, runs: list[int]) -> int:
    """Turns held `new` events of these runs into `reposted` where that is what they are."""
    marks = ",".join("?" * len(runs))
    rows = db.execute(
        f"SELECT id, article FROM held_events WHERE kind = 'new' AND run IN ({marks})", runs
    ).fetchall()
    found = 0
    for held, article in rows:
        original = original_of(db, article)
        if original is None:
            continue
        found += 1
        title = last_revision(db, article).record.title
        detail = {
            "original_article": original.id,
            "original_site": original.site,
            "original_url": original.url,
        }
        db.execute(
            "UPDATE held_events SET kind = 'reposted', summary = ?, detail = ? WHERE id = ?",
            [f"{title} (from {original.site}: {original.url})",
             json.dumps(detail, ensure_ascii=False), held],
        )  # fmt: skip
    return found


def original_of(db: Database, article: int) -> Known | None:
    """The article of another site that this one reprints, or None. The largest overlap wins."""
    count = passage_count(db, article)
    if count < LEAST_PASSAGES:
        return None
    me = article_by_id(db, article)
    mine = last_revision(db, article).record
    candidates = sorted(
        shared_passages(db, article).items(), key=lambda found: (-found[1], found[0])
    )
    for other, shared in candidates:
        share = shared / min(count, passage_count(db, other))
        if shared < LEAST_PASSAGES or share < LEAST_SHARE:
            continue
        them = article_by_id(db, other)
        if _reprints(me, mine, them, last_revision(db, other).record, db):
            return them
    return None


def _reprints(me: Known, mine: Article, them: Known, theirs: Article, db: Database) -> bool:
    if _names(mine, them.site, db):
        return True
    if _names(theirs, me.site, db):
        return False
    if mine.published and theirs.published:
        # A date without a time is a day, so the times count only where both print one.
        both = 16 if mine.time_known and theirs.time_known else 10
        if mine.published[:both] != theirs.published[:both]:
            return mine.published > theirs.published
    return me.first_seen > them.first_seen


def _names(article: Article, site: str, db: Database) -> bool:
    """Whether an article's printed source is this site."""
    if article.source is None:
        return False
    title, url = db.execute(
        "SELECT sites.title, max(articles.url) FROM sites JOIN articles ON site = sites.name "
        "WHERE sites.name = ?",
        [site],
    ).fetchone()
    printed = search_fold(f"{article.source.name} {article.source.url or ''}")
    host = (url or "//").split("/")[2].removeprefix("www.")
    return search_fold(title) in printed or (bool(host) and host in printed)
