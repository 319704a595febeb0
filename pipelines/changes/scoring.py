"""How much an edit deserves a look, from 0 to 1: a table of weights, and how they add up.

Every sign takes its share of what is still missing to 1 (1 - (1 - a)(1 - b) ...), so that more
signs never make less and nothing goes beyond 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Signal = Literal[
    "title", "names", "numbers", "negation", "dates", "paragraphs removed", "long change",
    "published", "paragraphs added", "lead", "byline", "source", "captions", "body",
]  # fmt: skip

# docs/events.md explains the table; tests compare the two.
WEIGHTS: dict[Signal, float] = {
    "negation": 0.45,
    "title": 0.35,
    "names": 0.35,
    "numbers": 0.30,
    "paragraphs removed": 0.30,
    "long change": 0.30,
    "dates": 0.25,
    "published": 0.20,
    "paragraphs added": 0.10,
    "lead": 0.10,
    "byline": 0.10,
    "source": 0.10,
    "captions": 0.05,
    "body": 0.05,
}
MAX_SIGNAL_COUNT = 3  # a sign counts as often as it was found, up to this
MIN_LONG_CHANGE_SYLLABLES = 20  # syllables that came or went in one place of a paragraph
COSMETIC_PRIORITY = 0.05  # an edit of punctuation, spaces and case only, whatever it touches


@dataclass(frozen=True, slots=True)
class Priority:
    """`value` from 0 to 1 with two decimals; `signs` the signs found, the heaviest first."""

    value: float
    signals: tuple[Signal, ...]


def priority(found: dict[Signal, int], *, cosmetic: bool = False) -> Priority:
    """The priority of an edit in which each sign was found so many times."""
    signals = tuple(sign for sign in WEIGHTS if found.get(sign, 0) > 0)
    if cosmetic:
        return Priority(COSMETIC_PRIORITY, signals)
    missing = 1.0
    for sign in signals:
        missing *= (1 - WEIGHTS[sign]) ** min(found[sign], MAX_SIGNAL_COUNT)
    return Priority(round(1 - missing, 2), signals)
