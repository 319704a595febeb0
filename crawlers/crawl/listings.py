"""Articles that vanish from a listing while their neighbours still stand on it.

An article that ages off a listing leaves at its end. An article that stood between two others
which are now adjacent was probably taken down, so the same run checks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

MAX_POSITIONS = 200  # of one listing that are compared
MAX_VANISHED_PER_RUN = 20  # more of them mean a rebuilt page, not takedowns


class ListingComparison:
    """Compares the listings of one run with those of the last run.

    Attributes:
        current: listing URL -> article keys in this run, to be stored for the next
    """

    def __init__(self, previous: Mapping[str, Sequence[str]]) -> None:
        self.current: dict[str, list[str]] = {}
        self._previous = previous
        self._remaining = MAX_VANISHED_PER_RUN

    def to_check(self, listing: str, keys: Iterable[str]) -> list[str]:
        """Record a listing of this run and return the keys that vanished from it.

        One neighbour that is still listed is returned with them as a control: a run that reads no
        article at all proves nothing about the articles it misses.
        """
        now = self.current[listing] = list(islice(keys, MAX_POSITIONS))
        gaps = gaps_between(self._previous.get(listing, ()), now)
        vanished = [key for gap in gaps for key in gap.vanished][: self._remaining]
        self._remaining -= len(vanished)
        return [*vanished, gaps[0].above] if vanished else []


@dataclass(frozen=True, slots=True)
class Gap:
    """Keys that vanished directly below `above`, which is still listed."""

    above: str
    vanished: tuple[str, ...]


def gaps_between(before: Sequence[str], now: Sequence[str]) -> list[Gap]:
    """Return the gaps in which keys of `before` vanished between two that are now adjacent."""
    position = {key: number for number, key in enumerate(now)}
    gaps: list[Gap] = []
    missing: list[str] = []
    above: str | None = None  # the nearest key above that is still listed
    for key in before:
        if key not in position:
            missing.append(key)
            continue
        if missing and above is not None and position[key] == position[above] + 1:
            gaps.append(Gap(above, tuple(missing)))
        above, missing = key, []
    return gaps
