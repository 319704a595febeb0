"""Many pairs and worlds, over the cores, into counts."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mutations.nights import LENGTH, Count, Tally, live
from mutations.pages import Base, bases
from mutations.pairs import Said, judge, plan

CHUNK = 250  # pairs a worker takes at once
LISTED = 20  # failing pairs and events that are told
MONITORS = ("tinwatch", "hash of the visible text", "hash of the bytes")

_bases: list[Base] = []  # of this process


def load(warcs: list[Path]) -> int:
    """Makes this process ready; returns how many pages there are."""
    _bases[:] = bases(warcs)
    return len(_bases)


def pages() -> list[Base]:
    return _bases


@dataclass(slots=True)
class Pairs:
    """`edits` and `noise` by kind; of noise, `true` counts the pairs it took part in."""

    edits: dict[str, Count] = field(default_factory=dict)
    noise: dict[str, Count] = field(default_factory=dict)
    monitors: dict[str, Count] = field(default_factory=dict)
    count: int = 0
    empty: int = 0
    unreadable: int = 0
    seeds: list[int] = field(default_factory=list)  # of pairs that came out wrong
    seconds: float = 0.0  # of one core

    def take(self, said: Said) -> None:
        self.count += 1
        self.empty += said.empty
        self.unreadable += said.unreadable is not None
        if not said.right and len(self.seeds) < LISTED:
            self.seeds.append(said.plan.seed)
        if said.field is not None:
            row = self.edits.setdefault(said.plan.edit or "", Count())
            row.true += 1
            row.found += said.right
            row.false += bool(said.fields) and not said.right
        else:
            for name in said.plan.noise:
                row = self.noise.setdefault(name, Count())
                row.true += 1
                row.false += bool(said.fields)
        self._monitors(said)

    def _monitors(self, said: Said) -> None:
        seen = (bool(said.fields), said.text_differs, said.bytes_differ)
        for name, flagged in zip(MONITORS, seen, strict=True):
            row = self.monitors.setdefault(name, Count())
            row.true += said.field is not None
            row.found += flagged and said.field is not None
            row.false += flagged and said.field is None

    def add(self, other: Pairs) -> None:
        self.count += other.count
        self.empty += other.empty
        self.unreadable += other.unreadable
        self.seeds = [*self.seeds, *other.seeds][:LISTED]
        self.seconds += other.seconds
        for mine, theirs in (
            (self.edits, other.edits),
            (self.noise, other.noise),
            (self.monitors, other.monitors),
        ):
            add_counts(mine, theirs)


def add_counts(mine: dict[str, Count], theirs: dict[str, Count]) -> None:
    for name, count in theirs.items():
        row = mine.setdefault(name, Count())
        row.true += count.true
        row.found += count.found
        row.false += count.false


def _judge_all(seeds: range) -> Pairs:
    found = Pairs()
    began = time.process_time()
    for seed in seeds:
        found.take(judge(_bases, plan(seed, len(_bases))))
    found.seconds = time.process_time() - began
    return found


def _live(seed: int) -> Tally:
    return live(_bases, seed)


def run(
    warcs: list[Path], seed: int, pairs: int, nights: int, jobs: int
) -> Iterator[Pairs | Tally]:
    """The parts of the result as they are ready, in the order of their seeds."""
    chunks = [
        range(start, min(start + CHUNK, seed + pairs)) for start in range(seed, seed + pairs, CHUNK)
    ]
    worlds = range(seed, seed + -(-nights // LENGTH))
    if jobs < 2:
        yield from map(_judge_all, chunks)
        yield from map(_live, worlds)
        return
    with ProcessPoolExecutor(jobs, initializer=load, initargs=(warcs,)) as workers:
        yield from workers.map(_judge_all, chunks)
        yield from workers.map(_live, worlds)


def total(parts: Iterable[Pairs | Tally]) -> tuple[Pairs, Tally]:
    pairs, nights = Pairs(), Tally()
    for part in parts:
        if isinstance(part, Pairs):
            pairs.add(part)
            continue
        add_counts(nights.counts, part.counts)
        nights.wrong += part.wrong
        nights.nights += part.nights
        nights.held += part.held
        nights.verdicts += part.verdicts
        nights.hours += part.hours
    return pairs, nights


def as_json(counts: dict[str, Count]) -> dict[str, Any]:
    return {name: [c.true, c.found, c.false] for name, c in counts.items()}
