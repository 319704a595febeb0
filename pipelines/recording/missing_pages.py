"""Recording of missing, unreadable and failed pages."""

from __future__ import annotations

from pipelines.items import ArticleMissing, FetchFailed, PageUnreadable
from storage.archive.captures import add_capture, save_newest_capture
from storage.articles import repository as articles
from storage.checks.failed_checks import add_failed_check
from storage.checks.quarantine import quarantine_page
from storage.checks.retry_queue import queue_retry
from storage.db.connection import Database
from storage.messages.reasons_crawl import CrawlReason
from storage.models import ArticleStatus
from storage.run_stats import RunStats


def record_missing(
    db: Database,
    run: int,
    check: ArticleMissing,
    stats: RunStats,
) -> None:
    """Record a failed check. It counts towards a takedown if the run passes the health gate.

    The articles of a deleted section are no sign of an outage, however many they are.
    """
    stats.missing += 1
    is_live = articles.article_by_id(db, check.article).status == ArticleStatus.LIVE
    if is_live and not check.with_section:
        stats.missing_live += 1
        stats.rechecked_live += 1
    _count_redirect(check.redirect_host, stats)
    capture = add_capture(db, check.capture) if check.capture else None
    if check.capture is not None:
        save_newest_capture(db, check.capture)
    add_failed_check(
        db, check.article, run, check.observed_at, check.outcome, check.reason, capture
    )


def record_unreadable(
    db: Database, site: str, run: int, page: PageUnreadable, stats: RunStats
) -> None:
    """Quarantine a page, and queue it for a retry unless the article is stored."""
    stats.quarantined += 1
    stats.textless += not page.shows_text
    stats.rechecked_live += page.is_stored and _is_live(db, site, page.key)
    capture = add_capture(db, page.capture) if page.capture else None
    if page.capture is not None:
        save_newest_capture(db, page.capture)
    quarantine_page(db, site, page.url, run, page.observed_at, page.reason, capture)
    if page.key and not page.is_stored:
        queue_retry(db, site, page.key, page.url, page.observed_at, page.reason)


def record_failed(
    db: Database,
    site: str,
    failure: FetchFailed,
    stats: RunStats,
) -> None:
    """Record a failed fetch: a problem of the site, never a takedown."""
    if failure.disallowed:  # by robots.txt: no retry, and no sign of a problem
        stats.refused += 1
        return
    _count_redirect(failure.redirect_host, stats)
    stats.rechecked_live += failure.is_stored and _is_live(db, site, failure.key)
    tries = 1
    if failure.key and not failure.is_stored:
        tries = queue_retry(db, site, failure.key, failure.url, failure.observed_at, failure.reason)
    stats.blocked += failure.blocked
    if failure.is_listing:
        stats.listings_failed += 1
    elif not failure.blocked:
        # A URL that failed before says nothing about the site's health in this run, and neither
        # does an article of a section that is gone.
        if tries > 1 or failure.reason.code == CrawlReason.SECTION_GONE:
            stats.failed_again += 1
        else:
            stats.failed += 1


def _count_redirect(host: str | None, stats: RunStats) -> None:
    if host:
        stats.redirected_to[host] += 1


def _is_live(db: Database, site: str, key: str | None) -> bool:
    article = articles.find_article(db, site, key) if key else None
    return article is not None and article.status == ArticleStatus.LIVE
