"""Takedowns: live -> suspect -> removed, only after repeated checks over days on healthy runs.

A failed check counts only if its run passed the health gate. Checks close to each other count once.
If a run read no article at all, the site may be down rather than its articles gone: its checks do
not count.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from pipelines.moves import MovedTexts, add_move
from storage.articles.repository import article_by_id, set_status
from storage.articles.revisions import last_revision
from storage.checks.failed_checks import (
    CheckOutcome,
    checks_since_last_seen,
    delete_unsettled_checks,
    settle_checks,
    unsettled_checks,
)
from storage.config import Settings
from storage.db.connection import Database, from_utc_text, utc_text
from storage.events.ledger import add_pending_event
from storage.messages import describe
from storage.models import ArticleStatus, EventKind
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.repository import get_run

MIN_CHECK_INTERVAL = timedelta(hours=1)
# Batches start, and reach an article, some minutes earlier or later each night. Without a tolerance
# a removal seen on three consecutive nights would often be confirmed only on the fourth.
SCHEDULE_TOLERANCE = timedelta(hours=1)
# Fewer than in an outage, more than papers take down in one night. The share is of checked live
# articles.
MASS_DISAPPEARANCE_MIN_ARTICLES, MASS_DISAPPEARANCE_SHARE = 2, 0.2


def evaluate_failed_checks(db: Database, run: int, site: str, settings: Settings) -> None:
    """Evaluate the failed checks of a healthy run; add `moved` and `removed` events."""
    stats = get_run(db, run).stats
    # Runs of earlier versions may have only 304 responses (not_modified); rebuild evaluates them.
    if not (stats.read or stats.not_modified):
        delete_unsettled_checks(db, run)
        return
    checks = unsettled_checks(db, run)
    settle_checks(db, run)
    is_mass_run = cache(lambda run: is_mass_disappearance(get_run(db, run).stats))
    moved_texts = MovedTexts(db)
    for check in checks:
        article = article_by_id(db, check.article)
        if article.status in (ArticleStatus.REMOVED, ArticleStatus.MOVED):
            set_status(db, article.id, article.status, check.observed_at)
            continue
        target = moved_texts.target_of(article)
        if target is not None:
            set_status(db, article.id, ArticleStatus.MOVED, check.observed_at)
            add_move(db, run, article, target, check.observed_at)
            continue
        times = distinct_checks(_counted_times(db, article.id, is_mass_run))
        if not is_confirmed(times, settings):
            set_status(db, article.id, ArticleStatus.SUSPECT, check.observed_at)
            continue
        set_status(db, article.id, ArticleStatus.REMOVED, check.observed_at)
        title = last_revision(db, article.id).record.title
        last_seen = from_utc_text(article.last_seen)
        summary, detail = removal_event(title, check.outcome, check.reason, times, last_seen)
        add_pending_event(
            db, run, site, EventKind.REMOVED, check.observed_at, summary, article.id, detail
        )


def removal_event(
    title: str,
    outcome: CheckOutcome,
    reason: Reason,
    times: list[datetime],
    last_seen: datetime,
) -> tuple[str, dict[str, Any]]:
    """Return summary and detail of a `removed` event. `times`: of the counted checks."""
    hours = (times[-1] - times[0]).total_seconds() / 3600
    summary = f"{title} ({describe(reason)}; {len(times)} checks over {hours:.0f} hours)"
    detail = {
        "outcome": outcome,
        "checks": len(times),
        "first_missed": utc_text(times[0]),
        "last_seen": utc_text(last_seen),
    }
    return summary, detail


def _counted_times(
    db: Database, article: int, is_mass_run: Callable[[int], bool]
) -> list[datetime]:
    """Return the times of an article's failed checks, at most one of them in a mass disappearance.

    So a site that fails partly, for other articles each night, confirms no takedown, while many
    takedowns at once (a mass disappearance only on the first night) are confirmed as fast as one.
    """
    times, had_mass_run = [], False
    for check in checks_since_last_seen(db, article):
        if not (had_mass_run and is_mass_run(check.run)):
            times.append(from_utc_text(check.observed_at))
        had_mass_run = had_mass_run or is_mass_run(check.run)
    return times


def is_mass_disappearance(stats: RunStats) -> bool:
    """Whether so many live articles are missing at once that the site may have a problem."""
    missing = stats.missing_live
    return (
        missing >= MASS_DISAPPEARANCE_MIN_ARTICLES
        and missing > MASS_DISAPPEARANCE_SHARE * stats.rechecked_live
    )


def distinct_checks(times: list[datetime]) -> list[datetime]:
    """Return the times without those less than MIN_CHECK_INTERVAL after the previous one."""
    separate: list[datetime] = []
    for moment in times:
        if not separate or moment - separate[-1] >= MIN_CHECK_INTERVAL:
            separate.append(moment)
    return separate


def is_confirmed(times: list[datetime], settings: Settings) -> bool:
    """Whether there are enough distinct failed checks over a long enough period."""
    if not times or len(times) < settings.removal_checks:
        return False
    return times[-1] - times[0] >= timedelta(hours=settings.removal_hours) - SCHEDULE_TOLERANCE
