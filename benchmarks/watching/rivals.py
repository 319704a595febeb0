"""Other ways of watching, at the same number of fetches: each gives the ages of the checks.

All find an article at the first look at the listings after it was published, as tinwatch does, and
check at such looks only. Ages are hours since an article was found.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from watching.streams import LIFE, SCALE, SHAPE, Story
from watching.tally import Tally

# (age at the last check, age at the last change seen) -> hours until the next check
Delay = Callable[[float, float], float]
STEPS = 30


def uniform(checks: float) -> Delay:
    """Every article equally often, whatever its age."""
    return lambda age, changed: LIFE / checks


def proportional(checks: float) -> Delay:
    """As often as edits come at that age: the same number of edits between any two checks.

    It knows the true distribution of edits, which a scheduler has to learn.
    """

    def delay(age: float, changed: float) -> float:
        share = 1 - math.exp(-((age / SCALE) ** SHAPE)) + 1 / (checks + 1)
        return SCALE * (-math.log(1 - share)) ** (1 / SHAPE) - age if share < 1 else math.inf

    return delay


def newsdiffs(scale: float) -> Delay:
    """NewsDiffs' tiers by the time since the last change seen, all delays times `scale`."""
    tiers = ((3, 0.25), (24, 1.0), (7 * 24, 3.0), (30 * 24, 72.0), (360 * 24, 720.0))

    def delay(age: float, changed: float) -> float:
        return scale * next(hours for limit, hours in tiers if age - changed < limit)

    return delay


def diffengine(ratio: float) -> Delay:
    """diffengine: again when the time since the last check is `ratio` of the age (its own: 0.2)."""
    return lambda age, changed: max(0.25, age * ratio / (1 - ratio))


def watch(stories: list[Story], delay: Delay, poll: float) -> Tally:
    """poll: hours between two looks."""
    tally = Tally()
    for story in stories:
        found = math.ceil(story.published / poll) * poll
        if story.gone is None or found < story.published + story.gone:
            _follow(story, found, delay, poll, tally)
    return tally


def _follow(story: Story, found: float, delay: Delay, poll: float, tally: Tally) -> None:
    at, changed = found, found
    tally.articles += 1
    tally.fetches += 1
    tally.edits += len(story.edits)
    tally.first += story.edits_between(0, found - story.published) > 0
    tally.gone += story.gone is not None
    while True:
        again = at + delay(at - found, changed - found)
        if again - story.published > LIFE:
            return
        again = max(at + poll, math.ceil(again / poll) * poll)
        tally.fetches += 1
        if story.gone is not None and again >= story.published + story.gone:
            tally.gone_late.append(again - story.published - story.gone)
            return
        edited = [e for e in story.edits if at < story.published + e <= again]
        if edited:
            tally.seen += 1
            tally.late.append(again - story.published - edited[-1])
            changed = again
        at = again


def at_cost(
    stories: list[Story], kind: Callable[[float], Delay], low: float, high: float,
    fetches: float, poll: float,
) -> Tally:  # fmt: skip
    """The way with its one number set so that an article costs `fetches`.

    low, high: bounds of the number; the low one costs more fetches.
    """
    for _ in range(STEPS):
        middle = math.sqrt(low * high)
        if watch(stories, kind(middle), poll).an_article > fetches:
            low = middle
        else:
            high = middle
    return watch(stories, kind(high), poll)
