"""What a run records of pages that did not hold what was looked for."""

from __future__ import annotations

from collections import Counter

from pipelines.changes.fingerprint import fingerprint
from pipelines.items import ArticleMissing, FetchFailed, PageUnreadable
from pipelines.text.normal_forms import comparison
from storage.archive.writer import add_capture, remember_payload
from storage.articles import repository as articles
from storage.checks import problems as troubles
from storage.db.connection import Database
from storage.models import Article
from storage.run_stats import RunStats

SAME_SHARE = 0.8  # of the longer text's characters, in paragraphs that both texts have


def missing(
    db: Database,
    run: int,
    seen: ArticleMissing,
    stats: RunStats,
) -> None:
    """A check that failed. It counts towards a takedown when the run was found healthy."""
    stats.missing += 1
    stats.hollow += seen.hollow
    if articles.article_by_id(db, seen.article).status == "live":
        stats.missing_live += 1
        stats.rechecked_live += 1
    _leads_to(seen.host, stats)
    capture = add_capture(db, seen.capture) if seen.capture else None
    if seen.capture is not None:
        remember_payload(db, seen.capture)
    troubles.add_check(
        db, seen.article, run, seen.observed_at, seen.outcome, seen.reason, capture
    )  # fmt: skip


def unreadable(db: Database, site: str, run: int, page: PageUnreadable, stats: RunStats) -> None:
    stats.quarantined += 1
    stats.rechecked_live += page.known and _is_live(db, site, page.key)
    capture = add_capture(db, page.capture) if page.capture else None
    troubles.quarantine(db, site, page.url, run, page.observed_at, page.reason, capture)
    if page.key and not page.known:
        troubles.want(db, site, page.key, page.url, page.observed_at, page.reason)


def failed(
    db: Database,
    site: str,
    seen: FetchFailed,
    stats: RunStats,
) -> None:
    """No page came. That is the site's trouble, never a takedown."""
    if seen.refused:  # by robots.txt: asking again would be rude, and nothing is ill
        stats.refused += 1
        return
    _leads_to(seen.host, stats)
    stats.rechecked_live += seen.known and _is_live(db, site, seen.key)
    tries = 1
    if seen.key and not seen.known:
        tries = troubles.want(db, site, seen.key, seen.url, seen.observed_at, seen.reason)
    stats.blocked += seen.blocked
    if seen.listing:
        stats.listings_failed += 1
    elif not seen.blocked:
        # What failed before as well tells nothing of the site's health tonight.
        if tries > 1:
            stats.failed_again += 1
        else:
            stats.failed += 1


def _leads_to(host: str | None, stats: RunStats) -> None:
    if host:
        stats.redirected_to[host] += 1


def _is_live(db: Database, site: str, key: str | None) -> bool:
    known = articles.find_article(db, site, key) if key else None
    return known is not None and known.status == "live"


def same_text(old: Article, new: Article) -> bool:
    """Whether two pages tell the same, be it with a word changed: then one is the other, moved.

    Texts without a paragraph (photo stories) must agree in all that makes an edit.
    """
    left, right = _paragraphs(old), _paragraphs(new)
    longer = max(_size(left), _size(right))
    if longer == 0:
        return fingerprint(old) == fingerprint(new)
    return _size(left & right) >= SAME_SHARE * longer


def _paragraphs(article: Article) -> Counter[str]:
    return Counter(comparison(block.text) for block in article.body)


def _size(paragraphs: Counter[str]) -> int:
    return sum(len(text) * times for text, times in paragraphs.items())
