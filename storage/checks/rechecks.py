"""What a plan for checking known articles again is made from: the budget and what is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from storage.checks.history import Cell, history
from storage.db.connection import utc_text

REMEMBERED = timedelta(days=90)  # a site's rhythm changes: what is older is not used
TOLD = timedelta(days=28)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Effort:
    """What may be spent on a site's known articles, and what its checks have told so far.

    budget: fetches of known articles in 24 hours; spent: those of the last 24 hours.
    poll_minutes: how often the site is looked at between nights; 0: at night only.
    removed: takedowns of the last 28 days, among `articles` that were found in them.
    """

    budget: int
    spent: int = 0
    poll_minutes: int = 0
    cells: tuple[Cell, ...] = ()
    removed: int = 0
    articles: int = 0

    @property
    def left(self) -> int:
        return max(0, self.budget - self.spent)


def effort(db: Database, site: str, now: datetime, *, budget: int, poll_minutes: int) -> Effort:
    """What may be spent on a site in the run that begins at `now`."""
    day, month = utc_text(now - DAY), utc_text(now - TOLD)
    spent = db.execute(
        "SELECT coalesce(sum(json_extract(stats, '$.rechecked')), 0) FROM runs "
        "WHERE site = ? AND kind = 'crawl' AND started_at > ?",
        [site, day],
    ).fetchone()[0]
    removed = db.execute(
        "SELECT count(DISTINCT article) FROM events JOIN articles ON articles.id = article "
        "WHERE events.site = ? AND kind = 'removed' AND first_seen > ?",
        [site, month],
    ).fetchone()[0]
    articles = db.execute(
        "SELECT count(*) FROM articles WHERE site = ? AND first_seen > ?", [site, month]
    ).fetchone()[0]
    return Effort(
        budget,
        spent if poll_minutes else 0,  # nights do not begin to the minute
        poll_minutes,
        history(db, site, now - REMEMBERED),
        removed,
        articles,
    )
