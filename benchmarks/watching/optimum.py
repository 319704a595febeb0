"""The best fixed ages for checks, found when all edits are known: the offline optimum."""

from __future__ import annotations

import math
from bisect import bisect_left

from watching.streams import Story

AGES = (0.0, *(0.2 * 1.1**n for n in range(95)))  # hours since found: from 12 minutes to 64 days


def best_fixed(stories: list[Story], most: int, poll: float) -> list[float]:
    """Edits seen with 0, 1, 2 ... `most` checks an article, the ages the same for all articles.

    By dynamic programming over the age of the last check. The checks need not fall on a look at the
    listings, every `poll` hours, as those of a real watch must; only the finding does.
    """
    held = _held(stories, poll)
    row = [0.0] + [-math.inf] * (len(AGES) - 1)  # by the age of the last check
    best = [0.0]
    for _ in range(most):
        row = [
            max((row[i] + held[i][j] for i in range(j)), default=-math.inf)
            for j in range(len(AGES))
        ]
        best.append(max(row))
    return best


def seen_at(best: list[float], checks: float) -> float:
    """Edits seen at a number of checks between two whole ones: some articles get one more."""
    low = min(int(checks), len(best) - 2)
    return best[low] + (checks - low) * (best[low + 1] - best[low])


def _held(stories: list[Story], poll: float) -> list[list[int]]:
    """Articles that were edited between two ages."""
    held = [[0] * len(AGES) for _ in AGES]
    for story in stories:
        found = math.ceil(story.published / poll) * poll - story.published
        if story.gone is not None and story.gone <= found:
            continue
        end = len(AGES) if story.gone is None else bisect_left(AGES, story.gone - found)
        before = 0  # the first age at or after the edit before
        for edit in (e - found for e in story.edits if e > found):
            after = bisect_left(AGES, edit)  # the first age at which this edit is there
            for i in range(before, after):
                for j in range(after, end):
                    held[i][j] += 1
            before = after
    return held
