"""Decide which stored articles a run rechecks.

- Suspects (missed at their last check): in the next nightly batch; if polled, every 12 hours.
- Removed articles: in every nightly batch for two weeks, then once a week. They may be restored.
- Live articles, in nightly batches: by age tier.
- Live articles, if the site is polled between nightly batches: when the time since the last check
  exceeds a ratio of the article's age. This is diffengine's rule
  (https://github.com/DocNow/diffengine). An edited article has a smaller ratio: it is more likely
  to be edited again. The age tier limits the wait.
- Controls: the least recently checked live articles, if a run would check fewer than CONTROLS.
  Without them nothing distinguishes a takedown from a site that answers wrongly.

If more is due than the budget allows, the least valuable checks are postponed. The spider adds
canaries (crawlers/crawl/rechecks.py) and what vanished from a listing (crawlers/crawl/listings.py).
All functions are pure. docs/cadence.md gives the measured results.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from storage.articles.repository import StoredArticle
from storage.checks.recheck_budget import RecheckBudget
from storage.db.connection import from_utc_text
from storage.models import ArticleStatus


@dataclass(frozen=True, slots=True)
class Tier:
    """The longest time between two checks of an article that is younger than `max_age`."""

    max_age: timedelta
    nightly: timedelta
    polled: timedelta


# The start of a nightly batch varies, so a day is 20 hours. 70 hours: a takedown in an article's
# first week is noticed within 72 hours.
TIERS = (
    Tier(timedelta(days=7), timedelta(hours=20), timedelta(hours=70)),
    Tier(timedelta(days=30), timedelta(days=3), timedelta(days=14)),
    Tier(timedelta(days=180), timedelta(days=14), timedelta(days=14)),
    Tier(timedelta.max, timedelta(days=60), timedelta(days=60)),
)
CHECK_RATIO = 0.74  # of the age at the next check; about 8 fetches in an article's first 3 weeks
EDITED_CHECK_RATIO = 0.45
MIN_POLLED_INTERVAL = timedelta(minutes=30)
SUSPECT_POLLED_INTERVAL = timedelta(hours=12)
REMOVED_NIGHTLY_PERIOD = timedelta(days=14)
REMOVED_INTERVAL = timedelta(days=7)
CONTROLS = 5
CONTROLS_FOR_REMOVED = 1  # if polled: misses of a run that reads no article are not stored


def due(
    articles: list[StoredArticle], now: datetime, budget: RecheckBudget | None = None
) -> list[StoredArticle]:
    """The articles to check at `now`: suspects first, then the least recently checked, then
    controls. Without a budget, everything that is due.
    """
    polled = budget is not None and budget.poll_minutes > 0
    chosen = [a for a in articles if is_due(a, now, polled=polled)]
    if budget is not None:
        chosen = _most_valuable(chosen, now, budget)
    chosen.sort(key=lambda a: (a.status != ArticleStatus.SUSPECT, a.last_checked, a.id))
    return chosen + controls(articles, chosen, _controls_needed(chosen, polled=polled))


def _controls_needed(chosen: list[StoredArticle], *, polled: bool) -> int:
    """A polled run without suspects confirms no takedown."""
    statuses = {a.status for a in chosen}
    if not polled or ArticleStatus.SUSPECT in statuses:
        return CONTROLS
    return CONTROLS_FOR_REMOVED if ArticleStatus.REMOVED in statuses else 0


def is_due(article: StoredArticle, now: datetime, *, polled: bool) -> bool:
    return since(article.last_checked, now) >= interval(article, now, polled=polled)


def interval(article: StoredArticle, now: datetime, *, polled: bool) -> timedelta:
    """The time between an article's last check and its next one."""
    if article.status == ArticleStatus.SUSPECT:
        return SUSPECT_POLLED_INTERVAL if polled else timedelta(0)
    if article.status == ArticleStatus.REMOVED:
        recent = since(article.last_seen, now) < REMOVED_NIGHTLY_PERIOD
        return TIERS[0].nightly if recent else REMOVED_INTERVAL
    edited = article.revision > 1
    tier, ratio = _live_intervals(article.first_seen, article.last_checked, edited)
    return min(ratio, tier.polled) if polled else tier.nightly


@lru_cache(maxsize=1 << 16)
def _live_intervals(first_seen: str, last_checked: str, edited: bool) -> tuple[Tier, timedelta]:
    """The tier at the last check, and the time after which it is a ratio of the article's age."""
    age = max(timedelta(0), since(first_seen, from_utc_text(last_checked)))
    tier = next(tier for tier in TIERS if age < tier.max_age)
    ratio = EDITED_CHECK_RATIO if edited else CHECK_RATIO
    return tier, max(MIN_POLLED_INTERVAL, age * (ratio / (1 - ratio)))


def value(article: StoredArticle, now: datetime, *, polled: bool) -> float:
    """How far a live article's check is overdue: 1 when the ratio rule (or its tier) asks for it.

    Nightly batches come too seldom for the ratio rule; it ranks what they check.
    """
    tier, ratio = _live_intervals(article.first_seen, article.last_checked, article.revision > 1)
    return since(article.last_checked, now) / (min(ratio, tier.polled) if polled else ratio)


def controls(
    articles: list[StoredArticle], chosen: list[StoredArticle], minimum: int = CONTROLS
) -> list[StoredArticle]:
    """Live articles that raise the number of live articles in `chosen` to `minimum`.

    The least recently checked, and of these the newest.
    """
    lacking = minimum - sum(a.status == ArticleStatus.LIVE for a in chosen)
    if lacking <= 0:
        return []
    chosen_ids = {a.id for a in chosen}
    remaining = [a for a in articles if a.status == ArticleStatus.LIVE and a.id not in chosen_ids]
    remaining.sort(key=lambda a: a.first_seen, reverse=True)
    remaining.sort(key=lambda a: a.last_checked)
    return remaining[:lacking]


def _most_valuable(
    chosen: list[StoredArticle], now: datetime, budget: RecheckBudget
) -> list[StoredArticle]:
    """All suspects and removed articles, and the live ones for which the budget suffices."""
    polled = budget.poll_minutes > 0
    missing = [a for a in chosen if a.status != ArticleStatus.LIVE]
    live = [a for a in chosen if a.status == ArticleStatus.LIVE]
    live.sort(key=lambda a: (-value(a, now, polled=polled), a.id))
    return missing + live[: max(0, budget.left - len(missing))]


def since(moment: str, now: datetime) -> timedelta:
    return now - from_utc_text(moment)
