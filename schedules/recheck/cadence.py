"""When is a known article checked again? When a check is worth more than elsewhere.

A site has a budget of fetches for its known articles in 24 hours. Suspects are checked in every
run until the case is decided, and what was removed lately every night. The rest of the budget goes
to the ages at which a check brings most (schedules/recheck/ladder.py), by what the site's own
checks have
found so far (schedules/recheck/site_rhythm.py); where it covers all, articles are checked every
night in
their first week and then ever more seldom. A run that would check few live articles checks some
more: without them, nothing tells a takedown of all that is due from a site that answers wrongly.
Between nights, that is so where there is a suspect.
docs/cadence.md says it at more length.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from statistics import median

from schedules.recheck.edit_model import Model
from schedules.recheck.ladder import TAKEDOWN_WORTH, Ladders, ladders
from schedules.recheck.site_rhythm import rhythm
from storage.articles.repository import Known
from storage.checks.history import HOUR, edits_seen
from storage.checks.rechecks import Effort
from storage.db.connection import from_utc_text

# (younger than, least time between two checks). A night's start varies, so a day is 20 hours.
LADDER = (
    (timedelta(days=7), timedelta(hours=20)),
    (timedelta(days=30), timedelta(days=3)),
    (timedelta(days=180), timedelta(days=14)),
    (timedelta(days=100_000), timedelta(days=60)),
)
SUSPECT_AGAIN = timedelta(0)
SUSPECT_POLLED = timedelta(hours=6)  # between nights as well
REMOVED_AGAIN = timedelta(days=7)  # does it come back?
REMOVED_YOUNG = timedelta(days=14)  # what was removed lately is looked for every night
CONTROLS = 5  # live articles that every run checks, if there are as many

# Ages in hours: nights as in LADDER; between nights, in steps that grow with the age.
NIGHTS = tuple(24.0 * n for n in (*range(8), *range(10, 31, 3), *range(44, 181, 14)))
HOURS = (0.0, *(1440.0 / 1.2**n for n in range(48, -1, -1)))  # from 14 minutes to 60 days
NIGHT_LAG = 10.0  # hours from publication until a night finds an article, on average
NIGHT_SLACK = 4.0  # hours that a night may begin earlier than the one before
REPEATED = timedelta(days=14)  # the days from which tomorrow's new articles are reckoned
KEPT = 0.9  # share of the budget that articles get as they come; the rest is for the old ones


class Plan:
    """Which live articles a run checks, and what each check is worth."""

    def __init__(self, articles: list[Known], now: datetime, effort: Effort) -> None:
        self.now, self.effort = now, effort
        self.polls = effort.poll_minutes > 0
        self.slack = effort.poll_minutes / 120 if self.polls else NIGHT_SLACK
        self.lag = effort.poll_minutes / 120 if self.polls else NIGHT_LAG
        self.model: Model = rhythm(effort.cells, effort.removed, effort.articles, self.lag)
        self.ladders = self._ladders(articles, effort)

    def _ladders(self, articles: list[Known], effort: Effort) -> Ladders | None:
        """None where a check every night is affordable, or not enough is known to tell."""
        a_day = new_a_day(articles, self.now)
        if a_day is None:
            return None
        fetches = 1 + round(KEPT * effort.budget / a_day, 1)
        if not self.polls and fetches >= len(NIGHTS):
            return None
        return ladders(self.model, HOURS if self.polls else NIGHTS, fetches, self.lag)

    def wants(self, article: Known) -> bool:
        since = _since(article.last_checked, self.now)
        if since >= LADDER[-1][1]:
            return True
        if self.ladders is None or not self.polls:
            if since < interval(article, self.now):
                return False
            if self.ladders is None:
                return True
        age = _since(article.first_seen, self.now)
        ladder = self.ladders.of(article.id)
        again = ladder.after(_hours(age - since), edits_seen(article))
        return again is not None and _hours(age) + self.slack >= again

    def worth(self, article: Known) -> float:
        """Edits that a check now is expected to find; a takedown is worth several."""
        age = _hours(_since(article.first_seen, self.now)) + self.lag
        before = age - _hours(_since(article.last_checked, self.now))
        removed = self.model.removed_by(age) - self.model.removed_by(before)
        edited = self.model.edited(before, age, edits_seen(article), self.lag)
        return edited + TAKEDOWN_WORTH * removed


def due(articles: list[Known], now: datetime, effort: Effort | None = None) -> list[Known]:
    """The articles to check at `now`: suspects, then what is due, then the controls.

    Where more is due than the budget allows, what is worth least is left for another run. Without
    an effort there is no budget.
    """
    if effort is None:
        chosen = [a for a in articles if _since(a.last_checked, now) >= interval(a, now)]
    else:
        chosen = _within(articles, now, effort)
    chosen.sort(key=lambda a: (a.status != "suspect", a.last_checked, a.id))
    polled = effort is not None and effort.poll_minutes > 0
    if polled and all(a.status == "live" for a in chosen):
        return chosen  # nothing is decided here: a miss makes a suspect, and that brings controls
    return chosen + controls(articles, chosen)


def _within(articles: list[Known], now: datetime, effort: Effort) -> list[Known]:
    plan = Plan(articles, now, effort)
    least = SUSPECT_POLLED if effort.poll_minutes else SUSPECT_AGAIN
    cases = [
        a for a in articles
        if a.status != "live" and _since(a.last_checked, now) >= max(least, interval(a, now))
    ]  # fmt: skip
    wanted = [a for a in articles if a.status == "live" and plan.wants(a)]
    most = max(0, effort.left - len(cases))
    if len(wanted) > most:
        by_worth = sorted(wanted, key=lambda a: (-plan.worth(a), a.id))
        wanted = by_worth[:most]
    return cases + wanted


def new_a_day(articles: list[Known], now: datetime) -> float | None:
    """New articles on a usual day of the last two weeks; None where that cannot be told yet.

    What a site's first run finds has gathered over weeks and tells nothing of a day.
    """
    if not articles:
        return None
    first = from_utc_text(min(a.first_seen for a in articles))
    since = max(first + timedelta(days=1), now - REPEATED)
    days = (now - since) // timedelta(days=1)
    if days < 2:
        return None
    ages = (_since(a.first_seen, now) // timedelta(days=1) for a in articles)
    found = Counter(age for age in ages if age < days)
    return max(1.0, median(found[day] for day in range(days)))


def controls(articles: list[Known], chosen: list[Known]) -> list[Known]:
    """Live articles that bring the checks of live ones up to CONTROLS.

    Those least lately checked come first, of these the newest.
    """
    lacking = CONTROLS - sum(a.status == "live" for a in chosen)
    if lacking <= 0:
        return []
    held = {a.id for a in chosen}
    left = [a for a in articles if a.status == "live" and a.id not in held]
    left.sort(key=lambda a: a.first_seen, reverse=True)
    left.sort(key=lambda a: a.last_checked)
    return left[:lacking]


def interval(article: Known, now: datetime) -> timedelta:
    """The least time between two checks of this article at its age, where nights are free."""
    if article.status == "suspect":
        return SUSPECT_AGAIN
    if article.status == "removed":
        young = _since(article.last_seen, now) < REMOVED_YOUNG
        return LADDER[0][1] if young else REMOVED_AGAIN
    age = _since(article.first_seen, now)
    return next(step for limit, step in LADDER if age < limit)


def _since(moment: str, now: datetime) -> timedelta:
    return now - from_utc_text(moment)


def _hours(span: timedelta) -> float:
    return span.total_seconds() / HOUR
