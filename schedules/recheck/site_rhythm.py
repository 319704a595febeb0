"""How lively a site is, estimated from checks that came at irregular times.

A check tells only whether there was an edit since the check before, not how many, so counting
edits by checks underrates lively sites. The estimate is the most likely one for what was seen, as
in Cho and Garcia-Molina, "Estimating frequency of change" (ACM TOIT 3(3), 2003, irregular access),
with the model of schedules/recheck/edit_model.py in place of one constant rate. It starts from
what is true of all sites and leaves it only as far as the site's own checks carry.

A site of which little is known is taken for livelier than it seems (optimism in the face of
uncertainty): so it is looked at more, until it is known.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from schedules.recheck.edit_model import DAY, Model
from storage.checks.history import Cell

TRUST = 6.0  # edits of its own that a site needs to weigh as much as all sites do
LEAST, MOST = 1 / 16, 16.0  # a site is never taken for farther from all sites than this
STEPS = 40


@lru_cache(maxsize=64)
def rhythm(
    cells: tuple[Cell, ...], removed: int, articles: int, lag: float, *, curious: bool = True
) -> Model:
    """The site's model. lag: hours from publication until we find an article.

    removed, articles: how many of its articles of the last weeks were taken down, of how many.
    """
    young = [cell for cell in cells if cell.before + lag < DAY]
    old = [cell for cell in cells if cell.before + lag >= DAY]
    early = _most_likely(lambda factor: _fit(young, Model(early=factor), lag))
    late = _most_likely(lambda factor: _fit(old, Model(early=early, late=factor), lag))
    expected = articles * Model().removed_by(4 * 7 * DAY)
    removal = (TRUST + removed) / (TRUST + expected)
    if not curious:
        return Model(early, late, removal)
    return Model(early * _hope(young), late * _hope(old), removal)


def _hope(cells: list[Cell]) -> float:
    """1 for a site that is well known; a standard deviation above where it is not."""
    return 1 + 1 / math.sqrt(TRUST + sum(cell.changed for cell in cells)) - 1 / math.sqrt(1e4)


def _fit(cells: list[Cell], model: Model, lag: float) -> float:
    """The logarithm of how likely the checks are under a model."""
    total = 0.0
    for cell in cells:
        chance = model.edited(cell.before + lag, cell.after + lag, cell.edits, lag)
        edited = min(max(chance, 1e-9), 1 - 1e-9)
        total += cell.changed * math.log(edited)
        total += (cell.checks - cell.changed) * math.log1p(-edited)
    return total


def _most_likely(fit: Callable[[float], float]) -> float:
    """The factor with the best fit, all sites' own weighing as TRUST edits; golden section."""

    def value(step: float) -> float:
        factor = math.exp(step)
        return fit(factor) + TRUST * (step - factor)  # a gamma distribution, highest at 1

    low, high = math.log(LEAST), math.log(MOST)
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(STEPS):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if value(left) < value(right):
            low = left
        else:
            high = right
    return math.exp((low + high) / 2)
