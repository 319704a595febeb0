"""Takedowns: live -> suspect -> removed, only after repeated checks over days on healthy runs.

A failed check is a fact about one moment. It counts once the run that made it was found healthy;
checks that lie close together count once, since they tell no more than one does.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from storage import troubles
from storage.articles import article_by_id, last_revision, set_status
from storage.database import from_utc_text, utc_text
from storage.events import hold_event
from storage.home import Settings

APART = timedelta(hours=1)


def settle(db: Database, run: int, site: str, settings: Settings) -> None:
    """Counts a healthy run's failed checks and holds `removed` events where they suffice."""
    checks = troubles.unsettled_checks(db, run)
    troubles.settle_checks(db, run)
    for check in checks:
        article = article_by_id(db, check.article)
        if article.status in ("removed", "moved"):
            set_status(db, article.id, article.status, check.observed_at)
            continue
        times = distinct([from_utc_text(t) for t in troubles.failing_times(db, article.id)])
        if not confirmed(times, settings):
            set_status(db, article.id, "suspect", check.observed_at)
            continue
        set_status(db, article.id, "removed", check.observed_at)
        title = last_revision(db, article.id).record.title
        hours = (times[-1] - times[0]).total_seconds() / 3600
        summary = f"{title} ({check.detail}; {len(times)} checks over {hours:.0f} hours)"
        detail = {
            "outcome": check.outcome,
            "checks": len(times),
            "first_missed": utc_text(times[0]),
            "last_seen": article.last_seen,
        }
        hold_event(db, run, site, "removed", check.observed_at, summary, article.id, detail)


def distinct(times: list[datetime]) -> list[datetime]:
    """The times without those that follow another one by less than an hour."""
    kept: list[datetime] = []
    for moment in times:
        if not kept or moment - kept[-1] >= APART:
            kept.append(moment)
    return kept


def confirmed(times: list[datetime], settings: Settings) -> bool:
    if len(times) < settings.removal_checks:
        return False
    return times[-1] - times[0] >= timedelta(hours=settings.removal_hours)
