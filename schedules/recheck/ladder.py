"""The ages at which an article is worth a check, for a given number of fetches an article.

Each check has a price. The best ages at a price are found exactly, by dynamic programming over the
age of the last check and the edits seen so far; the price is then set so that an article costs, on
average, what it may. One price for all articles of a site is what makes a division of a budget
optimal (Azar et al., PNAS 2018; Kolobov et al., NeurIPS 2019). Ages are hours since we found the
article.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from schedules.recheck.edit_model import Model
from storage.checks.history import MOST_EDITS

TAKEDOWN_WORTH = 2.0  # edits
LATE = 72.0  # hours after which a takedown's worth has fallen to 37 %
LATE_EDIT = 14 * 24.0  # the same of an edit: without it, a single check would come at the very end
PRICES = 24  # halvings of the interval in which the price lies
GOLDEN = (math.sqrt(5) - 1) / 2  # its multiples spread evenly over 0 to 1
DEAREST = 2.0  # a check that brings an edit for certain is not worth more


@dataclass(frozen=True, slots=True)
class Ladder:
    """`steps[edits][rung]`: the rung of the next check, or None where no check is worth its price.

    checks: expected checks of an article, without the fetch that found it.
    """

    ages: tuple[float, ...]
    steps: tuple[tuple[int | None, ...], ...]
    checks: float

    def after(self, age: float, edits: int) -> float | None:
        """When an article that was last checked at `age` is to be checked again."""
        step = self.steps[edits][self._rung(age)]
        return None if step is None else self.ages[step]

    def _rung(self, age: float) -> int:
        """The rung that is nearest."""
        above = bisect_left(self.ages, age)
        if above == 0:
            return 0
        if above == len(self.ages) or age - self.ages[above - 1] < self.ages[above] - age:
            return above - 1
        return above


@dataclass(frozen=True, slots=True)
class Ladders:
    """Two ladders of neighbouring prices: together they cost what may be spent, neither alone."""

    dear: Ladder
    cheap: Ladder
    share: float  # of the articles that get the cheap one's more checks

    def of(self, article: int) -> Ladder:
        """An article's own; by its id, so that it is always the same."""
        return self.cheap if article * GOLDEN % 1 < self.share else self.dear


@lru_cache(maxsize=64)
def ladders(model: Model, ages: tuple[float, ...], fetches: float, lag: float) -> Ladders:
    """The best ladders over these ages (the first is 0: found) at `fetches` an article.

    fetches counts the fetch that found the article. lag: hours from publication until then.
    """
    gains, wanted = _gains(model, ages, lag), fetches - 1
    cheap, dear = _best(gains, ages, 0.0), _best(gains, ages, DEAREST)
    if cheap.checks <= wanted or dear.checks >= wanted:
        best = cheap if cheap.checks <= wanted else dear
        return Ladders(best, best, 1.0)
    low, high = 0.0, DEAREST
    for _ in range(PRICES):
        price = (low + high) / 2
        found = _best(gains, ages, price)
        if found.checks > wanted:
            low, cheap = price, found
        else:
            high, dear = price, found
    return Ladders(dear, cheap, (wanted - dear.checks) / (cheap.checks - dear.checks))


@dataclass(frozen=True, slots=True)
class _Gains:
    """By rungs of the check before and of the next one."""

    edited: list[list[list[float]]]  # the chance of an edit, by edits seen
    prompt: list[list[float]]  # what is left of the worth of an edit that is seen then
    removed: list[list[float]]  # what a takedown in between is worth


def _gains(model: Model, ages: tuple[float, ...], lag: float) -> _Gains:
    count = len(ages)
    edited = [
        [[model.edited(ages[i] + lag, ages[j] + lag, k, lag) if j > i else 0.0
          for j in range(count)] for i in range(count)]
        for k in range(MOST_EDITS + 1)
    ]  # fmt: skip
    mass = [0.0] + [
        model.removed_by(ages[j] + lag) - model.removed_by(ages[j - 1] + lag)
        for j in range(1, count)
    ]
    edits = [model.edits_by(age + lag) for age in ages]
    removed, prompt = ([[0.0] * count for _ in range(count)] for _ in range(2))
    for j in range(count):
        worth = fresh = 0.0
        for i in range(j - 1, -1, -1):
            late = ages[j] - (ages[i] + ages[i + 1]) / 2
            worth += TAKEDOWN_WORTH * mass[i + 1] * math.exp(-late / LATE)
            fresh += (edits[i + 1] - edits[i]) * math.exp(-late / LATE_EDIT)
            removed[i][j] = worth
            prompt[i][j] = fresh / max(edits[j] - edits[i], 1e-12)
    return _Gains(edited, prompt, removed)


def _best(gains: _Gains, ages: tuple[float, ...], price: float) -> Ladder:
    """From the oldest age back: the value and the checks that are still to come, and the step."""
    count, kinds = len(ages), MOST_EDITS + 1
    value = [[0.0] * count for _ in range(kinds)]
    checks = [[0.0] * count for _ in range(kinds)]
    steps: list[list[int | None]] = [[None] * count for _ in range(kinds)]
    for i in range(count - 2, -1, -1):
        for k in range(kinds):
            more = min(k + 1, MOST_EDITS)
            row, prompt, removed = gains.edited[k][i], gains.prompt[i], gains.removed[i]
            same, other = value[k], value[more]
            best, step = 0.0, None
            for j in range(i + 1, count):
                p = row[j]
                worth = p * (prompt[j] + other[j]) + (1 - p) * same[j] + removed[j] - price
                if worth > best:
                    best, step = worth, j
            value[k][i], steps[k][i] = best, step
            if step is not None:
                p = row[step]
                checks[k][i] = 1 + p * checks[more][step] + (1 - p) * checks[k][step]
    return Ladder(ages, tuple(tuple(row) for row in steps), checks[0][0])
