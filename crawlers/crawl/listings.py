"""Articles that vanish from a listing while their neighbours still stand on it.

An article that ages off a listing leaves at the end. One that stood between two others which now
follow each other directly was probably taken down, so it is checked in the same run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

MAX_POSITIONS = 200  # of a listing; long feeds and sitemaps are compared down to here
MAX_VANISHED_PER_RUN = 20  # more are a rebuilt page and not takedowns


class ListingComparison:
    """The listings of one run against those of the last.

    `shown`: listing URL -> article keys in this run, to be stored for the next.
    """

    def __init__(self, before: Mapping[str, Sequence[str]]) -> None:
        self.shown: dict[str, list[str]] = {}
        self._before = before
        self._left = MAX_VANISHED_PER_RUN

    def to_check(self, listing: str, keys: Iterable[str]) -> list[str]:
        """Takes a listing as it is now; returns the keys that vanished from it.

        A neighbour that still stands comes with them, as the control: a run that reads no article
        at all tells nothing of those it misses.
        """
        now = self.shown[listing] = list(islice(keys, MAX_POSITIONS))
        gaps = gaps_between(self._before.get(listing, ()), now)
        found = [key for gap in gaps for key in gap.vanished][: self._left]
        self._left -= len(found)
        return [*found, gaps[0].above] if found else []


@dataclass(frozen=True, slots=True)
class Gap:
    """Keys that vanished from below `above`, which still stands."""

    above: str
    vanished: tuple[str, ...]


def gaps_between(before: Sequence[str], now: Sequence[str]) -> list[Gap]:
    """Where keys of `before` are missing between two that are now next to each other."""
    position = {key: number for number, key in enumerate(now)}
    gaps: list[Gap] = []
    missing: list[str] = []
    above: str | None = None  # the nearest one above that still stands
    for key in before:
        if key not in position:
            missing.append(key)
            continue
        if missing and above is not None and position[key] == position[above] + 1:
            gaps.append(Gap(above, tuple(missing)))
        above, missing = key, []
    return gaps
