"""Other recheck policies at the same number of fetches.

Each policy is a function from an article's age to the delay until its next check. All policies find
an article at the first poll after its publication, as tinwatch does, and check only at polls.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from recheck.synthetic_sites import FOLLOWED_HOURS, SCALE_HOURS, SHAPE, SyntheticArticle
from recheck.tally import Tally

# (hours since the article was found, at the last check and at the last change seen)
# -> hours until the next check
Delay = Callable[[float, float], float]
BISECTION_STEPS = 30


def uniform(checks: float) -> Delay:
    """So many checks at equal intervals, whatever the article's age."""
    return lambda age, changed: FOLLOWED_HOURS / checks


def proportional(checks: float) -> Delay:
    """The same expected number of edits between any two checks.

    It uses the true distribution of edits, which a real scheduler would have to learn.
    """

    def delay(age: float, changed: float) -> float:
        share = 1 - math.exp(-((age / SCALE_HOURS) ** SHAPE)) + 1 / (checks + 1)
        if share >= 1:
            return math.inf
        return SCALE_HOURS * (-math.log(1 - share)) ** (1 / SHAPE) - age

    return delay


def newsdiffs(scale: float) -> Delay:
    """NewsDiffs' tiers by the time since the last change seen; all delays times `scale`."""
    tiers = ((3, 0.25), (24, 1.0), (7 * 24, 3.0), (30 * 24, 72.0), (360 * 24, 720.0))

    def delay(age: float, changed: float) -> float:
        return scale * next(hours for limit, hours in tiers if age - changed < limit)

    return delay


def diffengine(ratio: float) -> Delay:
    """diffengine: when the time since the last check is `ratio` of the age (its default: 0.2)."""
    return lambda age, changed: max(0.25, age * ratio / (1 - ratio))


def simulate(articles: list[SyntheticArticle], delay: Delay, poll_hours: float) -> Tally:
    """Simulate a policy that polls at this interval."""
    tally = Tally()
    for article in articles:
        found = math.ceil(article.published / poll_hours) * poll_hours
        if article.removed is None or found < article.published + article.removed:
            _follow(article, found, delay, poll_hours, tally)
    return tally


def _follow(
    article: SyntheticArticle, found: float, delay: Delay, poll_hours: float, tally: Tally
) -> None:
    last, changed = found, found
    tally.add_found(article, found)
    while True:
        check = last + delay(last - found, changed - found)
        if check - article.published > FOLLOWED_HOURS:
            return
        check = max(last + poll_hours, math.ceil(check / poll_hours) * poll_hours)
        tally.fetches += 1
        if article.removed is not None and check >= article.published + article.removed:
            tally.takedown_delays.append(check - article.published - article.removed)
            return
        edits = [e for e in article.edits if last < article.published + e <= check]
        if edits:
            tally.seen += 1
            tally.edit_delays.append(check - article.published - edits[-1])
            changed = check
        last = check


def at_cost(
    articles: list[SyntheticArticle], policy: Callable[[float], Delay], low: float, high: float,
    fetches: float, poll_hours: float,
) -> Tally:  # fmt: skip
    """Simulate the policy with its parameter set so that an article costs at most `fetches`.

    low, high: bounds of the parameter; `low` costs more fetches
    """
    for _ in range(BISECTION_STEPS):
        middle = math.sqrt(low * high)
        if simulate(articles, policy(middle), poll_hours).fetches_per_article > fetches:
            low = middle
        else:
            high = middle
    return simulate(articles, policy(high), poll_hours)
