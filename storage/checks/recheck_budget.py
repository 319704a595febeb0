"""How many stored articles a run may check again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from storage.db.connection import utc_text


@dataclass(frozen=True, slots=True)
class RecheckBudget:
    """The budget of rechecks.

    Attributes:
        fetches_a_day: requests for stored articles in 24 hours
        spent: requests of the last 24 hours
        poll_minutes: time between two runs; 0: nightly batches only
    """

    fetches_a_day: int
    spent: int = 0
    poll_minutes: int = 0

    @property
    def left(self) -> int:
        return max(0, self.fetches_a_day - self.spent)


def recheck_budget(
    db: Database, site: str, now: datetime, *, fetches_a_day: int, poll_minutes: int
) -> RecheckBudget:
    """Return the budget of the run that begins at `now`."""
    if not poll_minutes:  # nightly batches start at varying times: each has the whole budget
        return RecheckBudget(fetches_a_day)
    spent = db.execute(
        "SELECT coalesce(sum(json_extract(stats, '$.rechecked')), 0) FROM runs "
        "WHERE site = ? AND kind = 'crawl' AND started_at > ?",
        [site, utc_text(now - timedelta(days=1))],
    ).fetchone()[0]
    return RecheckBudget(fetches_a_day, spent, poll_minutes)
