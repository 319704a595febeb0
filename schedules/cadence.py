"""When is a known article checked again? Often while it is young, seldom when it is old.

81 % of body edits fall into an article's first day (GDELT's 88 million news URLs), so the nights
after publication are all taken; suspects are checked every night until the case is decided.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.articles import Known
from storage.database import from_utc_text

# (younger than, least time between two checks). A night's start varies, so a day is 20 hours.
LADDER = (
    (timedelta(days=7), timedelta(hours=20)),
    (timedelta(days=30), timedelta(days=3)),
    (timedelta(days=180), timedelta(days=14)),
    (timedelta(days=100_000), timedelta(days=60)),
)
SUSPECT_AGAIN = timedelta(hours=12)
REMOVED_AGAIN = timedelta(days=7)  # does it come back?
REMOVED_YOUNG = timedelta(days=14)  # what was removed lately is looked for every night


def due(articles: list[Known], now: datetime) -> list[Known]:
    """The articles whose next check is due at `now`, suspects first."""
    chosen = [a for a in articles if _since(a.last_checked, now) >= interval(a, now)]
    return sorted(chosen, key=lambda a: (a.status != "suspect", a.last_checked, a.id))


def interval(article: Known, now: datetime) -> timedelta:
    """The least time between two checks of this article at its age."""
    if article.status == "suspect":
        return SUSPECT_AGAIN
    if article.status == "removed":
        young = _since(article.last_seen, now) < REMOVED_YOUNG
        return LADDER[0][1] if young else REMOVED_AGAIN
    age = _since(article.first_seen, now)
    return next(step for limit, step in LADDER if age < limit)


def _since(moment: str, now: datetime) -> timedelta:
    return now - from_utc_text(moment)
