"""Takedowns: live -> suspect -> removed, only after repeated checks over days on healthy runs.

A failed check is a fact about one moment. It counts once the run that made it was found healthy;
checks that lie close together count once, since they tell no more than one does. A run that read
no article at all cannot tell a site that is gone from articles that are: its misses count nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from storage.articles.repository import article_by_id, last_revision, set_status
from storage.checks import problems as troubles
from storage.config import Settings
from storage.db.connection import Database, from_utc_text, utc_text
from storage.events.ledger import hold_event
from storage.messages import describe
from storage.run_stats import RunStats
from storage.runs.repository import get_run

APART = timedelta(hours=1)
# Nights begin, and reach an article, some minutes earlier or later. Without this, what is missed
# on three nights in a row would as often as not be confirmed on the fourth.
TOLERANCE = timedelta(hours=1)
# Less than an outage, and more than papers take down in a night: of the live articles checked.
UNEASY_LEAST, UNEASY_SHARE = 2, 0.2


def settle(db: Database, run: int, site: str, settings: Settings) -> None:
    """Counts a healthy run's failed checks and holds `removed` events where they suffice."""
    stats = get_run(db, run).stats
    # Runs of earlier versions may have had only 304 answers (not_modified); rebuild settles them.
    if not (stats.read or stats.not_modified):
        troubles.drop_checks(db, run)
        return
    checks = troubles.unsettled_checks(db, run)
    troubles.settle_checks(db, run)
    uneasy = cache(lambda run: is_uneasy(get_run(db, run).stats))
    for check in checks:
        article = article_by_id(db, check.article)
        if article.status in ("removed", "moved"):
            set_status(db, article.id, article.status, check.observed_at)
            continue
        times = distinct(_believed(db, article.id, uneasy))
        if not confirmed(times, settings):
            set_status(db, article.id, "suspect", check.observed_at)
            continue
        set_status(db, article.id, "removed", check.observed_at)
        title = last_revision(db, article.id).record.title
        hours = (times[-1] - times[0]).total_seconds() / 3600
        summary = f"{title} ({describe(check.reason)}; {len(times)} checks over {hours:.0f} hours)"
        detail = {
            "outcome": check.outcome,
            "checks": len(times),
            "first_missed": utc_text(times[0]),
            "last_seen": article.last_seen,
        }
        hold_event(db, run, site, "removed", check.observed_at, summary, article.id, detail)


def _believed(db: Database, article: int, uneasy: Callable[[int], bool]) -> list[datetime]:
    """When an article was missed; of the runs that were uneasy, only the first one counts.

    So a site that fails in part, for other articles each night, confirms no takedown, while many
    takedowns at once (uneasy on their first night alone) take no longer than a single one.
    """
    times, was_uneasy = [], False
    for check in troubles.failing_checks(db, article):
        if not (was_uneasy and uneasy(check.run)):
            times.append(from_utc_text(check.observed_at))
        was_uneasy = was_uneasy or uneasy(check.run)
    return times


def is_uneasy(stats: RunStats) -> bool:
    """Whether so many live articles vanished at once that the site itself may be ailing."""
    vanished = stats.missing_live
    return vanished >= UNEASY_LEAST and vanished > UNEASY_SHARE * stats.rechecked_live


def distinct(times: list[datetime]) -> list[datetime]:
    """The times without those that follow another one by less than an hour."""
    kept: list[datetime] = []
    for moment in times:
        if not kept or moment - kept[-1] >= APART:
            kept.append(moment)
    return kept


def confirmed(times: list[datetime], settings: Settings) -> bool:
    """Whether distinct misses suffice: enough of them, over the hours set less TOLERANCE."""
    if not times or len(times) < settings.removal_checks:
        return False
    return times[-1] - times[0] >= timedelta(hours=settings.removal_hours) - TOLERANCE
