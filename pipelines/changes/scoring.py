"""Priority of an edit from 0 to 1: a table of signal weights, combined by noisy-or.

The priority is 1 - (1 - a)(1 - b) ..., so it grows with every signal and never exceeds 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Signal = Literal[
    "title", "names", "numbers", "negation", "dates", "paragraphs removed", "long change",
    "published", "paragraphs added", "lead", "byline", "source", "captions", "body",
]  # fmt: skip

# docs/events.md has the same table; a test compares them.
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
MAX_SIGNAL_COUNT = 3  # a signal counts at most this often
MIN_LONG_CHANGE_SYLLABLES = 20  # added or removed in one span
COSMETIC_PRIORITY = 0.05  # of an edit of punctuation, spaces and case only


@dataclass(frozen=True, slots=True)
class Priority:
    """A priority.

    Attributes:
        value: 0 to 1, two decimals
        signals: signals found, highest weight first
    """

    value: float
    signals: tuple[Signal, ...]


def priority(counts: dict[Signal, int], *, cosmetic: bool = False) -> Priority:
    """Return the priority of an edit from the number of occurrences of each signal."""
    signals = tuple(signal for signal in WEIGHTS if counts.get(signal, 0) > 0)
    if cosmetic:
        return Priority(COSMETIC_PRIORITY, signals)
    remainder = 1.0
    for signal in signals:
        remainder *= (1 - WEIGHTS[signal]) ** min(counts[signal], MAX_SIGNAL_COUNT)
    return Priority(round(1 - remainder, 2), signals)
