"""Counts of many pairs and worlds, computed in parallel."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mutations.batches import WORLD_BATCHES, Count, SimulationResult, simulate
from mutations.pages import Base, bases
from mutations.pairs import PairResult, evaluate_pair, plan

PAIRS_PER_TASK = 250  # pairs a worker takes at once
MAX_LISTED_ERRORS = 20  # failing pairs and events that are printed
MONITORS = ("tinwatch", "hash of the visible text", "hash of the bytes")

_bases: list[Base] = []  # of this process


def load(warcs: list[Path]) -> int:
    """Load the pages into this process and return their number."""
    _bases[:] = bases(warcs)
    return len(_bases)


def pages() -> list[Base]:
    return _bases


@dataclass(slots=True)
class Pairs:
    """Counts of pairs. `edits` and `noise` are by kind; `true` of noise counts its pairs."""

    edits: dict[str, Count] = field(default_factory=dict)
    noise: dict[str, Count] = field(default_factory=dict)
    monitors: dict[str, Count] = field(default_factory=dict)
    count: int = 0
    empty: int = 0
    unreadable: int = 0
    seeds: list[int] = field(default_factory=list)  # of wrong pairs
    seconds: float = 0.0  # of one core

    def add_result(self, result: PairResult) -> None:
        self.count += 1
        self.empty += result.empty
        self.unreadable += result.unreadable is not None
        if not result.right and len(self.seeds) < MAX_LISTED_ERRORS:
            self.seeds.append(result.plan.seed)
        if result.field is not None:
            row = self.edits.setdefault(result.plan.edit or "", Count())
            row.true += 1
            row.found += result.right
            row.false += bool(result.fields) and not result.right
        else:
            for name in result.plan.noise:
                row = self.noise.setdefault(name, Count())
                row.true += 1
                row.false += bool(result.fields)
        self._monitors(result)

    def _monitors(self, result: PairResult) -> None:
        seen = (bool(result.fields), result.text_differs, result.bytes_differ)
        for name, flagged in zip(MONITORS, seen, strict=True):
            row = self.monitors.setdefault(name, Count())
            row.true += result.field is not None
            row.found += flagged and result.field is not None
            row.false += flagged and result.field is None

    def add(self, other: Pairs) -> None:
        self.count += other.count
        self.empty += other.empty
        self.unreadable += other.unreadable
        self.seeds = [*self.seeds, *other.seeds][:MAX_LISTED_ERRORS]
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


def _evaluate_all(seeds: range) -> Pairs:
    found = Pairs()
    began = time.process_time()
    for seed in seeds:
        found.add_result(evaluate_pair(_bases, plan(seed, len(_bases))))
    found.seconds = time.process_time() - began
    return found


def _live(seed: int) -> SimulationResult:
    return simulate(_bases, seed)


def run(
    warcs: list[Path], seed: int, pairs: int, batches: int, jobs: int
) -> Iterator[Pairs | SimulationResult]:
    """Yield the partial results in the order of their seeds."""
    chunks = [
        range(start, min(start + PAIRS_PER_TASK, seed + pairs))
        for start in range(seed, seed + pairs, PAIRS_PER_TASK)
    ]
    worlds = range(seed, seed + -(-batches // WORLD_BATCHES))
    if jobs < 2:
        yield from map(_evaluate_all, chunks)
        yield from map(_live, worlds)
        return
    with ProcessPoolExecutor(jobs, initializer=load, initargs=(warcs,)) as workers:
        yield from workers.map(_evaluate_all, chunks)
        yield from workers.map(_live, worlds)


def total(parts: Iterable[Pairs | SimulationResult]) -> tuple[Pairs, SimulationResult]:
    pairs, batches = Pairs(), SimulationResult()
    for part in parts:
        if isinstance(part, Pairs):
            pairs.add(part)
            continue
        add_counts(batches.counts, part.counts)
        batches.errors += part.errors
        batches.batches += part.batches
        batches.pending += part.pending
        batches.verdicts += part.verdicts
        batches.hours += part.hours
    return pairs, batches


def as_json(counts: dict[str, Count]) -> dict[str, Any]:
    return {name: [c.true, c.found, c.false] for name, c in counts.items()}
