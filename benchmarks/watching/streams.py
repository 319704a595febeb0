"""Synthetic sites: when articles come, when each is edited and when it is taken down.

The rates are those of the published studies: 18 to 35 % of a site's articles are edited, 81 % of
edits come in the first 24 hours, 1.5 % of articles are gone within a week. Edits come in a Weibull
distribution, and a geometric number of them follows the first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

SHARES = (0.18, 0.22, 0.26, 0.30, 0.35)  # of articles edited, by site
MORE = 0.45  # chance of another edit after each: 1.8 an edited article
FIRST_DAY = 0.81
SHAPE = 0.6  # of the Weibull distribution
SCALE = 24.0 / (-math.log(1 - FIRST_DAY)) ** (1 / SHAPE)  # hours
GONE = 0.015  # in the first week
OPEN, CLOSE = 6.0, 22.0  # hours of the day in which articles are published
LIFE = 21 * 24.0  # hours for which an article is followed: fewer than 1 edit in 1000 is later


@dataclass(frozen=True, slots=True)
class Story:
    """One article. Hours: `published` since the start, edits and removal since publication."""

    published: float
    edits: tuple[float, ...]
    gone: float | None

    def edits_between(self, before: float, after: float) -> int:
        return sum(before < edit <= after for edit in self.edits)


def site(seed: int, days: int, a_day: int) -> list[Story]:
    """A site's articles of some days, oldest first."""
    chance = Random(seed)
    share = SHARES[seed % len(SHARES)]
    moments = (24 * day + chance.uniform(OPEN, CLOSE) for day in range(days) for _ in range(a_day))
    return [_story(chance, moment, share) for moment in sorted(moments)]


def _story(chance: Random, published: float, share: float) -> Story:
    edits = []
    more = share
    while chance.random() < more:
        edits.append(SCALE * (-math.log(1 - chance.random())) ** (1 / SHAPE))
        more = MORE
    gone = chance.uniform(1, 7 * 24) if chance.random() < GONE else None
    kept = sorted(e for e in edits if e < LIFE and (gone is None or e < gone))
    return Story(published, tuple(kept), gone)
