"""Synthetic sites: when articles are published, edited and taken down.

The rates are those of published studies: 18 to 35 % of a site's articles are edited, 81 % of the
edits happen in the first 24 hours, and 1.5 % of the articles are removed within a week. The age at
an edit has a Weibull distribution; the number of further edits is geometric.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

EDITED_SHARES = (0.18, 0.22, 0.26, 0.30, 0.35)  # of articles, by site
FURTHER_EDIT_PROBABILITY = 0.45  # after each edit: 1.8 edits per edited article
FIRST_DAY_SHARE = 0.81  # of edits
SHAPE = 0.6  # of the Weibull distribution
SCALE_HOURS = 24.0 / (-math.log(1 - FIRST_DAY_SHARE)) ** (1 / SHAPE)
REMOVED_SHARE = 0.015  # of articles, in the first week
FIRST_HOUR, LAST_HOUR = 6.0, 22.0  # of the day, in which articles are published
FOLLOWED_HOURS = 21 * 24.0  # fewer than 1 edit in 1000 is later


@dataclass(frozen=True, slots=True)
class SyntheticArticle:
    """One article. All times are hours.

    Attributes:
        published: since the start of the simulation
        edits: since publication, ascending
        removed: since publication, or None
    """

    published: float
    edits: tuple[float, ...]
    removed: float | None

    def edits_between(self, before: float, after: float) -> int:
        return sum(before < edit <= after for edit in self.edits)


def synthetic_site(seed: int, days: int, articles_per_day: int) -> list[SyntheticArticle]:
    """The articles of a site, oldest first."""
    random = Random(seed)
    share = EDITED_SHARES[seed % len(EDITED_SHARES)]
    moments = (
        24 * day + random.uniform(FIRST_HOUR, LAST_HOUR)
        for day in range(days)
        for _ in range(articles_per_day)
    )
    return [_article(random, moment, share) for moment in sorted(moments)]


def _article(random: Random, published: float, edited_share: float) -> SyntheticArticle:
    edits = []
    probability = edited_share
    while random.random() < probability:
        edits.append(SCALE_HOURS * (-math.log(1 - random.random())) ** (1 / SHAPE))
        probability = FURTHER_EDIT_PROBABILITY
    removed = random.uniform(1, 7 * 24) if random.random() < REMOVED_SHARE else None
    visible = sorted(e for e in edits if e < FOLLOWED_HOURS and (removed is None or e < removed))
    return SyntheticArticle(published, tuple(visible), removed)
