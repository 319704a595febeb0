"""The parts of the WARC files that no run of the journal wrote, and the run that they count to.

They were written by a run that was interrupted, by one whose line is lost, or before there was a
journal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from storage.archive.journal import LOST, JournalLine


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A part of a WARC file. `end` is None for the rest of the file."""

    name: str
    start: int
    end: int | None = field(compare=False)

    @property
    def site(self) -> str:
        return self.name.split("/")[0]


@dataclass(slots=True)
class UnclaimedParts:
    """The parts that no run wrote.

    Attributes:
        older: files that are older than the first one of their site in the journal
        lost: index of a line `lost` -> parts of the runs whose lines may have been there
        interrupted: index of the line of a run -> parts of runs before it that never ended
        left: parts of runs that never ended, and were not resumed
    """

    older: list[Part] = field(default_factory=list)
    lost: dict[int, list[Part]] = field(default_factory=lambda: defaultdict(list))
    interrupted: dict[int, list[Part]] = field(default_factory=lambda: defaultdict(list))
    left: list[Part] = field(default_factory=list)


def unclaimed_parts(sizes: dict[str, int], lines: list[JournalLine]) -> UnclaimedParts:
    """Return what no run of the journal wrote. `sizes`: WARC file -> size in bytes."""
    found = UnclaimedParts()
    claimed: dict[str, list[tuple[Part, int]]] = defaultdict(list)  # site -> part, index of line
    of_file: dict[str, list[Part]] = defaultdict(list)
    for index, line in enumerate(lines):
        for name, (start, end) in line.get("wrote", {}).items():
            part = Part(name, start, end)
            claimed[part.site].append((part, index))
            of_file[name].append(part)
    gaps = [index for index, line in enumerate(lines) if line["line"] == LOST]
    used: dict[str, int] = {}  # site -> gap of its part before
    for name in sorted(sizes):
        for part in _parts_between(name, sizes[name], of_file[name]):
            of_site = claimed[part.site]
            before = max((i for p, i in of_site if p < part), default=-1)
            after = min((i for p, i in of_site if p > part), default=None)
            fitting = [g for g in gaps if before < g and (after is None or g < after)]
            later = [g for g in fitting if g > used.get(part.site, -1)]
            if fitting:
                used[part.site] = gap = (later or fitting[-1:])[0]
                found.lost[gap].append(part)
            elif part.end is None and part.start == 0 and before < 0:
                found.older.append(part)
            elif after is not None:
                found.interrupted[after].append(part)
            else:
                found.left.append(part)
    return found


def _parts_between(name: str, size: int, claimed: Iterable[Part]) -> list[Part]:
    """Return the parts of a file before, between and behind those of its runs."""
    parts, position = [], 0
    for part in sorted(claimed, key=lambda part: part.start):
        if position < min(part.start, size):
            parts.append(Part(name, position, part.start))
        position = max(position, part.end or size)
    if position < size:
        parts.append(Part(name, position, None))
    return parts
